#include <ostiary/base/clock.hpp>

#include <thread>

namespace ostiary::inline v0 {

Instant SystemClock::now() const { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

void SystemClock::pause(Duration duration) const { std::this_thread::sleep_for(duration); }

}  // namespace ostiary::inline v0
