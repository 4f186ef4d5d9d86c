#include <sys/resource.h>

#include <benchmark/benchmark.h>

#include "bench/pair.hpp"
#include "counts/heap_calls.hpp"

namespace ostiary::bench {
namespace {

struct Counts {
  double page_faults = 0;
  double heap_calls = 0;
  double openssl_calls = 0;  // its heap calls
};

// Counted outside the timed loop: exact, and of one warm call.
Counts counts_of(const std::function<void()>& call) {
  const auto faults = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt + usage.ru_majflt;
  };
  call();
  const auto faults_before = faults();
  const auto heap = counts::heap_calls_of(call);
  return {.page_faults = static_cast<double>(faults() - faults_before),
          .heap_calls = static_cast<double>(heap.ours),
          .openssl_calls = static_cast<double>(heap.openssl)};
}

void add_side(const std::string& name, const std::function<void()>& call, const char* bound, double value) {
  const auto run = [call, bound, value, counts = counts_of(call)](benchmark::State& state) {
    for (auto _ : state) {
      call();
    }
    state.counters["page_faults"] = counts.page_faults;
    state.counters["heap_calls"] = counts.heap_calls;
    state.counters["openssl_calls"] = counts.openssl_calls;
    state.counters[bound] = value;
  };
  benchmark::RegisterBenchmark(name.c_str(), run)->Unit(benchmark::kNanosecond);
}

}  // namespace

void add_pair(const Pair& pair) {
  add_side(pair.name + "/ours", pair.ours, "ratio_max", pair.ratio_max);
  add_side(pair.name + "/raw", pair.raw, "ratio_max", pair.ratio_max);
}

void add_single(const Single& single) { add_side(single.name + "/ours", single.ours, "ns_max", single.ns_max); }

}  // namespace ostiary::bench

int main(int argc, char** argv) {
  ostiary::bench::add_hashing_pairs();
  ostiary::bench::add_request_pairs();
  ostiary::bench::add_second_factor_pairs();
  ostiary::bench::add_sign_in_pairs();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
