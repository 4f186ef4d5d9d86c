#include <ostiary/testing/scripted_random.hpp>

#include <algorithm>

namespace ostiary::inline v0::testing {
namespace {

// The finaliser of SplitMix64: a bijection of 64 bits, so different counters give different words.
std::uint64_t mix(std::uint64_t word) noexcept {
  word = (word ^ (word >> 30U)) * 0xbf58476d1ce4e5b9U;
  word = (word ^ (word >> 27U)) * 0x94d049bb133111ebU;
  return word ^ (word >> 31U);
}

}  // namespace

Result<void> ScriptedRandom::fill(std::span<std::byte> out) {
  const std::lock_guard lock(mutex_);
  ++calls_;
  if (fails_from_ != 0 && calls_ >= fails_from_) {
    return Errc::entropy_unavailable;
  }
  while (!out.empty()) {
    const auto word = mix(next_++);
    const auto bytes = std::as_bytes(std::span(&word, 1));
    const auto count = std::min(bytes.size(), out.size());
    std::ranges::copy(bytes.first(count), out.begin());
    out = out.subspan(count);
  }
  return success();
}

void ScriptedRandom::fail_from_call(std::size_t call) {
  const std::lock_guard lock(mutex_);
  fails_from_ = call;
}

void ScriptedRandom::recover() {
  const std::lock_guard lock(mutex_);
  fails_from_ = 0;
}

std::size_t ScriptedRandom::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

}  // namespace ostiary::inline v0::testing
