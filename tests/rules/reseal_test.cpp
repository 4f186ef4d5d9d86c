#include <ostiary/rules/reseal.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"
#include <ostiary/rules/authenticator.hpp>
#include <ostiary/rules/recovery_codes.hpp>
#include <ostiary/rules/sealed_pin.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

constexpr std::string_view pin_hash = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA";

Account sealed_under(const KeyRing& keys) {
  Account account = active();
  auto drawn = fresh(3);
  account.pin->sealed = seal_pin_hash(keys, account.id, pin_hash, drawn).value();
  return account;
}

// An account with a second factor under `keys` and its PIN under `pin_keys`; and one of its recovery codes.
struct WithFactor {
  WithFactor(const KeyRing& keys, const KeyRing& pin_keys) : account(sealed_under(pin_keys)) {
    auto drawn = fresh(4);
    account.authenticator = Authenticator{.id = id_of<CredentialId>(42), .enrolled_at = noon, .accepted_step = 77};
    account.authenticator->sealed =
        seal_totp_secret(keys, account.id, account.authenticator->id, secret, drawn).value();
    auto made = make_recovery_codes(keys, account.id, 10, drawn, noon).value();
    account.recovery_codes = std::move(made.stored);
    account.recovery_codes->used = 0b100;
    code = std::string(made.codes[5].reveal());
  }

  SecretBytes secret{as_bytes("a secret of 20 bytes")};
  Account account;
  std::string code;
};

}  // namespace

TEST_CASE("R73: a PIN is sealed anew under the current key, the same PIN, with an event and the version's guard") {
  const auto old_ring = key_ring(1);
  const auto ring = key_ring(2, {1, 2});
  const auto account = sealed_under(*old_ring);
  CHECK(needs_reseal(*ring, account));
  auto drawn = fresh();
  const auto decision = decide_reseal(*ring, account, drawn, noon);
  CHECK(decision.outcome.is_changed);
  CHECK_FALSE(decision.outcome.unsealable);
  REQUIRE(names_of(decision.changes) == "PutAccount AppendAudit");
  const auto& put = at<PutAccount>(decision.changes, 0);
  CHECK(put.expected == account.version);
  CHECK(pin_key_id(put.next.pin->sealed) == 2);
  CHECK(put.next.pin->set_at == account.pin->set_at);
  CHECK(put.next.epochs == account.epochs);
  // The new key alone opens it.
  CHECK(open_pin_hash(*key_ring(2, {2}), account.id, put.next.pin->sealed).value().reveal() == pin_hash);
  CHECK(open_pin_hash(*old_ring, account.id, put.next.pin->sealed).error() == Errc::key_unknown);
  CHECK(line_of(at<AppendAudit>(decision.changes, 1).event) ==
        "pin_resealed reason=- actor=host/-/key_rotation/- subject=11 organization=1 from=- client=- count=1");
}

TEST_CASE("R73: what is under the current key already, has no PIN or is gone is up to date, and writes nothing") {
  const auto ring = key_ring(2, {1, 2});
  auto without = active();
  without.pin.reset();
  for (const std::optional<Account>& account :
       {std::optional<Account>(sealed_under(*ring)), std::optional<Account>(without), std::optional<Account>()}) {
    CHECK((!account || !needs_reseal(*ring, *account)));
    auto drawn = fresh();
    const auto decision = decide_reseal(*ring, account, drawn, noon);
    CHECK_FALSE(decision.outcome.is_changed);
    CHECK(decision.changes.empty());
    CHECK(decision.changes.empty());
  }
}

TEST_CASE(
    "R73: a key that is not on the ring is a configuration error, a broken seal another; neither is overwritten") {
  const auto ring = key_ring(2, {2});
  auto drawn = fresh();
  const auto unknown = decide_reseal(*ring, sealed_under(*key_ring(1)), drawn, noon);
  CHECK(unknown.outcome.unsealable == Errc::key_unknown);
  CHECK(unknown.outcome.unsealable == ErrorKind::configuration);
  auto broken = sealed_under(*key_ring(1));
  broken.pin->sealed.back() ^= std::byte{1};
  CHECK(decide_reseal(*key_ring(2, {1, 2}), broken, drawn, noon).outcome.unsealable == Errc::sealed_value_broken);
  auto garbled = active();  // not a sealed PIN at all
  CHECK(needs_reseal(*ring, garbled));
  CHECK(decide_reseal(*ring, garbled, drawn, noon).outcome.unsealable == Errc::sealed_value_broken);
}

