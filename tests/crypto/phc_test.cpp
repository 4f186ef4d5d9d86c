#include "crypto/phc.hpp"

#include <random>

#include <doctest/doctest.h>

using namespace ostiary;
using namespace ostiary::crypto;

namespace {

constexpr std::string_view argon2id =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$W2/hNMtQKxyFQI3cOFyMdL9hfH0kK/3DKouGLtcZUyw";
constexpr std::string_view salt = "c29tZXNhbHQxNmJ5dGVzIQ";
constexpr std::string_view digest = "W2/hNMtQKxyFQI3cOFyMdL9hfH0kK/3DKouGLtcZUyw";

std::string with_parameters(std::string_view head) {
  return std::string(head) + "$" + std::string(salt) + "$" + std::string(digest);
}

bool is_malformed(std::string_view text) {
  const auto parsed = parse_phc(text);
  return parsed.has_error() && parsed.error() == Errc::malformed_password_hash;
}

// A fixed seed: every run tries the same hashes.
class Draws {
 public:
  std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return std::uniform_int_distribution<std::uint32_t>(low, high)(engine_);
  }
  Bytes bytes(std::size_t size_min) {
    Bytes out(between(static_cast<std::uint32_t>(size_min), phc_field_size_max));
    for (auto& byte : out) {
      byte = static_cast<std::byte>(between(0, 255));
    }
    return out;
  }
  KdfParameters parameters() {
    switch (between(0, 3)) {
      case 0: {
        const auto lanes = between(1, 64);
        return Argon2Parameters{.type = between(0, 1) == 0 ? Argon2Type::argon2id : Argon2Type::argon2i,
                                .memory_kib = between(8 * lanes, 0xffffffff),
                                .passes = between(1, 0xffffffff),
                                .lanes = lanes};
      }
      case 1:
        return ScryptParameters{.log2_n = between(1, 31), .block_size = between(2, 64), .lanes = between(1, 1024)};
      case 2:
        return Pbkdf2Parameters{.digest = static_cast<Pbkdf2Digest>(between(0, 2)),
                                .iterations = between(1, 0xffffffff)};
      default:
        return BcryptParameters{.input = static_cast<BcryptInput>(between(0, 1)), .cost = between(4, 31)};
    }
  }

 private:
  std::mt19937 engine_{20'240'601};  // NOLINT(cert-msc32-c,cert-msc51-cpp): repeatable on purpose
};

}  // namespace

TEST_CASE("S217: the argon2 command's string is read field by field") {
  const auto hash = parse_phc(argon2id);
  REQUIRE(hash.has_value());
  const Argon2Parameters expected{.type = Argon2Type::argon2id, .memory_kib = 19'456, .passes = 2, .lanes = 1};
  CHECK(hash.value().parameters == KdfParameters(expected));
  CHECK(hex_encode(hash.value().salt) == "736f6d6573616c743136627974657321");  // "somesalt16bytes!"
  CHECK(hash.value().digest.size() == 32);
  CHECK(hash.value().digest.front() == std::byte{0x5b});
  CHECK(write_phc(hash.value()) == argon2id);
}

TEST_CASE("S219: every kind of string reads, and writes as it was read") {
  for (const auto* head : {"$argon2id$v=19$m=8,t=1,p=1", "$argon2i$v=19$m=4294967295,t=4294967295,p=16777215",
                           "$scrypt$ln=17,r=8,p=1", "$scrypt$ln=15,r=1,p=1073741823", "$scrypt$ln=31,r=2,p=1",
                           "$pbkdf2-sha256$i=600000", "$pbkdf2-sha512$i=4294967295", "$pbkdf2-sha256$i=1"}) {
    CAPTURE(head);
    const auto text = with_parameters(head);
    const auto hash = parse_phc(text);
    REQUIRE(hash.has_value());
    CHECK(write_phc(hash.value()) == text);
  }
}

TEST_CASE("S219: what is written is read back the same, over the space of parameters") {
  Draws draws;
  for (int i = 0; i < 20'000; ++i) {
    PhcHash hash{.parameters = draws.parameters(),
                 .salt = PhcBytes(draws.bytes(bcrypt_salt_size)),
                 .digest = PhcBytes(draws.bytes(bcrypt_digest_size))};
    if (std::holds_alternative<BcryptParameters>(hash.parameters)) {
      hash.salt.resize(bcrypt_salt_size);
      hash.digest.resize(bcrypt_digest_size);
    }
    const auto text = write_phc(hash);
    CAPTURE(text);
    const auto read = parse_phc(text);
    REQUIRE(read.has_value());
    REQUIRE(read.value() == hash);
  }
}

TEST_CASE("S219: a string that reads is the only spelling: each single changed byte is refused or another hash") {
  const auto original = parse_phc(argon2id).value();
  for (std::size_t at = 0; at < argon2id.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      auto text = std::string(argon2id);
      if (text[at] == static_cast<char>(value)) {
        continue;
      }
      text[at] = static_cast<char>(value);
      CAPTURE(text);
      const auto read = parse_phc(text);
      if (read.has_value()) {
        REQUIRE_FALSE(read.value() == original);
        REQUIRE(write_phc(read.value()) == text);
      }
    }
  }
}

