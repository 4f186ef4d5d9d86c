#include "crypto/password_kdf.hpp"

#include <algorithm>
#include <bit>

#include "crypto/arena_pool.hpp"
#include "crypto/phc.hpp"
#include "vectors.hpp"

using namespace ostiary;
using namespace ostiary::crypto;
using ostiary::test::from_hex;

namespace {

std::string derived(const KdfParameters& parameters, const KdfInput& input, std::size_t size) {
  const Arena arena(std::holds_alternative<Argon2Parameters>(parameters) ? memory_kib_of(parameters) * 1024 : 0);
  Bytes out(size);
  REQUIRE(derive_password_key(parameters, input, arena.memory(), out).has_value());
  return hex_encode(out);
}

bool is_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{}; });
}

}  // namespace

TEST_CASE("S217: Argon2 gives the tags of RFC 9106 section 5") {
  const Bytes password(32, std::byte{1});
  const Bytes salt(16, std::byte{2});
  const Bytes secret(8, std::byte{3});
  const Bytes associated(12, std::byte{4});
  const KdfInput input{.password = password, .salt = salt, .secret = secret, .associated = associated};
  Argon2Parameters parameters{.type = Argon2Type::argon2id, .memory_kib = 32, .passes = 3, .lanes = 4};
  CHECK(derived(parameters, input, 32) == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
  parameters.type = Argon2Type::argon2i;
  CHECK(derived(parameters, input, 32) == "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8");
}

TEST_CASE("S217: Argon2 gives what Debian's argon2 command gives") {
  // printf 'correct horse battery staple' | argon2 'somesalt16bytes!' -v 13 -e and: -id -t 2 -k 19456 -p 1 -l 32;
  // -i -t 3 -k 64 -p 2 -l 32; -id -t 1 -k 47104 -p 4 -l 24 (by 4 threads); -id -t 4 -k 8 -p 1 -l 16
  for (const auto* text :
       {"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$W2/hNMtQKxyFQI3cOFyMdL9hfH0kK/3DKouGLtcZUyw",
        "$argon2i$v=19$m=64,t=3,p=2$c29tZXNhbHQxNmJ5dGVzIQ$b/8xPZSUbwrG/ExNY2W6fpxSWD9VSNmVmjj8kn/WaiE",
        "$argon2id$v=19$m=47104,t=1,p=4$c29tZXNhbHQxNmJ5dGVzIQ$2NGuOXUFvzMsKc6/GBPZeKBhTQpCMvtN",
        "$argon2id$v=19$m=8,t=4,p=1$c29tZXNhbHQxNmJ5dGVzIQ$jtwidsktjxPAYKeOivtzCg"}) {
    CAPTURE(text);
    const auto hash = parse_phc(text).value();
    const KdfInput input{.password = as_bytes("correct horse battery staple"), .salt = hash.salt};
    CHECK(derived(hash.parameters, input, hash.digest.size()) == hex_encode(hash.digest));
  }
}

TEST_CASE("S217: scrypt gives the keys of RFC 7914 section 12") {
  const auto vectors = test::load_vectors("passwords/rfc7914_scrypt.json");
  if (!vectors) {
    return;
  }
  std::size_t count = 0;
  for (const auto& test : vectors->at("cases")) {
    const auto password = test.at("password").get<std::string>();
    const auto salt = test.at("salt").get<std::string>();
    CAPTURE(password);
    const auto n = test.at("N").get<std::uint64_t>();
    const ScryptParameters parameters{.log2_n = static_cast<std::uint32_t>(std::countr_zero(n)),
                                      .block_size = test.at("r").get<std::uint32_t>(),
                                      .lanes = test.at("p").get<std::uint32_t>()};
    CHECK(derived(parameters, {.password = as_bytes(password), .salt = as_bytes(salt)}, 64) ==
          test.at("dk").get<std::string>());
    ++count;
  }
  CHECK(count == 3);
}

TEST_CASE("S215: scrypt with 128 MiB and more is not stopped by OpenSSL's own limit") {
  const ScryptParameters parameters{.log2_n = 17, .block_size = 8, .lanes = 1};
  CHECK(memory_kib_of(parameters) > 128 * 1024);
  CHECK(memory_kib_of(parameters) < 129 * 1024);
  CHECK(derived(parameters, {.password = as_bytes("password"), .salt = as_bytes("NaClNaCl")}, 32).size() == 64);
}

TEST_CASE("S217: PBKDF2 gives what Wycheproof says") {
  const auto vectors = test::load_vectors("wycheproof/pbkdf2_hmacsha256_test.json");
  if (!vectors) {
    return;
  }
  std::size_t count = 0;
  for (const auto& group : vectors->at("testGroups")) {
    for (const auto& test : group.at("tests")) {
      CAPTURE(test.at("tcId").get<int>());
      REQUIRE(test.at("result") == "valid");
      const auto password = from_hex(test.at("password"));
      const auto salt = from_hex(test.at("salt"));
      const Pbkdf2Parameters parameters{.digest = Pbkdf2Digest::sha256,
                                        .iterations = test.at("iterationCount").get<std::uint32_t>()};
      CHECK(derived(parameters, {.password = password, .salt = salt}, test.at("dkLen").get<std::size_t>()) ==
            test.at("dk").get<std::string>());
      ++count;
    }
  }
  CHECK(count == vectors->at("numberOfTests"));
}

TEST_CASE("S217: PBKDF2 with SHA-512 gives what Python's hashlib gives") {
  // hashlib.pbkdf2_hmac('sha512', b'password', b'saltsalt', 1000, 64)
  const Pbkdf2Parameters parameters{.digest = Pbkdf2Digest::sha512, .iterations = 1000};
  CHECK(derived(parameters, {.password = as_bytes("password"), .salt = as_bytes("saltsalt")}, 64) ==
        "43abf8c7027c6bd9d63e9d81784a006188474a8db14663d60114f5eef4e94b1b76aba88da7b04ea335b9e7baaa6bde5e36350ee202acd0"
        "2caf25b6061a4bb5b4");
}

TEST_CASE("S227: Argon2 leaves the arena zero, all that it had and all that it was given") {
  const Arena arena(64UL * 1024);
  const Argon2Parameters parameters{.type = Argon2Type::argon2id, .memory_kib = 64, .passes = 1, .lanes = 1};
  std::ranges::fill(arena.memory(), std::byte{0xaa});
  ByteArray<32> out{};
  const KdfInput input{.password = as_bytes("password"), .salt = as_bytes("saltsalt")};
  REQUIRE(derive_password_key(parameters, input, arena.memory(), out).has_value());
  CHECK(is_zero(arena.memory()));
}

TEST_CASE("S227: a call that libargon2 refuses leaves the arena zero too") {
  const Arena arena(64UL * 1024);
  const Argon2Parameters parameters{.type = Argon2Type::argon2id, .memory_kib = 64, .passes = 1, .lanes = 1};
  std::ranges::fill(arena.memory(), std::byte{0xaa});
  ByteArray<32> out{};
  const KdfInput salt_too_short{.password = as_bytes("password"), .salt = as_bytes("salt")};
  const auto result = derive_password_key(parameters, salt_too_short, arena.memory(), out);
  REQUIRE(result.has_error());
  CHECK(result.error() == Errc::crypto_failure);
  CHECK(is_zero(arena.memory()));
}

TEST_CASE("parameters that an algorithm does not define are not possible") {
  CHECK(is_possible(Argon2Parameters{.memory_kib = 16, .passes = 1, .lanes = 2}));
  CHECK_FALSE(is_possible(Argon2Parameters{.memory_kib = 15, .passes = 1, .lanes = 2}));
  CHECK_FALSE(is_possible(Argon2Parameters{}));
  CHECK(is_possible(ScryptParameters{.log2_n = 15, .block_size = 1, .lanes = 1}));
  CHECK_FALSE(is_possible(ScryptParameters{.log2_n = 16, .block_size = 1, .lanes = 1}));
  CHECK_FALSE(is_possible(ScryptParameters{}));
  CHECK(is_possible(Pbkdf2Parameters{.iterations = 1}));
  CHECK_FALSE(is_possible(Pbkdf2Parameters{}));
}
