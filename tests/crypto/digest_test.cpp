#include "crypto/digest.hpp"

#include "vectors.hpp"

using namespace ostiary;
using namespace ostiary::crypto;
using ostiary::test::from_hex;

TEST_CASE("SHA-256 gives the digests of FIPS 180-4's examples") {
  CHECK(hex_encode(sha256(as_bytes("")).value()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex_encode(sha256(as_bytes("abc")).value()) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_encode(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).value()) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("HMAC-SHA-256 gives what Wycheproof calls valid, and not what it calls invalid") {
  const auto vectors = test::load_vectors("wycheproof/hmac_sha256_test.json");
  if (!vectors) {
    return;
  }
  std::size_t count = 0;
  for (const auto& group : vectors->at("testGroups")) {
    for (const auto& test : group.at("tests")) {
      CAPTURE(test.at("tcId").get<int>());
      const auto key = from_hex(test.at("key"));
      const auto message = from_hex(test.at("msg"));
      const auto tag = from_hex(test.at("tag"));
      const auto computed = hmac_sha256(key, {message}).value();
      const bool expected = test.at("result") == "valid";
      CHECK(equal_constant_time(ByteView(computed).first(tag.size()), tag) == expected);
      ++count;
    }
  }
  CHECK(count == vectors->at("numberOfTests"));
}

TEST_CASE("HMAC of parts is the HMAC of their concatenation, wherever it is cut") {
  // RFC 4231 §4.3
  const std::string_view message = "what do ya want for nothing?";
  const auto key = as_bytes("Jefe");
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    CAPTURE(cut);
    CHECK(hex_encode(hmac_sha256(key, {as_bytes(message.substr(0, cut)), {}, as_bytes(message.substr(cut))}).value()) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }
}

TEST_CASE("bytes are equal only if every bit of every byte and the length are") {
  const Bytes bytes(32, std::byte{0x5a});
  CHECK(equal_constant_time(bytes, Bytes(bytes)));
  CHECK(equal_constant_time({}, {}));
  CHECK_FALSE(equal_constant_time(bytes, ByteView(bytes).first(31)));
  CHECK_FALSE(equal_constant_time(bytes, {}));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto other = bytes;
    other[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    CAPTURE(bit);
    CHECK_FALSE(equal_constant_time(bytes, other));
  }
}
