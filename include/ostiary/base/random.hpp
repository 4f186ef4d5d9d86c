#pragma once

#include <cstddef>
#include <span>

#include <ostiary/base/result.hpp>

namespace ostiary::inline v0 {

/// RandomSource is the library's only source of randomness. It is called from many threads at once.
class OSTIARY_CORE_EXPORT RandomSource {
 public:
  RandomSource() = default;
  RandomSource(const RandomSource&) = delete;
  RandomSource& operator=(const RandomSource&) = delete;
  virtual ~RandomSource() = default;

  /// fill writes unpredictable bytes over all of `out`, or answers Errc::entropy_unavailable; never something weaker.
  [[nodiscard]] virtual Result<void> fill(std::span<std::byte> out) = 0;
};

/// SystemRandom asks the kernel (getentropy).
class OSTIARY_CORE_EXPORT SystemRandom final : public RandomSource {
 public:
  [[nodiscard]] Result<void> fill(std::span<std::byte> out) override;
};

}  // namespace ostiary::inline v0
