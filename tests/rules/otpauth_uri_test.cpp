#include <ostiary/rules/otpauth_uri.hpp>

#include <string>
#include <vector>

#include "rules/fixture.hpp"

using namespace ostiary;
using namespace std::chrono_literals;

namespace {

const OtpauthLabel maple{.issuer = "Maple Dental", .account_name = "201@acme"};

SecretBytes secret_of(std::string_view text = "12345678901234567890") { return SecretBytes(as_bytes(text)); }

std::string uri_of(const OtpauthLabel& label, const TotpParameters& parameters = {}) {
  return std::string(make_otpauth_uri(label, secret_of(), parameters).value().reveal());
}

std::error_code error_of(const OtpauthLabel& label) { return make_otpauth_uri(label, secret_of(), {}).error(); }

}  // namespace

TEST_CASE("R58, S262, S263: the issuer stands in both places, the secret is bare base32, the usual is left out") {
  CHECK(uri_of(maple) ==
        "otpauth://totp/Maple%20Dental:201%40acme?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Maple%20Dental");
  // 16 bytes would be padded with six '='.
  const auto short_one = make_otpauth_uri(maple, secret_of("1234567890123456"), {}).value();
  CHECK(short_one.reveal() ==
        "otpauth://totp/Maple%20Dental:201%40acme?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY&issuer=Maple%20Dental");
}

TEST_CASE("S262: what has a meaning in a URI is encoded, a blank as %20 and UTF-8 byte by byte") {
  CHECK(uri_of({.issuer = "A&B #1 50%? a/b=c+d;e", .account_name = "zo\xc3\xa9 \"x\" <y>"}) ==
        "otpauth://totp/A%26B%20%231%2050%25%3F%20a%2Fb%3Dc%2Bd%3Be:zo%C3%A9%20%22x%22%20%3Cy%3E?secret="
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=A%26B%20%231%2050%25%3F%20a%2Fb%3Dc%2Bd%3Be");
  CHECK(uri_of({.issuer = "a-b.c_d~e", .account_name = "Z9"}) ==
        "otpauth://totp/a-b.c_d~e:Z9?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=a-b.c_d~e");
}

TEST_CASE("S262: a label with a colon, an empty, unclean or too long one is refused, on either side") {
  const std::vector<std::pair<std::string, Errc>> refused{{"a:b", Errc::value_not_allowed},
                                                          {":", Errc::value_not_allowed},
                                                          {"", Errc::malformed_text},
                                                          {"a\nb", Errc::malformed_text},
                                                          {"a\xff", Errc::malformed_text},
                                                          {std::string("a\0b", 3), Errc::malformed_text},
                                                          {std::string(201, 'a'), Errc::text_too_long}};
  for (const auto& [text, error] : refused) {
    CAPTURE(text);
    CHECK(error_of({.issuer = text, .account_name = "201@acme"}) == error);
    CHECK(error_of({.issuer = "Maple Dental", .account_name = text}) == error);
  }
  CHECK(make_otpauth_uri({.issuer = std::string(200, ' '), .account_name = std::string(200, ' ')}, SecretBytes(64),
                         {.algorithm = TotpAlgorithm::sha512, .digits = 8, .period = 120s}));
}

TEST_CASE("S263: only what is not usual is written, by the names that apps know") {
  const auto end_of = [](const TotpParameters& parameters) {
    const auto uri = uri_of(maple, parameters);
    return uri.substr(uri.find("&issuer=Maple%20Dental") + 22);
  };
  CHECK(end_of({.algorithm = TotpAlgorithm::sha1, .digits = 6, .period = 30s}).empty());
  CHECK(end_of({.algorithm = TotpAlgorithm::sha256}) == "&algorithm=SHA256");
  CHECK(end_of({.algorithm = TotpAlgorithm::sha512}) == "&algorithm=SHA512");
  CHECK(end_of({.digits = 8}) == "&digits=8");
  CHECK(end_of({.period = 60s}) == "&period=60");
  CHECK(end_of({.algorithm = TotpAlgorithm::sha512, .digits = 7, .period = 120s}) ==
        "&algorithm=SHA512&digits=7&period=120");
}

TEST_CASE("S249, S260: parameters out of range, a secret of 15 and of 65 bytes make no URI") {
  CHECK(make_otpauth_uri(maple, secret_of(), {.digits = 5}).error() == Errc::invalid_configuration);
  CHECK(make_otpauth_uri(maple, secret_of(), {.period = 300s}).error() == Errc::invalid_configuration);
  CHECK(make_otpauth_uri(maple, secret_of(), {.algorithm = TotpAlgorithm{4}}).error() == Errc::invalid_configuration);
  CHECK(make_otpauth_uri(maple, SecretBytes(15), {}).error() == Errc::invalid_configuration);
  CHECK(make_otpauth_uri(maple, SecretBytes(65), {}).error() == Errc::invalid_configuration);
}

TEST_CASE("R59: a secret for typing is base32 in groups of four, and is read again as it was") {
  CHECK(format_totp_secret(secret_of()).reveal() == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
  CHECK(format_totp_secret(secret_of("1234567890123456")).reveal() == "GEZD GNBV GY3T QOJQ GEZD GNBV GY");
  CHECK(format_totp_secret(SecretBytes()).reveal().empty());
  auto fresh = test::fresh();
  for (const std::size_t size : {16U, 20U, 32U, 64U}) {
    const auto secret = fresh.secret(size);
    const auto again = parse_totp_secret(format_totp_secret(secret).reveal());
    REQUIRE(again);
    CHECK(hex_encode(again->reveal()) == hex_encode(secret.reveal()));
  }
}

TEST_CASE("S260, S261: a secret from elsewhere is read in any spelling, but not below 128 bits or above 512") {
  CHECK(parse_totp_secret("gezd-gnbv-gy3t-qojq-gezd-gnbv-gy")->size() == 16);
  CHECK(parse_totp_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY======")->size() == 16);
  CHECK(parse_totp_secret(base32_encode(Bytes(64)))->size() == 64);
  for (const auto& text :
       {std::string(), base32_encode(Bytes(10)), base32_encode(Bytes(15)), base32_encode(Bytes(65)),
        std::string("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1"), std::string("GEZDGNBVGY3TQOJQGEZDGNBVGZ")}) {
    CAPTURE(text);
    CHECK_FALSE(parse_totp_secret(text));
  }
}
