#pragma once

#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0 {

/// Housekeeping deletes what has ended. The host calls it from a timer, hourly say, in any process. Const and safe from
/// many threads.
class OSTIARY_CORE_EXPORT Housekeeping {
 public:
  explicit Housekeeping(const Environment& env) : env_(env) {}
  explicit Housekeeping(const Environment&& env) = delete;

  /// run deletes up to `limit` rows in one short write; `more` says to call again. Audit events stay.
  [[nodiscard]] Result<Housekept> run(std::size_t limit) const;

  /// refresh_decoys tells this process's hasher what forms of password hash the store holds, so that an unknown login
  /// takes as long as one of theirs (R74). Call it in every process: at start, after an import, and from the hourly
  /// timer. It reads an index of one row an account.
  [[nodiscard]] Result<void> refresh_decoys() const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
