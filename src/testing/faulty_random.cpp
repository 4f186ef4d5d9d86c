#include <ostiary/testing/faulty_random.hpp>

namespace ostiary::inline v0::testing {

Result<void> FaultyRandom::fill(std::span<std::byte> out) {
  if (plan_.next({.port = Port::random, .name = "fill", .size = out.size(), .changes = {}})) {
    return Errc::entropy_unavailable;
  }
  return inner_.fill(out);
}

}  // namespace ostiary::inline v0::testing
