#include <ostiary/rules/authenticator.hpp>

#include <set>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

const auto first_id = id_of<CredentialId>(61);

Authenticator sealed(const KeyRing& keys, std::uint64_t seed = 1) {
  auto randomness = fresh(seed);
  const SecretBytes secret(as_bytes("12345678901234567890"));
  return {.id = first_id, .sealed = seal_totp_secret(keys, owner_id, first_id, secret, randomness).value()};
}

}  // namespace

TEST_CASE("S279: a secret comes back to its own account and authenticator, and to no other") {
  const auto keys = key_ring();
  const auto authenticator = sealed(*keys);
  const auto opened = open_totp_secret(*keys, owner_id, authenticator).value();
  CHECK(std::ranges::equal(opened.reveal(), as_bytes("12345678901234567890")));
  CHECK(std::ranges::search(authenticator.sealed, as_bytes("12345678")).empty());
  CHECK(open_totp_secret(*keys, stranger_id, authenticator).error() == Errc::sealed_value_broken);
  auto renamed = authenticator;
  renamed.id = id_of<CredentialId>(62);
  CHECK(open_totp_secret(*keys, owner_id, renamed).error() == Errc::sealed_value_broken);
}

TEST_CASE("S279: with any bit turned, cut or empty, it does not open") {
  const auto keys = key_ring(1, {1});
  auto authenticator = sealed(*keys);
  const auto whole = authenticator.sealed;
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    authenticator.sealed = flip(whole, bit);
    const auto opened = open_totp_secret(*keys, owner_id, authenticator);
    const bool in_key_id = bit >= 8 && bit < 40;
    CHECK(opened.error() == (in_key_id ? Errc::key_unknown : Errc::sealed_value_broken));
  }
  authenticator.sealed = Bytes(whole.begin(), whole.end() - 1);
  CHECK(open_totp_secret(*keys, owner_id, authenticator).error() == Errc::sealed_value_broken);
  authenticator.sealed.clear();
  CHECK(open_totp_secret(*keys, owner_id, authenticator).error() == Errc::sealed_value_broken);
}

TEST_CASE("S281: nonces are drawn anew for each: the same secret is sealed differently each time") {
  const auto keys = key_ring();
  std::set<Bytes> seen;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    seen.insert(sealed(*keys, seed).sealed);
  }
  CHECK(seen.size() == 1000);
}

TEST_CASE("R73: which key a secret is under can be told without opening it") {
  const auto authenticator = sealed(*key_ring());
  CHECK(is_sealed_under_current(*key_ring(1, {1}), authenticator.sealed));
  CHECK_FALSE(is_sealed_under_current(*key_ring(2, {1, 2}), authenticator.sealed));
  CHECK_FALSE(is_sealed_under_current(*key_ring(), Bytes()));
  CHECK(open_totp_secret(*key_ring(2, {2}), owner_id, authenticator).error() == Errc::key_unknown);
}
