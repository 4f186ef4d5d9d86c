#pragma once

#include <cstdint>
#include <mutex>

#include <ostiary/base/random.hpp>
#include <ostiary/testing_export.hpp>

namespace ostiary::inline v0::testing {

/// ScriptedRandom gives the same bytes in every run: a stream that its seed decides, in which no 8 bytes of one call
/// equal 8 bytes of another at the same alignment. Anybody can predict it: never use it outside tests.
/// Safe from many threads; which thread gets which part is then not decided.
class OSTIARY_TESTING_EXPORT ScriptedRandom final : public RandomSource {
 public:
  explicit ScriptedRandom(std::uint64_t seed = 1) noexcept : next_(seed << word_bits) {}

  [[nodiscard]] Result<void> fill(std::span<std::byte> out) override;

  /// fail_from_call lets call number `call` since construction (the first is 1), and each after it, answer
  /// Errc::entropy_unavailable. A call that fails takes nothing from the stream.
  void fail_from_call(std::size_t call);
  /// recover ends what fail_from_call began.
  void recover();
  /// calls counts the calls of `fill`, those that failed included.
  [[nodiscard]] std::size_t calls() const;

 private:
  static constexpr unsigned word_bits = 32;  // words of one seed before the next seed's stream begins

  mutable std::mutex mutex_;
  std::uint64_t next_;
  std::size_t calls_ = 0;
  std::size_t fails_from_ = 0;  // 0: never
};

}  // namespace ostiary::inline v0::testing
