#include <ostiary/base/assert.hpp>

#include <cstdio>
#include <cstdlib>

namespace ostiary::inline v0::detail {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  // Nothing is left to tell if even stderr fails.
  static_cast<void>(std::fprintf(stderr, "ostiary: bug at %s:%d: %s does not hold\n", file, line, condition));
  std::abort();
}

}  // namespace ostiary::inline v0::detail
