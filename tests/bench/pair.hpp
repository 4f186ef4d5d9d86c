#pragma once

#include <functional>
#include <string>

// A benchmark is a pair: an operation of the library, and the least that could do the same work. To add one: a file
// beside this one with a function that calls `add_pair`, its name in CMakeLists.txt, and a call in main.cpp.
namespace ostiary::bench {

struct Pair {
  std::string name;            ///< One word or more; no slash.
  double ratio_max = 1.02;     ///< What ours may cost, as a multiple of raw.
  std::function<void()> ours;  ///< Makes one call.
  std::function<void()> raw;   ///< Makes one call.
};

/// add_pair runs each side once, so that both are warm, and registers both under the names `<name>/ours` and
/// `<name>/raw`, with the page faults and heap calls of a call as counters.
void add_pair(const Pair& pair);

void add_hashing_pairs();

}  // namespace ostiary::bench
