#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <sys/resource.h>

#include <benchmark/benchmark.h>

#include "bench/pair.hpp"

// Every heap call of the process is counted: the program's own malloc stands before the C library's, also for OpenSSL
// and libargon2. (glibc exports its own under these names.)
extern "C" {
void* __libc_malloc(std::size_t size);                     // NOLINT(*-identifier*): glibc's name
void* __libc_calloc(std::size_t count, std::size_t size);  // NOLINT(*-identifier*): glibc's name
void* __libc_realloc(void* memory, std::size_t size);      // NOLINT(*-identifier*): glibc's name
}

namespace {

std::atomic<std::size_t> heap_calls = 0;

}  // namespace

extern "C" {
void* malloc(std::size_t size) {
  heap_calls.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  heap_calls.fetch_add(1, std::memory_order_relaxed);
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  heap_calls.fetch_add(1, std::memory_order_relaxed);
  return __libc_realloc(memory, size);
}
}

namespace ostiary::bench {
namespace {

struct Counts {
  double page_faults = 0;
  double heap_calls = 0;
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
  const auto heap_before = heap_calls.load();
  call();
  const auto heap_after = heap_calls.load();
  return {.page_faults = static_cast<double>(faults() - faults_before),
          .heap_calls = static_cast<double>(heap_after - heap_before)};
}

void add_side(const std::string& name, const std::function<void()>& call, double ratio_max) {
  benchmark::RegisterBenchmark(name.c_str(), [call, ratio_max, counts = counts_of(call)](benchmark::State& state) {
    for (auto _ : state) {
      call();
    }
    state.counters["page_faults"] = counts.page_faults;
    state.counters["heap_calls"] = counts.heap_calls;
    state.counters["ratio_max"] = ratio_max;
  })->Unit(benchmark::kNanosecond);
}

}  // namespace

void add_pair(const Pair& pair) {
  add_side(pair.name + "/ours", pair.ours, pair.ratio_max);
  add_side(pair.name + "/raw", pair.raw, pair.ratio_max);
}

}  // namespace ostiary::bench

int main(int argc, char** argv) {
  ostiary::bench::add_hashing_pairs();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
