#pragma once

#include <ostiary/rules/audit_chain.hpp>
#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0 {

/// AuditClosed says what one call of close_audit did.
struct AuditClosed {
  std::size_t blocks = 0;
  std::size_t events = 0;
  bool more = false;  ///< The limit was reached: call again.
  /// The newest block of each stream that got one: keep them elsewhere (see AuditCheckpoint).
  std::vector<AuditCheckpoint> checkpoints{};
  /// The first that kept back only its own stream: an operator has to look; of a conflict, call again.
  std::error_code first_error{};
};

/// Housekeeping deletes what has ended. The host calls it from a timer, hourly say, in any process. Const and safe from
/// many threads.
class OSTIARY_CORE_EXPORT Housekeeping {
 public:
  explicit Housekeeping(const Environment& env) : env_(env) {}
  explicit Housekeeping(const Environment&& env) = delete;

  /// run deletes up to `limit` rows in one short write; `more` says to call again. Audit events stay.
  [[nodiscard]] Result<Housekept> run(std::size_t limit) const;

  /// close_audit closes events that are in no block into blocks, stream by stream, up to `limit` blocks (R69). Call it
  /// from the same timer: an event is safe from being taken out unseen only once it is in a block. Of two processes at
  /// one stream one wins, and the other takes it as done. A stream that cannot be read, or where others kept being
  /// faster (Errc::conflict), keeps no other back: the first such error is the report's `first_error`. Until it is mended
  /// the events of such a stream can be taken out unseen.
  [[nodiscard]] Result<AuditClosed> close_audit(std::size_t limit) const;

  /// refresh_decoys tells this process's hasher what forms of password hash the store holds, so that an unknown login
  /// takes as long as one of theirs (R74). Call it in every process: at start, after an import, and from the hourly
  /// timer. It reads an index of one row an account.
  [[nodiscard]] Result<void> refresh_decoys() const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
