#include "crypto/aead.hpp"

#include "vectors.hpp"

using namespace ostiary;
using namespace ostiary::crypto;
using ostiary::test::from_hex;

namespace {

struct Sealed {
  Bytes key = Bytes(32, std::byte{1});
  Bytes nonce = Bytes(aead_nonce_size, std::byte{2});
  Bytes bound_to = Bytes(16, std::byte{3});
  Bytes sealed{};
};

Sealed seal_example() {
  Sealed example;
  example.sealed = aead_seal(example.key, example.nonce, example.bound_to, as_bytes("a sealed value")).value();
  return example;
}

bool is_broken(const Sealed& example) {
  const auto opened = aead_open(example.key, example.nonce, example.bound_to, example.sealed);
  return opened.has_error() && opened.error() == Errc::sealed_value_broken;
}

}  // namespace

TEST_CASE("AES-256-GCM seals and opens what Wycheproof calls valid, and opens nothing that it calls invalid") {
  const auto vectors = test::load_vectors("wycheproof/aes_gcm_test.json");
  if (!vectors) {
    return;
  }
  std::size_t valid = 0;
  std::size_t invalid = 0;
  for (const auto& group : vectors->at("testGroups")) {
    if (group.at("keySize") != 256 || group.at("ivSize") != 96) {
      continue;  // the library has no other keys and nonces
    }
    for (const auto& test : group.at("tests")) {
      CAPTURE(test.at("tcId").get<int>());
      const auto key = from_hex(test.at("key"));
      const auto nonce = from_hex(test.at("iv"));
      const auto bound_to = from_hex(test.at("aad"));
      const auto plain = from_hex(test.at("msg"));
      const auto sealed = from_hex(test.at("ct").get<std::string>() + test.at("tag").get<std::string>());
      const auto opened = aead_open(key, nonce, bound_to, sealed);
      if (test.at("result") == "valid") {
        CHECK(aead_seal(key, nonce, bound_to, plain).value() == sealed);
        REQUIRE(opened.has_value());
        CHECK(hex_encode(opened.value().reveal()) == hex_encode(plain));
        ++valid;
      } else {
        REQUIRE(opened.has_error());
        CHECK(opened.error() == Errc::sealed_value_broken);
        ++invalid;
      }
    }
  }
  CHECK(valid == 39);
  CHECK(invalid == 27);
}

TEST_CASE("a sealed value opens as it was, and with any bit of it, its key, nonce or binding changed not at all") {
  const auto example = seal_example();
  CHECK_FALSE(is_broken(example));
  for (const auto part : {&Sealed::key, &Sealed::nonce, &Sealed::bound_to, &Sealed::sealed}) {
    for (std::size_t bit = 0; bit < (example.*part).size() * 8; ++bit) {
      auto changed = example;
      (changed.*part)[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
      CAPTURE(bit);
      CHECK(is_broken(changed));
    }
  }
}

TEST_CASE("a sealed value of another length, or with a nonce of another length, does not open") {
  const auto example = seal_example();
  for (std::size_t size = 0; size < example.sealed.size(); ++size) {
    auto cut = example;
    cut.sealed.resize(size);
    CAPTURE(size);
    CHECK(is_broken(cut));
  }
  for (const std::size_t size : {0U, 11U, 13U, 16U}) {
    auto other = example;
    other.nonce.resize(size);
    CAPTURE(size);
    CHECK(is_broken(other));
  }
}

TEST_CASE("an empty value can be sealed, and is bound all the same") {
  Sealed example;
  example.sealed = aead_seal(example.key, example.nonce, example.bound_to, {}).value();
  CHECK(example.sealed.size() == aead_tag_size);
  CHECK_FALSE(is_broken(example));
  example.bound_to.clear();
  CHECK(is_broken(example));
}
