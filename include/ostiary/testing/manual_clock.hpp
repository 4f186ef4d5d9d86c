#pragma once

#include <atomic>

#include <ostiary/base/clock.hpp>
#include <ostiary/testing_export.hpp>

namespace ostiary::inline v0::testing {

/// ManualClock stands still until a test moves it. It starts at `start`, the same in every run.
/// `pause` moves it forward by what was asked and returns at once. Safe from many threads.
class OSTIARY_TESTING_EXPORT ManualClock final : public Clock {
 public:
  /// 2026-01-05T09:00:00.000Z, a Monday.
  static constexpr Instant start =
      std::chrono::sys_days(std::chrono::year(2026) / std::chrono::January / 5) + std::chrono::hours(9);

  [[nodiscard]] Instant now() const override;
  void pause(Duration duration) const override;

  /// advance moves the clock by `duration`, which may be negative: a clock that runs back.
  void advance(Duration duration) noexcept;
  void set(Instant now) noexcept;

 private:
  mutable std::atomic<Duration::rep> now_{start.time_since_epoch().count()};
};

}  // namespace ostiary::inline v0::testing
