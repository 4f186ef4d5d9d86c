#include <sys/random.h>

#include <algorithm>

#include <ostiary/base/random.hpp>

namespace ostiary::inline v0 {

Result<void> SystemRandom::fill(std::span<std::byte> out) {
  constexpr std::size_t getentropy_max = 256;
  while (!out.empty()) {
    const auto part = out.first(std::min(out.size(), getentropy_max));
    if (::getentropy(part.data(), part.size()) != 0) {
      return Errc::entropy_unavailable;
    }
    out = out.subspan(part.size());
  }
  return success();
}

}  // namespace ostiary::inline v0
