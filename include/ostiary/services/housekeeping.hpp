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

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
