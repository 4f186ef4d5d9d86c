#include <ostiary/rules/totp.hpp>

#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "aborts.hpp"
#include "rules/fixture.hpp"
#include "vectors.hpp"

using namespace ostiary;
using namespace std::chrono_literals;
using testing_internal::aborts;

namespace {

constexpr std::string_view rfc_key = "12345678901234567890";
const TotpParameters eight_digits{.digits = 8};

SecretBytes key_of(std::string_view text = rfc_key) { return SecretBytes(as_bytes(text)); }

Instant at(std::int64_t seconds) { return Instant(std::chrono::seconds(seconds)); }

std::string code_of(TotpStep step, const TotpParameters& parameters = {}) {
  return std::string(totp_code(key_of(), parameters, step).value().reveal());
}

std::optional<TotpStep> match(std::string_view code, Instant now, TotpStep newer_than = 0, std::uint8_t skew = 1,
                              const TotpParameters& parameters = {}) {
  return match_totp(key_of(), parameters, code, now, newer_than, skew).value();
}

TotpAlgorithm algorithm_of(const std::string& name) {
  if (name == "SHA512") {
    return TotpAlgorithm::sha512;
  }
  return name == "SHA256" ? TotpAlgorithm::sha256 : TotpAlgorithm::sha1;
}

}  // namespace

TEST_CASE("R57: the defaults are SHA-1, six digits, 30 seconds and one step before and after") {
  const TotpPolicy policy;
  CHECK(policy.parameters == TotpParameters{.algorithm = TotpAlgorithm::sha1, .digits = 6, .period = 30s});
  CHECK(policy.skew == 1);
  CHECK(validate(policy));
}

TEST_CASE("S245: RFC 4226 appendix D: the codes of the counters 0 to 9") {
  const std::vector<std::string> codes{"755224", "287082", "359152", "969429", "338314",
                                       "254676", "287922", "162583", "399871", "520489"};
  for (std::size_t i = 0; i < codes.size(); ++i) {
    CHECK(code_of(i) == codes[i]);
  }
}

