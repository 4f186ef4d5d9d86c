#include <ostiary/rules/sealed_pin.hpp>

#include <set>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

// format 1, key id 4, nonce 12, length 4, ciphertext and tag
constexpr std::size_t key_id_begin = 1;
constexpr std::size_t key_id_end = 5;
constexpr std::size_t nonce_end = 17;

Bytes seal(const KeyRing& keys, std::uint64_t seed = 1, const AccountId& account = owner_id) {
  auto randomness = fresh(seed);
  return seal_pin_hash(keys, account, stored_hash, randomness).value();
}

// The error of opening, or none.
std::error_code error_of(const KeyRing& keys, ByteView sealed, const AccountId& account = owner_id) {
  const auto opened = open_pin_hash(keys, account, sealed);
  return opened ? std::error_code() : opened.error();
}

}  // namespace

TEST_CASE("R10: a sealed PIN opens for its account and ring, to the same string") {
  const auto keys = key_ring();
  CHECK(open_pin_hash(*keys, owner_id, seal(*keys)).value().reveal() == stored_hash);
  auto randomness = fresh();
  const auto empty = seal_pin_hash(*keys, owner_id, "", randomness).value();
  CHECK(open_pin_hash(*keys, owner_id, empty).value().empty());
}

TEST_CASE("R10: nothing of the hash is in the seal") {
  const auto keys = key_ring();
  const auto sealed = seal(*keys);
  const auto hash = as_bytes(stored_hash);
  for (std::size_t i = 0; i + 4 <= hash.size(); ++i) {
    CAPTURE(i);
    CHECK(std::ranges::search(sealed, hash.subspan(i, 4)).empty());
  }
}

TEST_CASE("S225: a seal copied to another account does not open") {
  const auto keys = key_ring();
  CHECK(error_of(*keys, seal(*keys), stranger_id) == Errc::sealed_value_broken);
  CHECK_FALSE(error_of(*keys, seal(*keys)));
  CHECK_FALSE(error_of(*keys, seal(*keys, 1, stranger_id), stranger_id));
}

TEST_CASE("S279: a seal with any bit turned does not open") {
  const auto keys = key_ring();
  const auto sealed = seal(*keys);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    CAPTURE(bit);
    const bool in_key_id = bit / 8 >= key_id_begin && bit / 8 < key_id_end;
    CHECK(error_of(*keys, flip(sealed, bit)) == (in_key_id ? Errc::key_unknown : Errc::sealed_value_broken));
  }
}

TEST_CASE("S282: a seal cut short or with more behind it does not open") {
  const auto keys = key_ring();
  const auto sealed = seal(*keys);
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    CAPTURE(size);
    CHECK(error_of(*keys, ByteView(sealed).first(size)) == Errc::sealed_value_broken);
  }
  auto longer = sealed;
  longer.push_back(std::byte{0});
  CHECK(error_of(*keys, longer) == Errc::sealed_value_broken);
}

TEST_CASE("S280, R73: the rotation of a key breaks no seal, new seals take the new key, an unknown key fails closed") {
  const auto before = seal(*key_ring(1, {1}));
  CHECK_FALSE(error_of(*key_ring(2, {1, 2}), before));
  const auto after = seal(*key_ring(2, {1, 2}));
  CHECK(error_of(*key_ring(1, {1}), after) == Errc::key_unknown);
  CHECK(error_of(*key_ring(1, {1}), after) == ErrorKind::configuration);
  CHECK(error_of(*key_ring(2, {2}), before) == Errc::key_unknown);
  CHECK_FALSE(error_of(*key_ring(2, {2}), after));
  // Key ids 2 and 3 differ in one bit: a seal that names another key of the ring does not open.
  const auto named = flip(seal(*key_ring(2, {2, 3})), (key_id_end - 1) * 8);
  CHECK(error_of(*key_ring(2, {2, 3}), named) == Errc::sealed_value_broken);
}

TEST_CASE("S281: every seal has a nonce of its own") {
  const auto keys = key_ring();
  std::set<Bytes> nonces;
  auto randomness = fresh();
  for (int i = 0; i < 50; ++i) {
    const auto sealed = seal_pin_hash(*keys, owner_id, stored_hash, randomness).value();
    nonces.insert(Bytes(sealed.begin() + key_id_end, sealed.begin() + nonce_end));
  }
  CHECK(nonces.size() == 50);
  CHECK(seal(*keys, 1) == seal(*keys, 1));
  CHECK(seal(*keys, 1) != seal(*keys, 2));
}
