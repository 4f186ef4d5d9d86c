#include <ostiary/rules/reseal.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"
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

}  // namespace

TEST_CASE("R73: a PIN is sealed anew under the current key, the same PIN, with an event and the version's guard") {
  const auto old_ring = key_ring(1);
  const auto ring = key_ring(2, {1, 2});
  const auto account = sealed_under(*old_ring);
  CHECK(needs_reseal(*ring, account));
  auto drawn = fresh();
  const auto decision = decide_reseal(*ring, account, drawn, noon).value();
  CHECK(decision.outcome == ResealOutcome::resealed);
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
    const auto decision = decide_reseal(*ring, account, drawn, noon).value();
    CHECK(decision.outcome == ResealOutcome::up_to_date);
    CHECK(decision.changes.empty());
  }
}

TEST_CASE(
    "R73: a key that is not on the ring is a configuration error, a broken seal another; neither is overwritten") {
  const auto ring = key_ring(2, {2});
  auto drawn = fresh();
  const auto unknown = decide_reseal(*ring, sealed_under(*key_ring(1)), drawn, noon);
  REQUIRE(!unknown);
  CHECK(unknown.error() == Errc::key_unknown);
  CHECK(unknown.error() == ErrorKind::configuration);
  auto broken = sealed_under(*key_ring(1));
  broken.pin->sealed.back() ^= std::byte{1};
  CHECK(decide_reseal(*key_ring(2, {1, 2}), broken, drawn, noon).error() == Errc::sealed_value_broken);
  auto garbled = active();  // not a sealed PIN at all
  CHECK(needs_reseal(*ring, garbled));
  CHECK(decide_reseal(*ring, garbled, drawn, noon).error() == Errc::sealed_value_broken);
}