TEST_CASE("a string cut at any place is refused") {
  // Cut inside the digest it can still be a whole, shorter one of 16 bytes or more.
  const auto digest_at = argon2id.size() - digest.size();
  for (std::size_t size = 0; size < digest_at + 22; ++size) {
    CAPTURE(size);
    CHECK(is_malformed(argon2id.substr(0, size)));
  }
}

TEST_CASE("parameters out of shape are refused") {
  for (const auto* head : {
           "$argon2id$v=19$m=19456,t=2",                 // missing
           "$argon2id$v=19$t=2,p=1",                     // missing
           "$argon2id$m=19456,t=2,p=1",                  // without a version it is version 16
           "$argon2id$v=16$m=19456,t=2,p=1",             // another version
           "$argon2id$v=019$m=19456,t=2,p=1",            // leading zero
           "$argon2id$v=19$m=019456,t=2,p=1",            // leading zero
           "$argon2id$v=19$m=19456,m=19456,t=2,p=1",     // twice
           "$argon2id$v=19$m=19456,t=2,p=1,p=1",         // twice
           "$argon2id$v=19$t=2,m=19456,p=1",             // out of order
           "$argon2id$v=19$m=19456,t=2,p=1,keyid=AAAA",  // unknown here
           "$argon2id$v=19$m=19456,t=2,p=1,",            // trailing comma
           "$argon2id$v=19$m=19456;t=2;p=1",
           "$argon2id$v=19$m=,t=2,p=1",
           "$argon2id$v=19$m=+19456,t=2,p=1",
           "$argon2id$v=19$m=-1,t=2,p=1",
           "$argon2id$v=19$m= 19456,t=2,p=1",
           "$argon2id$v=19$m=0x4c00,t=2,p=1",
           "$argon2id$v=19$m=19456.0,t=2,p=1",
           "$argon2id$v=19$m=4294967296,t=2,p=1",            // 2^32
           "$argon2id$v=19$m=18446744073709571072,t=2,p=1",  // 2^64 + 19456
           "$argon2id$v=19$m=0,t=2,p=1",
           "$argon2id$v=19$m=19456,t=0,p=1",
           "$argon2id$v=19$m=19456,t=2,p=0",
           "$argon2id$v=19$m=7,t=2,p=1",                   // less than 8 KiB a lane
           "$argon2id$v=19$m=4294967295,t=2,p=16777216",   // more lanes than 2^24 - 1
           "$argon2id$v=19$m=4294967295,t=2,p=536870913",  // 8 x lanes wraps round to 8
           "$argon2d$v=19$m=19456,t=2,p=1",
           "$argon2$v=19$m=19456,t=2,p=1",
           "$Argon2id$v=19$m=19456,t=2,p=1",
           "$scrypt$ln=17,r=8",
           "$scrypt$n=131072,r=8,p=1",
           "$scrypt$ln=0,r=8,p=1",
           "$scrypt$ln=32,r=8,p=1",
           "$scrypt$ln=16,r=1,p=1",  // N must be less than 2^(128 r / 8)
           "$scrypt$ln=17,r=0,p=1",
           "$scrypt$ln=17,r=8,p=0",
           "$scrypt$ln=17,r=32768,p=32768",  // r x p = 2^30
           "$scrypt$v=1$ln=17,r=8,p=1",
           "$pbkdf2-sha256$i=0",
           "$pbkdf2-sha256$600000",
           "$pbkdf2-sha256$i=600000,l=32",
           "$pbkdf2-md5$i=600000",
           "$pbkdf2$i=600000",
           "$2b$12",
           "$",
           "",
       }) {
    CAPTURE(head);
    CHECK(is_malformed(with_parameters(head)));
  }
}

