#pragma once

#include <memory>

#include "deadline.hpp"
#include <ostiary/base/result.hpp>

namespace ostiary::inline v0::sqlite {

/// Gate makes processes take turns at a database's write lock. Who waits for that lock holds the gate meanwhile, so who
/// has just given the lock up comes behind: without it, a process that commits in a loop takes the lock again while the
/// other naps.
///
/// It is a flock on `<database>-gate`, a file of its own: closing a handle on the database would drop SQLite's locks. A
/// process that is killed gives it up. It is manners and no safety: deleted, unreadable or held by somebody who never
/// writes, only the turns are lost.
class Gate {
 public:
  /// open makes the file, for whom the database is, where it does not exist. Where it cannot be opened, there are no
  /// turns. Errors: store_unavailable, no file handle.
  [[nodiscard]] static Result<std::unique_ptr<const Gate>> open(const char* database);
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  ~Gate();

  struct Leave {
    void operator()(const Gate* gate) const noexcept;
  };
  /// Turn is held until the write lock is taken. Empty: without a turn.
  using Turn = std::unique_ptr<const Gate, Leave>;

  /// enter waits until `deadline`, then goes without a turn: only the write lock itself decides.
  [[nodiscard]] Turn enter(Deadline deadline) const;

 private:
  explicit Gate(int file) noexcept : file_(file) {}
  int file_;  // negative: no turns
};

}  // namespace ostiary::inline v0::sqlite
