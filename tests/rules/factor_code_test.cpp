#include <ostiary/rules/factor_code.hpp>

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "fixture.hpp"
#include <ostiary/rules/link_token.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

std::string code_of(const KeyRing& keys, Generation generation = 3, const LinkId& id = link_id) {
  return std::string(make_factor_code(keys, id, generation).value().reveal());
}

bool matches(const KeyRing& keys, std::string_view typed, Generation generation = 3) {
  return match_factor_code(keys, link_id, generation, typed).value();
}

}  // namespace

TEST_CASE("R62: a code by e-mail is 8 digits, the same in every try, and another for each row, generation and key") {
  const auto keys = key_ring();
  const auto code = code_of(*keys);
  CHECK(code.size() == factor_code_digits);
  CHECK(std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; }));
  CHECK(code == code_of(*keys));
  CHECK(code != code_of(*keys, 4));
  CHECK(code != code_of(*keys, 3, id_of<LinkId>(22)));
  CHECK(code != code_of(*key_ring(2, {2})));
}

TEST_CASE("R62: the digits are the front 64 bits of the token's authentication code, modulo 10^8") {
  const auto keys = key_ring();
  for (Generation generation = 1; generation <= 50; ++generation) {
    ByteArray<56> token{};
    const auto text = make_link_token(*keys, LinkPurpose::factor_code, link_id, generation).value();
    REQUIRE(base64url_decode(text.reveal(), token));
    const auto number = std::stoull(hex_encode(ByteView(token).subspan(24, 8)), nullptr, 16);
    CHECK(code_of(*keys, generation) == fmt::format("{:08}", number % 100'000'000));
  }
}

TEST_CASE("R62: leading zeros are kept, and no digit stands out at any place") {
  const auto keys = key_ring();
  std::array<std::array<int, 10>, factor_code_digits> counts{};
  constexpr Generation generations = 5000;
  for (Generation generation = 1; generation <= generations; ++generation) {
    const auto code = code_of(*keys, generation);
    REQUIRE(code.size() == factor_code_digits);
    if (code.front() == '0') {
      CHECK(matches(*keys, code, generation));
      CHECK_FALSE(matches(*keys, code.substr(1), generation));
    }
    for (std::size_t i = 0; i < code.size(); ++i) {
      ++counts.at(i).at(static_cast<std::size_t>(code[i] - '0'));
    }
  }
  // 500 are expected of each, with a standard deviation of 21.
  for (const auto& place : counts) {
    CHECK(std::ranges::all_of(place, [](int count) { return count > 400 && count < 600; }));
  }
}

TEST_CASE("R62: only the code of this row and generation matches, not one with another digit") {
  const auto keys = key_ring();
  const auto code = code_of(*keys);
  CHECK(matches(*keys, code));
  CHECK_FALSE(matches(*keys, code, 4));
  CHECK_FALSE(match_factor_code(*keys, id_of<LinkId>(22), 3, code).value());
  for (std::size_t i = 0; i < code.size(); ++i) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      auto typed = code;
      typed[i] = digit;
      CHECK(matches(*keys, typed) == (typed == code));
    }
  }
}

TEST_CASE("R62: blanks, hyphens and full-width digits are taken; what is not exactly 8 digits is not") {
  const auto keys = key_ring();
  const auto code = code_of(*keys);
  const auto front = code.substr(0, 4);
  const auto back = code.substr(4);
  std::string wide;
  for (const char digit : code) {
    wide += "\xef\xbc";
    wide += static_cast<char>(0x90 + (digit - '0'));
  }
  for (const auto& typed : {fmt::format(" {} ", code), fmt::format("{} {}", front, back),
                            fmt::format("{}-{}", front, back), fmt::format("{}\u00A0{}", front, back), wide,
                            fmt::format("{}\u3000{}", wide.substr(0, 12), back), fmt::format("\t{}\r\n", code)}) {
    CHECK_MESSAGE(matches(*keys, typed), typed);
  }
  for (const auto& typed : {std::string(), std::string(" "), code.substr(1), code.substr(0, 7), code + "0", code + code,
                            "+" + code, code + "x", code + std::string(1, '\0'), "-" + code,
                            fmt::format("{}.{}", front, back), front + std::string("\xef\xbc").append(back),
                            front + std::string("\xef\xbc\x9a").append(back), code + "\xff"}) {
    CHECK_FALSE_MESSAGE(matches(*keys, typed), typed);
  }
}

TEST_CASE("R73: a code outlives the rotation of its key, and not the key") {
  const auto before = code_of(*key_ring(1, {1}));
  const auto both = key_ring(2, {1, 2});
  CHECK(code_of(*both) != before);
  CHECK(matches(*both, before));
  CHECK(matches(*both, code_of(*both)));
  CHECK(matches(*key_ring(1, {1, 2}), code_of(*both)));  // a process that does not yet make the new one current
  CHECK_FALSE(matches(*key_ring(2, {2}), before));
}

TEST_CASE("R62: a code of another ring whose key has the same id is none of this one") {
  std::vector<Key> keys;
  keys.push_back({.id = 1, .secret = SecretBytes(Bytes(32, std::byte{0x99}))});
  const auto other = KeyRing::create(1, std::move(keys)).value();
  CHECK_FALSE(matches(*key_ring(), code_of(*other)));
}
