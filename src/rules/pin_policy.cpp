#include <ostiary/rules/pin_policy.hpp>

#include <algorithm>
#include <bitset>

#include "base/unicode.hpp"
#include <ostiary/base/ascii.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t digit_count = 10;
constexpr std::size_t length_min_least = 2;
constexpr std::size_t length_max_most = 64;

std::size_t count_distinct(std::string_view digits) {
  std::bitset<digit_count> seen;
  for (const char digit : digits) {
    seen.set(static_cast<std::size_t>(digit - '0'));
  }
  return seen.count();
}

// longest_run counts the digits of the longest stretch in which each is `step` more than the one before, modulo 10.
std::size_t longest_run(std::string_view digits, std::size_t step) {
  std::size_t longest = 0;
  std::size_t run = 0;
  std::size_t expected = 0;
  for (const char c : digits) {
    const auto digit = static_cast<std::size_t>(c - '0');
    run = run > 0 && digit == expected ? run + 1 : 1;
    expected = (digit + step) % digit_count;
    longest = std::max(longest, run);
  }
  return longest;
}

void check_digits(const PinPolicy& policy, std::string_view digits, std::vector<PinFlaw>& flaws) {
  if (const auto distinct = count_distinct(digits); distinct < policy.distinct_min) {
    flaws.push_back({.code = PinFlawCode::distinct_min, .required = policy.distinct_min, .actual = distinct});
  }
  const auto run = std::max(longest_run(digits, 1), longest_run(digits, digit_count - 1));
  const auto run_max = std::min(policy.run_max.value_or(length_max_most), digits.size() - 1);
  if (run > run_max) {
    flaws.push_back({.code = PinFlawCode::run_max, .required = run_max, .actual = run});
  }
}

}  // namespace

Result<void> validate(const PinPolicy& policy) {
  if (policy.length_min < length_min_least || policy.length_min > policy.length_max ||
      policy.length_max > length_max_most || policy.distinct_min > std::min(digit_count, policy.length_max) ||
      policy.run_max == 0) {
    return Errc::invalid_configuration;
  }
  return success();
}

std::string_view pin_flaw_name(PinFlawCode code) noexcept {
  switch (code) {
    case PinFlawCode::digits_only:
      return "digits_only";
    case PinFlawCode::length_min:
      return "length_min";
    case PinFlawCode::length_max:
      return "length_max";
    case PinFlawCode::distinct_min:
      return "distinct_min";
    case PinFlawCode::run_max:
      return "run_max";
  }
  return "unknown";
}

std::vector<PinFlaw> check_pin(const PinPolicy& policy, const SecretString& pin) {
  const auto text = pin.reveal();
  const bool all_digits = std::ranges::all_of(text, ascii::is_digit);
  const auto length = unicode::survey(text).count;
  std::vector<PinFlaw> flaws;
  if (!all_digits) {
    flaws.push_back({.code = PinFlawCode::digits_only});
  }
  if (length < policy.length_min) {
    flaws.push_back({.code = PinFlawCode::length_min, .required = policy.length_min, .actual = length});
  }
  if (length > policy.length_max) {
    flaws.push_back({.code = PinFlawCode::length_max, .required = policy.length_max, .actual = length});
  }
  if (all_digits && !text.empty()) {
    check_digits(policy, text, flaws);
  }
  return flaws;
}

}  // namespace ostiary::inline v0
