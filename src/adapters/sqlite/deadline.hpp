#pragma once

#include <chrono>

namespace ostiary::inline v0::sqlite {

/// Deadline ends the wait for a lock. It measures a wait and decides nothing else: what is stored never depends on it.
using Deadline = std::chrono::steady_clock::time_point;

/// nap_until sleeps for 0.1 to 0.5 ms, or is false where `deadline` has passed.
[[nodiscard]] bool nap_until(Deadline deadline) noexcept;

}  // namespace ostiary::inline v0::sqlite