TEST_CASE("salts and digests out of shape are refused") {
  const std::string head = "$pbkdf2-sha256$i=600000$";
  const auto of = [&](std::string_view a, std::string_view b) { return head + std::string(a) + "$" + std::string(b); };
  REQUIRE(parse_phc(of(salt, digest)).has_value());
  CHECK(is_malformed(of("", digest)));
  CHECK(is_malformed(of(salt, "")));
  CHECK(is_malformed(of("c2FsdHNhbA", digest)));                     // 7 bytes of salt
  CHECK(parse_phc(of("c2FsdHNhbHQ", digest)).has_value());           // 8
  CHECK(is_malformed(of(salt, "AAAAAAAAAAAAAAAAAAAA")));             // 15 bytes of digest
  CHECK(parse_phc(of(salt, "AAAAAAAAAAAAAAAAAAAAAA")).has_value());  // 16
  CHECK(is_malformed(of(salt, "AAAAAAAAAAAAAAAAAAAAAB")));           // unused bits that are not zero
  CHECK(is_malformed(of(salt, "AAAAAAAAAAAAAAAAAAAAAA==")));         // padded
  CHECK(is_malformed(of("c29tZXNhbHQxNmJ5dGVzIQ==", digest)));
  CHECK(is_malformed(of(salt, std::string(digest) + "=")));
  CHECK(is_malformed(of(salt, "W2-hNMtQKxyFQI3cOFyMdL9hfH0kK-3DKouGLtcZUyw")));  // the URL alphabet
  CHECK(is_malformed(of(salt, "W2_hNMtQKxyFQI3cOFyMdL9hfH0kK_3DKouGLtcZUyw")));
  CHECK(is_malformed(of(salt, "W2/hNMtQKxyFQI3cOFyMdL9hfH0kK/3DKouGLtcZUy")));  // a length that no bytes have
  CHECK(is_malformed(of(salt, std::string(digest) + "\n")));
  CHECK(is_malformed(of(salt, " " + std::string(digest))));
  CHECK(is_malformed(of(salt, std::string(digest) + "$")));
  CHECK(is_malformed(of(salt, std::string(digest) + "$AAAA")));
  CHECK(is_malformed(of(salt, std::string(digest) + std::string(1, '\0'))));
  CHECK(parse_phc(of(salt, std::string(86, 'A'))).has_value());  // 64 bytes
  CHECK(is_malformed(of(salt, std::string(87, 'A'))));           // 65
  CHECK(is_malformed(of(std::string(87, 'A'), digest)));
  CHECK(is_malformed(of(salt, std::string(1'000'000, 'A'))));
  CHECK(is_malformed(std::string(argon2id) + " "));
  CHECK(is_malformed(" " + std::string(argon2id)));
  CHECK(is_malformed(std::string(argon2id.substr(1))));
}
