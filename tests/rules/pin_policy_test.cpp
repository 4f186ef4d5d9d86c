#include <ostiary/rules/pin_policy.hpp>

#include <algorithm>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace ostiary;
using Code = PinFlawCode;
using Flaws = std::vector<PinFlaw>;

namespace {

Flaws check(std::string_view pin, const PinPolicy& policy = {}) { return check_pin(policy, SecretString(pin)); }

// How many PINs of `length` digits pass.
std::ptrdiff_t count_accepted(int length, const PinPolicy& policy) {
  std::size_t end = 1;
  for (int i = 0; i < length; ++i) {
    end *= 10;
  }
  std::ptrdiff_t accepted = 0;
  for (std::size_t value = 0; value < end; ++value) {
    accepted += check(fmt::format("{:0{}}", value, length), policy).empty() ? 1 : 0;
  }
  return accepted;
}

}  // namespace

TEST_CASE("R5-R8: the default is 4 to 12 digits, two of them different, not one run") {
  const PinPolicy policy;
  CHECK(fmt::format("length_min {}\nlength_max {}\ndistinct_min {}\nrun_max {}\n", policy.length_min, policy.length_max,
                    policy.distinct_min,
                    policy.run_max ? "set" : "none") == "length_min 4\nlength_max 12\ndistinct_min 2\nrun_max none\n");
}

TEST_CASE("R5: a PIN of three digits is refused, one of four and of twelve is not, one of thirteen is") {
  CHECK(check("407") == Flaws{{Code::length_min, 4, 3}});
  CHECK(check("4071").empty());
  CHECK(check("407140714071").empty());
  CHECK(check("4071407140714") == Flaws{{Code::length_max, 12, 13}});
  CHECK(check("") == Flaws{{Code::length_min, 4, 0}});
  CHECK(check(std::string(1'000'000, '4')).size() == 2);
}

TEST_CASE("S206: equal digits and whole runs are refused, other PINs are not") {
  for (const std::string_view pin : {"1111", "0000", "999999"}) {
    CHECK(check(pin) == Flaws{{Code::distinct_min, 2, 1}});
  }
  for (const std::string_view pin : {"1234", "4321", "0123", "9876", "8901", "1098", "7890", "0987"}) {
    CAPTURE(std::string(pin));
    CHECK(check(pin) == Flaws{{Code::run_max, 3, 4}});
  }
  for (const std::string_view pin : {"2580", "1357", "4071", "1212", "1233", "1235", "2345671", "1243"}) {
    CAPTURE(std::string(pin));
    CHECK(check(pin).empty());
  }
}

TEST_CASE("R6, S209: anything but ASCII digits is refused") {
  const Flaws digits_only{{Code::digits_only, 0, 0}};
  for (const std::string_view pin : {"\uff11\uff12\uff13\uff14", "\u0661\u0662\u0663\u0664", " 4071", "40 71", "+407",
                                     "4e10", "4071\n", "-407", "407a", "4071\xff"}) {
    CAPTURE(std::string(pin));
    CHECK(check(pin) == digits_only);
  }
  CHECK(check(std::string_view("4071\0", 5)) == digits_only);
  CHECK(check("4a") == Flaws{{Code::digits_only, 0, 0}, {Code::length_min, 4, 2}});
}

TEST_CASE("S210: leading zeros are digits") {
  CHECK(check("0471").empty());
  CHECK(check("471") == Flaws{{Code::length_min, 4, 3}});
}

TEST_CASE("all broken PIN rules are reported at once") {
  CHECK(check("111", {.distinct_min = 3}) == Flaws{{Code::length_min, 4, 3}, {Code::distinct_min, 3, 1}});
  CHECK(check("123", {.distinct_min = 4}) ==
        Flaws{{Code::length_min, 4, 3}, {Code::distinct_min, 4, 3}, {Code::run_max, 2, 3}});
}

TEST_CASE("D8: of all PINs of four digits exactly the expected number passes") {
  constexpr std::ptrdiff_t equal = 10;                     // 0000 ... 9999
  constexpr std::ptrdiff_t runs = std::ptrdiff_t{10} * 2;  // a first digit, up or down; all with 4 different digits
  CHECK(count_accepted(4, {}) == 10'000 - equal - runs);
  // R7's strict reading: 10·9·8·7 PINs of four different digits, every run among them.
  CHECK(count_accepted(4, {.distinct_min = 4}) == std::ptrdiff_t{10} * 9 * 8 * 7 - runs);
  // At least 3 different: without the 10·9·7 that have exactly two (7 = 2^3 - 1 ways to place the second digit).
  CHECK(count_accepted(4, {.distinct_min = 3}) == 10'000 - equal - std::ptrdiff_t{10} * 9 * 7 - runs);
}

TEST_CASE("R8: run_max bounds the runs inside a longer PIN") {
  CHECK(check("12349").empty());
  CHECK(check("12349", {.run_max = 3}) == Flaws{{Code::run_max, 3, 4}});
  CHECK(check("91239", {.run_max = 3}).empty());
  CHECK(check("68901", {.run_max = 3}) == Flaws{{Code::run_max, 3, 4}});
  CHECK(check("1234", {.run_max = 9}) == Flaws{{Code::run_max, 3, 4}});
  // Five digits: a run of four starts at the first or the second digit (2 · 10 · 10), twice counted where it has all
  // five (10), and the same downwards; no PIN has both. 10 more have one digit only.
  CHECK(count_accepted(5, {.run_max = 3}) == 100'000 - std::ptrdiff_t{2} * (2 * 10 * 10 - 10) - 10);
  CHECK(count_accepted(5, {}) == 100'000 - 2 * 10 - 10);
}

TEST_CASE("a PIN policy that no PIN can meet is refused") {
  CHECK(validate(PinPolicy{}).has_value());
  CHECK(validate(PinPolicy{.length_min = 12, .distinct_min = 10, .run_max = 1}).has_value());
  CHECK(validate(PinPolicy{.length_max = 64}).has_value());
  for (const PinPolicy& policy :
       {PinPolicy{.length_min = 1}, PinPolicy{.length_min = 13}, PinPolicy{.length_max = 65},
        PinPolicy{.distinct_min = 11}, PinPolicy{.length_max = 4, .distinct_min = 5}, PinPolicy{.run_max = 0}}) {
    CHECK(validate(policy).error() == Errc::invalid_configuration);
  }
}

TEST_CASE("every PIN flaw has a name of its own") {
  std::vector<std::string_view> names;
  for (int code = 1; code <= static_cast<int>(Code::run_max); ++code) {
    const auto name = pin_flaw_name(static_cast<Code>(code));
    CHECK(name != "unknown");
    CHECK(std::ranges::count(names, name) == 0);
    names.push_back(name);
  }
}
