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

/// Single is an operation with nothing to stand beside it, that should take `ns_max` at most.
struct Single {
  std::string name;            ///< As a pair's.
  double ns_max = 0;           ///< On the machine of perf.md.
  std::function<void()> ours;  ///< Makes one call.
};
void add_single(const Single& single);

void add_hashing_pairs();
void add_request_pairs();
void add_second_factor_pairs();
void add_sign_in_pairs();

}  // namespace ostiary::bench
