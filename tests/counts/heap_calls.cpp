#include "counts/heap_calls.hpp"

#include <atomic>
#include <cstdlib>

#include <openssl/crypto.h>

// The program's own malloc stands before the C library's, also for the shared libraries below. (glibc exports its own
// under these names.) OpenSSL is told to take its memory here by another door.
extern "C" {
void* __libc_malloc(std::size_t size);                     // NOLINT(*-identifier*): glibc's name
void* __libc_calloc(std::size_t count, std::size_t size);  // NOLINT(*-identifier*): glibc's name
void* __libc_realloc(void* memory, std::size_t size);      // NOLINT(*-identifier*): glibc's name
}

namespace ostiary::counts {
namespace {

std::atomic<std::size_t> ours = 0;
std::atomic<std::size_t> openssl = 0;

void* openssl_malloc(std::size_t size, const char* /*file*/, int /*line*/) {
  openssl.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(size);
}
void* openssl_realloc(void* memory, std::size_t size, const char* /*file*/, int /*line*/) {
  openssl.fetch_add(1, std::memory_order_relaxed);
  return __libc_realloc(memory, size);
}
void openssl_free(void* memory, const char* /*file*/, int /*line*/) { std::free(memory); }  // NOLINT(*-no-malloc)

// Must come before OpenSSL's first allocation, and ends the program where it does not.
const bool counting = [] {
  if (CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) != 1) {
    std::abort();
  }
  return true;
}();

}  // namespace

HeapCalls heap_calls_so_far() {
  return {.ours = counting ? ours.load(std::memory_order_relaxed) : 0,
          .openssl = openssl.load(std::memory_order_relaxed)};
}

}  // namespace ostiary::counts

extern "C" {
void* malloc(std::size_t size) {
  ostiary::counts::ours.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(size);
}
void* calloc(std::size_t nmemb, std::size_t size) {  // the names of <stdlib.h>: clang-tidy compares them
  ostiary::counts::ours.fetch_add(1, std::memory_order_relaxed);
  return __libc_calloc(nmemb, size);
}
void* realloc(void* ptr, std::size_t size) {
  ostiary::counts::ours.fetch_add(1, std::memory_order_relaxed);
  return __libc_realloc(ptr, size);
}
}
