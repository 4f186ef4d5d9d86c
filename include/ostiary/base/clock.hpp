#pragma once

#include <chrono>

#include <ostiary/core_export.hpp>

namespace ostiary::inline v0 {

/// Instant is a point in UTC time, in whole milliseconds since 1970-01-01T00:00Z.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

/// Clock is the library's only source of time. Both members are called from many threads at once.
class OSTIARY_CORE_EXPORT Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  [[nodiscard]] virtual Instant now() const = 0;
  /// pause waits before a commit is sent again (a few milliseconds). A fiber server suspends the fiber here.
  virtual void pause(Duration duration) const = 0;
};

/// SystemClock reads the operating system's clock, and sleeps the calling thread.
class OSTIARY_CORE_EXPORT SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
  void pause(Duration duration) const override;
};

}  // namespace ostiary::inline v0
