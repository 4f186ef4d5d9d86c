#include <cstdint>

#include "fuzz/fuzz.hpp"

// libFuzzer's entry to the fuzzer that CMake names.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(ostiary::fuzz::OSTIARY_FUZZER({reinterpret_cast<const char*>(data), size}));
  return 0;
}