TEST_CASE("R73: an authenticator and recovery codes are sealed anew, the same ones, with one event for both") {
  const auto old_ring = key_ring(1);
  const auto ring = key_ring(2, {1, 2});
  const auto new_ring = key_ring(2, {2});
  const WithFactor before(*old_ring, *ring);
  CHECK(needs_reseal(*ring, before.account));
  auto drawn = fresh();
  const auto decision = decide_reseal(*ring, before.account, drawn, noon);
  CHECK(decision.outcome.is_changed);
  CHECK_FALSE(decision.outcome.unsealable);
  REQUIRE(names_of(decision.changes) == "PutAccount AppendAudit");
  const auto& next = at<PutAccount>(decision.changes, 0).next;
  CHECK(line_of(at<AppendAudit>(decision.changes, 1).event) ==
        "factor_resealed reason=- actor=host/-/key_rotation/- subject=11 organization=1 from=- client=- count=1");
  CHECK(next.pin->sealed == before.account.pin->sealed);  // it was under the current key already
  CHECK(next.authenticator->id == before.account.authenticator->id);
  CHECK(next.authenticator->accepted_step == 77);
  CHECK(next.recovery_codes->id == before.account.recovery_codes->id);
  CHECK(next.recovery_codes->used == 0b100);
  CHECK(next.epochs == before.account.epochs);
  // The new key alone opens both, the old one neither.
  CHECK(hex_encode(open_totp_secret(*new_ring, next.id, *next.authenticator).value().reveal()) ==
        hex_encode(before.secret.reveal()));
  CHECK(match_recovery_code(*new_ring, next.id, *next.recovery_codes, before.code).value()->index == 5);
  CHECK(open_totp_secret(*old_ring, next.id, *next.authenticator).error() == Errc::key_unknown);
  CHECK(match_recovery_code(*old_ring, next.id, *next.recovery_codes, before.code).error() == Errc::key_unknown);
  CHECK_FALSE(needs_reseal(*ring, next));
}

TEST_CASE("R73: PIN and second factor under an older key are one write with two events") {
  const auto ring = key_ring(2, {1, 2});
  const auto old_ring = key_ring(1);
  const WithFactor before(*old_ring, *old_ring);
  auto drawn = fresh();
  const auto decision = decide_reseal(*ring, before.account, drawn, noon);
  REQUIRE(names_of(decision.changes) == "PutAccount AppendAudit AppendAudit");
  CHECK(at<AppendAudit>(decision.changes, 1).event.kind == AuditKind::pin_resealed);
  CHECK(at<AppendAudit>(decision.changes, 2).event.kind == AuditKind::factor_resealed);
  CHECK(decide_reseal(*old_ring, before.account, drawn, noon).changes.empty());
}

TEST_CASE(
    "R73, S280: a second factor whose key is lost, or that is broken, is an error of its own and is not overwritten") {
  const auto ring = key_ring(2, {2});
  const WithFactor lost(*key_ring(1), *ring);
  auto drawn = fresh();
  CHECK(needs_reseal(*ring, lost.account));
  CHECK(decide_reseal(*ring, lost.account, drawn, noon).outcome.unsealable == Errc::key_unknown);
  const auto both = key_ring(2, {1, 2});
  auto broken = WithFactor(*key_ring(1), *ring).account;
  broken.authenticator->sealed.back() ^= std::byte{1};
  const auto in_part = decide_reseal(*both, broken, drawn, noon);
  CHECK(in_part.outcome.unsealable == Errc::sealed_value_broken);
  CHECK(in_part.outcome.is_changed);  // the codes are values of their own
  auto broken_codes = WithFactor(*key_ring(1), *ring).account;
  broken_codes.recovery_codes->sealed.back() ^= std::byte{1};
  CHECK(decide_reseal(*both, broken_codes, drawn, noon).outcome.unsealable == Errc::sealed_value_broken);
}
