#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <ostiary/base/result.hpp>
#include <ostiary/base/secret.hpp>

namespace ostiary::inline v0 {

/// PinPolicy says which PINs an account may have (R5-R8). A run is a stretch of digits that go up by one, or down by
/// one, all the way; 9 and 0 are neighbours. Whatever `run_max`, a PIN that is one single run is refused.
/// Of the 10,000 PINs of four digits the default refuses 30: 10 of one digit only and 20 runs. With `distinct_min` 4,
/// 5,020 are left.
struct PinPolicy {
  std::size_t length_min = 4;
  std::size_t length_max = 12;
  std::size_t distinct_min = 2;          ///< Different digits.
  std::optional<std::size_t> run_max{};  ///< The longest run that a longer PIN may have inside, in digits.
};

/// validate answers Errc::invalid_configuration for a policy that no PIN can meet, or with a `length_min` below 2 or a
/// `length_max` above 64.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<void> validate(const PinPolicy& policy);

/// PinFlawCode names a rule that a PIN breaks. The list only grows.
enum class PinFlawCode : std::uint8_t {
  digits_only = 1,  ///< Something else than 0-9 is in it.
  length_min,
  length_max,
  distinct_min,
  run_max,  ///< `required` is the longest run allowed, `actual` the longest in it.
};

/// PinFlaw is one broken rule with the numbers a page needs. Both are 0 for digits_only.
struct PinFlaw {
  PinFlawCode code = PinFlawCode::digits_only;
  std::size_t required = 0;
  std::size_t actual = 0;

  friend bool operator==(const PinFlaw&, const PinFlaw&) = default;
};

/// pin_flaw_name is the stable text form, "distinct_min" of PinFlawCode::distinct_min.
[[nodiscard]] OSTIARY_CORE_EXPORT std::string_view pin_flaw_name(PinFlawCode code) noexcept;

/// check_pin gives every rule that `pin` breaks, or nothing. Distinct digits and runs are counted only where all of it
/// is ASCII digits. Leading zeros are digits like others.
/// Cost: no heap call for a PIN that breaks no rule. Errors: none; pure function.    Source: R5-R8.
[[nodiscard]] OSTIARY_CORE_EXPORT std::vector<PinFlaw> check_pin(const PinPolicy& policy, const SecretString& pin);

}  // namespace ostiary::inline v0
