#pragma once

#include <ostiary/base/random.hpp>
#include <ostiary/testing/fault_plan.hpp>

namespace ostiary::inline v0::testing {

/// FaultyRandom hands every call on to another source, but for those that its plan lets fail: they take nothing from it.
class OSTIARY_TESTING_EXPORT FaultyRandom final : public RandomSource {
 public:
  /// Both must outlive it.
  FaultyRandom(RandomSource& inner, FaultPlan& plan) : inner_(inner), plan_(plan) {}

  [[nodiscard]] Result<void> fill(std::span<std::byte> out) override;

 private:
  RandomSource& inner_;
  FaultPlan& plan_;
};

}  // namespace ostiary::inline v0::testing
