#include "deadline.hpp"

#include <algorithm>
#include <thread>

#include <sqlite3.h>

namespace ostiary::inline v0::sqlite {
namespace {

// sqlite3_busy_timeout naps up to 100 ms while the other process commits in 0.3 ms, so that the napping one starves; a
// random length keeps two processes out of step.
std::chrono::microseconds nap_length() noexcept {
  constexpr unsigned nap_min = 100;
  constexpr unsigned nap_spread = 401;
  unsigned random = 0;
  sqlite3_randomness(sizeof random, &random);
  return std::chrono::microseconds(nap_min + random % nap_spread);
}

}  // namespace

bool nap_until(Deadline deadline) noexcept {
  const auto now = std::chrono::steady_clock::now();
  if (now >= deadline) {
    return false;
  }
  std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(nap_length(), deadline - now));
  return true;
}

}  // namespace ostiary::inline v0::sqlite
