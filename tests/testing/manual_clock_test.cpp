#include <ostiary/testing/manual_clock.hpp>

#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace ostiary;
using namespace std::chrono_literals;
using testing::ManualClock;

TEST_CASE("ManualClock starts at the same Monday morning in every run, and stands still") {
  const ManualClock clock;
  CHECK(clock.now() == Instant(1767603600s));  // date -u -d 2026-01-05T09:00Z +%s
  CHECK(clock.now() == ManualClock::start);
  CHECK(std::chrono::weekday(std::chrono::floor<std::chrono::days>(clock.now())) == std::chrono::Monday);
}

TEST_CASE("ManualClock moves when told, forward and back, and by a pause") {
  ManualClock clock;
  clock.advance(5min);
  CHECK(clock.now() == ManualClock::start + 5min);
  clock.advance(-10min);
  CHECK(clock.now() == ManualClock::start - 5min);
  clock.set(ManualClock::start + 24h);
  clock.pause(3ms);
  CHECK(clock.now() == ManualClock::start + 24h + 3ms);
}

TEST_CASE("ManualClock loses no pause of many threads") {
  const ManualClock clock;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 100; ++j) {
          clock.pause(1ms);
        }
      });
    }
  }
  CHECK(clock.now() == ManualClock::start + 800ms);
}
