#include <ostiary/testing/manual_clock.hpp>

namespace ostiary::inline v0::testing {

Instant ManualClock::now() const { return Instant(Duration(now_.load())); }

void ManualClock::pause(Duration duration) const { now_.fetch_add(duration.count()); }

void ManualClock::advance(Duration duration) noexcept { now_.fetch_add(duration.count()); }

void ManualClock::set(Instant now) noexcept { now_.store(now.time_since_epoch().count()); }

}  // namespace ostiary::inline v0::testing
