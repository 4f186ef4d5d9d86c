#pragma once

#include <cstddef>

namespace ostiary::counts {

/// HeapCalls counts what asks for memory (malloc, calloc, realloc, and `new`, which is malloc), of all threads: the
/// calls that OpenSSL makes, and all others.
struct HeapCalls {
  std::size_t ours = 0;
  std::size_t openssl = 0;
};

/// heap_calls_so_far since the program began. Linking heap_calls.cpp puts the counting in place.
HeapCalls heap_calls_so_far();

/// heap_calls_of counts one call of `operation`.
template <class Operation>
HeapCalls heap_calls_of(const Operation& operation) {
  const HeapCalls before = heap_calls_so_far();
  operation();
  const HeapCalls after = heap_calls_so_far();
  return {.ours = after.ours - before.ours, .openssl = after.openssl - before.openssl};
}

}  // namespace ostiary::counts