TEST_CASE("S245: RFC 6238 appendix B, SHA-1: eight digits, and the last six and seven of them") {
  const std::vector<std::pair<std::int64_t, std::string>> vectors{{59, "94287082"},
                                                                  {1'111'111'109, "07081804"},
                                                                  {1'111'111'111, "14050471"},
                                                                  {1'234'567'890, "89005924"},
                                                                  {2'000'000'000, "69279037"},
                                                                  {20'000'000'000, "65353130"}};
  for (const auto& [time, code] : vectors) {
    CAPTURE(time);
    const auto step = static_cast<TotpStep>(time / 30);
    CHECK(totp_step({}, at(time)) == step);
    CHECK(code_of(step, eight_digits) == code);
    CHECK(code_of(step, {.digits = 7}) == code.substr(1));
    CHECK(code_of(step) == code.substr(2));
    CHECK(match(code, at(time), 0, 0, eight_digits) == step);
  }
}

TEST_CASE("S245: the vectors of RFC 4226 and RFC 6238, all algorithms") {
  const auto vectors = test::load_vectors("otp/rfc4226_rfc6238.json");
  if (!vectors) {
    return;
  }
  for (const auto& vector : vectors->at("rfc4226")) {
    const auto key = key_of(vector.at("secret_ascii").get<std::string>());
    CHECK(totp_code(key, {}, vector.at("counter").get<TotpStep>()).value().reveal() ==
          vector.at("hotp6").get<std::string>());
  }
  CHECK(vectors->at("rfc4226").size() == 10);
  for (const auto& vector : vectors->at("rfc6238")) {
    const TotpParameters parameters{.algorithm = algorithm_of(vector.at("algorithm").get<std::string>()),
                                    .digits = vector.at("digits").get<std::uint8_t>(),
                                    .period = std::chrono::seconds(vector.at("period").get<int>())};
    const auto key = key_of(vector.at("secret_ascii").get<std::string>());
    const auto now = at(vector.at("time").get<std::int64_t>());
    const auto code = vector.at("totp").get<std::string>();
    CAPTURE(code);
    CHECK(match_totp(key, parameters, code, now, 0, 0).value() == totp_step(parameters, now));
  }
  CHECK(vectors->at("rfc6238").size() == 18);
}

TEST_CASE("S246: a code keeps its leading zeros; without them it is none") {
  // RFC 6238 appendix B, time 1111111111: 14050471, so six digits of it begin with a zero.
  const auto now = at(1'111'111'111);
  CHECK(match("050471", now) == totp_step({}, now));
  for (const std::string_view code : {"50471", "0050471", " 50471", "50471 ", "+50471", "0x0471", "5047.1", ""}) {
    CAPTURE(std::string(code));
    CHECK_FALSE(match(code, now));
  }
  CHECK_FALSE(match(std::string_view("050471\0", 7), now));
  CHECK_FALSE(match(std::string_view("\x30\x35\x30\x34\x37\0", 6), now));
}

TEST_CASE("S246: a code with one other digit matches no step") {
  const auto now = at(1'111'111'111);
  const auto present = totp_step({}, now);
  const std::set<std::string> right{code_of(present - 1), code_of(present), code_of(present + 1)};
  for (const auto& code : right) {
    for (std::size_t at = 0; at < code.size(); ++at) {
      for (char digit = '0'; digit <= '9'; ++digit) {
        auto other = code;
        other[at] = digit;
        CAPTURE(other);
        CHECK(match(other, now).has_value() == right.contains(other));
      }
    }
  }
}

TEST_CASE("S247: times beyond 32 bits have steps of their own") {
  for (const std::int64_t time : {std::int64_t{2'147'483'648}, std::int64_t{4'294'967'296},
                                  std::int64_t{20'000'000'000}, std::numeric_limits<std::int64_t>::max() / 1000}) {
    CAPTURE(time);
    const auto step = static_cast<TotpStep>(time / 30);
    CHECK(totp_step({}, at(time)) == step);
    CHECK(match(code_of(step), at(time), 0, 0) == step);
    CHECK_FALSE(match(code_of(step), at(time % 2'147'483'648), 0, 0));
  }
}

TEST_CASE("S247: a clock before the end of the first period matches nothing, whatever the code") {
  for (const auto now : {at(0), Instant(29'999ms), Instant(-1ms), at(-59), Instant::min()}) {
    CAPTURE(now.time_since_epoch().count());
    CHECK(totp_step({}, now) == 0);
    for (const TotpStep step : {TotpStep{0}, TotpStep{1}, TotpStep{2}, ~TotpStep{0}, ~TotpStep{0} - 1}) {
      CHECK_FALSE(match(code_of(step), now, 0, 2));
    }
  }
  CHECK(match(code_of(1), Instant(30'000ms), 0, 2) == TotpStep{1});
  CHECK_FALSE(match(code_of(0), Instant(30'000ms), 0, 2));  // step 0 stands for none
}

TEST_CASE("S249: codes of one step before and after match, of two do not; a skew of 0 and of 2 takes as many") {
  const auto now = at(1'234'567'890);
  const auto present = totp_step({}, now);
  for (const std::uint8_t skew : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{2}}) {
    for (TotpStep step = present - 4; step <= present + 4; ++step) {
      CAPTURE(step);
      const bool within = step + skew >= present && step <= present + skew;
      CHECK(match(code_of(step), now, 0, skew) == (within ? std::optional(step) : std::nullopt));
    }
  }
}

TEST_CASE("S249: the window moves with the clock, to the millisecond") {
  const TotpStep step = 41'152'263;
  const Instant begin(std::chrono::milliseconds(step * 30'000));
  CHECK_FALSE(match(code_of(step), begin - 30'001ms));
  CHECK(match(code_of(step), begin - 30s) == step);
  CHECK(match(code_of(step), begin + 59'999ms) == step);
  CHECK_FALSE(match(code_of(step), begin + 60s));
}

TEST_CASE("S249: a policy of ten steps, five or nine digits, or a period out of range is refused") {
  CHECK(validate({.skew = 0}));
  CHECK(validate({.skew = 2}));
  CHECK(validate({.parameters = {.algorithm = TotpAlgorithm::sha512, .digits = 8, .period = 15s}}));
  CHECK(validate({.parameters = {.algorithm = TotpAlgorithm::sha256, .digits = 7, .period = 120s}}));
  const std::vector<TotpPolicy> refused{{.skew = 3},
                                        {.skew = 10},
                                        {.skew = 255},
                                        {.parameters = {.digits = 5}},
                                        {.parameters = {.digits = 9}},
                                        {.parameters = {.digits = 0}},
                                        {.parameters = {.period = 14s}},
                                        {.parameters = {.period = 121s}},
                                        {.parameters = {.period = 0s}},
                                        {.parameters = {.period = -30s}},
                                        {.parameters = {.period = std::chrono::seconds::max()}},
                                        {.parameters = {.algorithm = TotpAlgorithm{}}},
                                        {.parameters = {.algorithm = TotpAlgorithm{4}}}};
  for (const auto& policy : refused) {
    CHECK(validate(policy).error() == Errc::invalid_configuration);
    if (!is_valid(policy.parameters)) {
      CHECK(totp_step(policy.parameters, test::noon) == 0);
      CHECK(totp_code(key_of(), policy.parameters, 1).error() == Errc::invalid_configuration);
      CHECK(match_totp(key_of(), policy.parameters, "123456", test::noon, 0, 1).error() == Errc::invalid_configuration);
    } else {
      CHECK(aborts([&] { static_cast<void>(match("123456", test::noon, 0, policy.skew)); }));
    }
  }
}

TEST_CASE("S250: a code whose step was accepted is refused, in any of its periods") {
  const TotpStep step = 41'152'263;
  for (const auto offset : {-30s, 0s, 30s}) {
    const auto now = at(static_cast<std::int64_t>(step) * 30) + offset;
    CHECK(match(code_of(step), now, step - 1) == step);
    CHECK_FALSE(match(code_of(step), now, step));
  }
}

TEST_CASE("S250, S283: after a newer code an older one is refused, and a clock set back opens no used step") {
  const TotpStep step = 41'152'263;
  const auto now = at(static_cast<std::int64_t>(step) * 30);
  CHECK_FALSE(match(code_of(step - 1), now, step));
  CHECK_FALSE(match(code_of(step), now, step + 1));
  CHECK(match(code_of(step + 1), now, step) == step + 1);
  CHECK_FALSE(match(code_of(step - 120), now - 1h, step));
  CHECK_FALSE(match(code_of(step + 1), now, ~TotpStep{0}));
}

TEST_CASE("S250: where two steps of the window have one code, the oldest that may be used is taken") {
  // With the RFC's key, found by search.
  const TotpStep twin = 910'737;
  const auto code = code_of(twin);
  REQUIRE(code_of(twin + 1) == code);
  const auto now = at(static_cast<std::int64_t>(twin + 1) * 30);
  CHECK(match(code, now) == twin);
  CHECK(match(code, now, twin) == twin + 1);
  CHECK_FALSE(match(code, now, twin + 1));
}

TEST_CASE("S254: blanks, hyphens between digits and full-width digits are taken out of what was typed") {
  const std::string full_width = "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x93\xef\xbc\x90\xef\xbc\x95\xef\xbc\x99";  // 123059
  for (const std::string_view typed :
       {std::string_view("123059"), std::string_view("123 059"), std::string_view("123-059"),
        std::string_view(" 123059"), std::string_view("123059 "), std::string_view("\t1 2 3 0 5 9\r\n"),
        std::string_view("12-30-59"), std::string_view("123 - 059"), std::string_view("123\u00a0059"),
        std::string_view("\u3000123059"), std::string_view(full_width)}) {
    CAPTURE(std::string(typed));
    CHECK(normalize_totp_code(typed, 6) == "123059");
    CHECK_FALSE(normalize_totp_code(typed, 7));
  }
  CHECK(normalize_totp_code("0123 4567", 8) == "01234567");
}

TEST_CASE("S254: another length, another character or a hyphen that is not between digits is no code") {
  for (const std::string_view typed : {"",
                                       " ",
                                       "12305",
                                       "1230599",
                                       "471",
                                       "-123059",
                                       "123059-",
                                       "123--059",
                                       "123- -059",
                                       "12305a",
                                       "123,059",
                                       "123.059",
                                       "+123059",
                                       "123\xc2 059",
                                       "\xef\xbc\x91\xef\xbc",
                                       "12305\xef\xbc\x8f",
                                       "12305\xef\xbc\x9a",
                                       "12305\xef\xbd\x91",
                                       "\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa0\xd9\xa5\xd9\xa9",
                                       "123\u2013059"}) {
    CAPTURE(std::string(typed));
    CHECK_FALSE(normalize_totp_code(typed, 6));
  }
  CHECK_FALSE(normalize_totp_code(std::string_view("12305\0", 6), 6));
  CHECK_FALSE(normalize_totp_code("123059" + std::string(59, ' '), 6));
  CHECK(normalize_totp_code("123059" + std::string(58, ' '), 6));
}

TEST_CASE("S260: a new secret has as many bytes as its hash, and is another each time") {
  auto fresh = test::fresh();
  CHECK(make_totp_secret(TotpAlgorithm::sha1, fresh).size() == 20);
  CHECK(make_totp_secret(TotpAlgorithm::sha256, fresh).size() == 32);
  CHECK(make_totp_secret(TotpAlgorithm::sha512, fresh).size() == 64);
  const auto one = make_totp_secret(TotpAlgorithm::sha1, fresh);
  const auto other = make_totp_secret(TotpAlgorithm::sha1, fresh);
  CHECK(hex_encode(one.reveal()) != hex_encode(other.reveal()));
  CHECK(aborts([&] { static_cast<void>(make_totp_secret(TotpAlgorithm{9}, fresh)); }));
}

TEST_CASE("S260: a key below 16 or above 64 bytes is an error, not a match") {
  for (const std::size_t size : {std::size_t{0}, std::size_t{15}, std::size_t{65}}) {
    CAPTURE(size);
    const SecretBytes key(size);
    CHECK(match_totp(key, {}, "123456", test::noon, 0, 1).error() == Errc::invalid_configuration);
    CHECK(totp_code(key, {}, 1).error() == Errc::invalid_configuration);
  }
  for (const std::size_t size : {std::size_t{16}, std::size_t{64}}) {
    const SecretBytes key(size);
    const auto step = totp_step({}, test::noon);
    CHECK(match_totp(key, {}, totp_code(key, {}, step).value().reveal(), test::noon, 0, 1).value() == step);
  }
}

TEST_CASE("another key, algorithm, period or number of digits takes another code") {
  const auto now = at(1'234'567'890);
  const auto code = code_of(totp_step({}, now));
  CHECK(match(code, now));
  CHECK_FALSE(match_totp(key_of("12345678901234567891"), {}, code, now, 0, 1).value());
  CHECK_FALSE(match(code, now, 0, 1, {.algorithm = TotpAlgorithm::sha256}));
  CHECK_FALSE(match(code, now, 0, 1, {.algorithm = TotpAlgorithm::sha512}));
  CHECK_FALSE(match(code, now, 0, 1, {.digits = 7}));
  CHECK_FALSE(match(code, now, 0, 1, {.period = 60s}));
}
