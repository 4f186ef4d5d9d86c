#include "crypto/bcrypt.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "crypto/phc.hpp"

using namespace ostiary;
using namespace ostiary::crypto;

namespace {

struct Vector {
  std::string_view password;
  std::string_view hash;
};

// Passwords and salts of the Openwall crypt_blowfish tests; the last two run anew with Python's bcrypt 4.0.1.
constexpr Vector vectors[] = {{"U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
                              {"U*U*", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"},
                              {"U*U*U", "$2b$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"},
                              {"", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"},
                              {"\xa3", "$2b$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq"},
                              {"\xff\xff\xa3", "$2b$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e"}};

PhcBytes run(std::uint32_t cost, std::string_view password, ByteView salt, Bytes& memory) {
  PhcBytes out(bcrypt_digest_size);
  REQUIRE(bcrypt(cost, as_bytes(password), salt, memory, out).has_value());
  return out;
}

}  // namespace

TEST_CASE("S222: bcrypt gives the published digests, also of bytes over 127, and leaves its memory zero") {
  Bytes memory(bcrypt_memory_size());
  for (const auto& [password, hash] : vectors) {
    CAPTURE(hash);
    const auto parsed = parse_phc(hash);
    REQUIRE(parsed.has_value());
    CHECK(run(5, password, parsed.value().salt, memory) == parsed.value().digest);
    CHECK(std::ranges::count(memory, std::byte{0}) == std::ssize(memory));
    CHECK(run(5, "U*U*U*U", parsed.value().salt, memory) != parsed.value().digest);
    CHECK(run(4, password, parsed.value().salt, memory) != parsed.value().digest);
  }
}

TEST_CASE("S222: bcrypt reads 72 bytes, and reads_whole says so; the digest of a long password is read whole") {
  Bytes memory(bcrypt_memory_size());
  const Bytes salt(bcrypt_salt_size, std::byte{0x31});
  const std::string long_one(72, 'a');
  CHECK(run(4, long_one, salt, memory) == run(4, long_one + "b", salt, memory));
  CHECK(run(4, long_one, salt, memory) != run(4, long_one.substr(1), salt, memory));
  CHECK(run(4, std::string("a\0b", 3), salt, memory) == run(4, "a", salt, memory));
  CHECK(run(4, std::string(1000, 'a'), salt, memory) == run(4, long_one, salt, memory));

  const BcryptParameters plain{.input = BcryptInput::password, .cost = 4};
  const BcryptParameters digested{.input = BcryptInput::sha256_hex, .cost = 4};
  CHECK(reads_whole(plain, as_bytes(long_one)));
  CHECK_FALSE(reads_whole(plain, as_bytes(long_one + "b")));
  CHECK_FALSE(reads_whole(plain, as_bytes(std::string("a\0b", 3))));
  CHECK(reads_whole(digested, as_bytes(std::string(1000, 'a'))));
  CHECK(reads_whole(Pbkdf2Parameters{.iterations = 1}, as_bytes(std::string(1000, 'a'))));
  Bytes one(bcrypt_digest_size);
  Bytes other(bcrypt_digest_size);
  const auto longer = long_one + "b";
  REQUIRE(derive_password_key(digested, {.password = as_bytes(long_one), .salt = salt}, memory, one).has_value());
  REQUIRE(derive_password_key(digested, {.password = as_bytes(longer), .salt = salt}, memory, other).has_value());
  CHECK(one != other);
}

TEST_CASE("bcrypt's base64 is strict: one spelling for each digest") {
  Bytes digest(bcrypt_digest_size);
  const std::string text = "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
  REQUIRE(bcrypt_base64_decode(text, digest));
  CHECK(bcrypt_base64(digest) == text);
  for (const auto* bad :
       {"E5YPO9kmyuRGyh0XouQYb4YMJKvyOeX", "E5YPO9kmyuRGyh0XouQYb4YMJKvyOe", "E5YPO9kmyuRGyh0XouQYb4YMJKvyO-W",
        "E5YPO9kmyuRGyh0XouQYb4YMJKvyO_W", "E5YPO9kmyuRGyh0XouQYb4YMJKvyO=W", ""}) {
    CAPTURE(bad);
    CHECK_FALSE(bcrypt_base64_decode(bad, digest));
  }
}

TEST_CASE("S218, S222: a bcrypt string has a cost of 04 to 31 in two digits, 53 characters, and one prefix") {
  const std::string tail = "$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
  for (const auto* head : {"$2b$04", "$2b$05", "$2b$31", "$2b-sha256$12"}) {
    CAPTURE(head);
    const auto parsed = parse_phc(head + tail);
    REQUIRE(parsed.has_value());
    CHECK(write_phc(parsed.value()) == head + tail);
  }
  for (const auto* head : {"$2b$00", "$2b$03", "$2b$32", "$2b$99", "$2b$5", "$2b$005", "$2b$ 5", "$2b$+5", "$2b$",
                           "$2a$05", "$2y$05", "$2x$05", "$2$05", "$2b-sha512$05"}) {
    CAPTURE(head);
    CHECK(parse_phc(head + tail).has_error());
  }
  CHECK(parse_phc("$2b$05" + tail + "a").has_error());
  CHECK(parse_phc("$2b$05" + tail.substr(0, tail.size() - 1)).has_error());
  CHECK(parse_phc("$2b$05" + tail + "$").has_error());
}
