#include "crypto/hotp.hpp"

#include <array>

#include "vectors.hpp"

using namespace ostiary;
using namespace ostiary::crypto;

TEST_CASE("S245: RFC 4226 appendix D: the truncated numbers of the first ten counters, at once and one by one") {
  const auto key = as_bytes("12345678901234567890");
  constexpr std::array<std::uint32_t, 10> expected{0x4c93cf18, 0x41397eea, 0x82fef30, 0x66ef7655, 0x61c5938a,
                                                   0x33c083d4, 0x7256c032, 0x4e5b397, 0x2823443f, 0x2679dc69};
  std::array<std::uint32_t, 10> values{};
  REQUIRE(hotp_values(HotpHash::sha1, key, 0, values));
  CHECK(values == expected);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    std::array<std::uint32_t, 1> one{};
    REQUIRE(hotp_values(HotpHash::sha1, key, i, one));
    CHECK(one.at(0) == expected.at(i));
  }
}

TEST_CASE("each hash gives its own numbers, and another key, counter or hash another one") {
  const auto value_of = [](HotpHash hash, std::string_view key, std::uint64_t counter) {
    std::array<std::uint32_t, 1> value{};
    REQUIRE(hotp_values(hash, as_bytes(key), counter, value));
    return value.at(0);
  };
  // RFC 6238 appendix B, time 59: the codes are the last eight digits.
  CHECK(value_of(HotpHash::sha1, "12345678901234567890", 1) % 100'000'000 == 94'287'082);
  CHECK(value_of(HotpHash::sha256, "12345678901234567890123456789012", 1) % 100'000'000 == 46'119'246);
  CHECK(value_of(HotpHash::sha512, "1234567890123456789012345678901234567890123456789012345678901234", 1) %
            100'000'000 ==
        90'693'936);
  const auto value = value_of(HotpHash::sha1, "12345678901234567890", 1);
  CHECK(value_of(HotpHash::sha1, "12345678901234567891", 1) != value);
  CHECK(value_of(HotpHash::sha1, "12345678901234567890", 1ULL << 32U) != value);
  CHECK(value_of(HotpHash::sha256, "12345678901234567890", 1) != value);
}

TEST_CASE("no counter is asked for, none is given") { CHECK(hotp_values(HotpHash::sha1, as_bytes("key"), 0, {})); }
