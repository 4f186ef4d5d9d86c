#include "crypto/hkdf.hpp"

#include "vectors.hpp"

using namespace ostiary;
using ostiary::test::from_hex;

TEST_CASE("HKDF-SHA-256 without salt gives what Wycheproof and RFC 5869 say, and refuses more than 255 blocks") {
  const auto vectors = test::load_vectors("wycheproof/hkdf_sha256_test.json");
  if (!vectors) {
    return;
  }
  std::size_t valid = 0;
  std::size_t invalid = 0;
  for (const auto& group : vectors->at("testGroups")) {
    for (const auto& test : group.at("tests")) {
      const bool expected = test.at("result") == "valid";
      if (expected && !test.at("salt").get<std::string>().empty()) {
        continue;  // the library derives without salt
      }
      CAPTURE(test.at("tcId").get<int>());
      const auto secret = from_hex(test.at("ikm"));
      const auto info = from_hex(test.at("info"));
      const std::string_view label(reinterpret_cast<const char*>(info.data()), info.size());
      Bytes out(test.at("size").get<std::size_t>());
      const auto result = crypto::hkdf_sha256(secret, label, out);
      REQUIRE(result.has_value() == expected);
      if (expected) {
        CHECK(hex_encode(out) == test.at("okm").get<std::string>());
        ++valid;
      } else {
        CHECK(result.error() == Errc::crypto_failure);
        ++invalid;
      }
    }
  }
  CHECK(valid == 23);
  CHECK(invalid == 3);
}

TEST_CASE("HKDF-SHA-256 gives the key of RFC 5869 A.3") {
  const Bytes secret(22, std::byte{0x0b});
  ByteArray<42> out{};
  REQUIRE(crypto::hkdf_sha256(secret, "", out).has_value());
  CHECK(hex_encode(out) == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}
