#include <ostiary/services/credentials.hpp>

#include <algorithm>

#include "services/world.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

PinCheck check(World& world, const AccountId& account, std::string_view pin) {
  const SecretString typed(pin);
  return std::get<PinCheck>(world.credentials.check_pin(world.host(), account, typed).value());
}

}  // namespace

TEST_CASE("R10: the host's phone system verifies a PIN; a wrong one is refused") {
  World world;
  const auto acme = world.found_active();
  CHECK(check(world, acme.manager.account, "4071") == PinCheck::accepted);
  for (const auto* const wrong : {"4072", "407", "40711", "", "4071 "}) {
    CHECK(check(world, acme.manager.account, wrong) == PinCheck::refused);
  }
  const auto audit = world.kinds(acme.organization);
  CHECK(std::ranges::count(audit, "pin_checked") == 1);
  CHECK(std::ranges::count(audit, "pin_refused:wrong_pin") == 5);
}

TEST_CASE("R10: no account, an invited one and a suspended one are refused, each after one hash") {
  World world;
  const auto acme = world.found_active();
  const auto suspended = world.add_active(acme.organization, "300");
  world.alter(suspended, [](Account& account) { account.status = AccountStatus::suspended; });
  const auto invited = std::get<Invited>(
      world.organizations
          .invite(world.host(), acme.organization, {.extension = "400", .display_name = "I", .email = "i@acme.example"})
          .value());
  for (const auto& id : {suspended, invited.account, AccountId::make(world.clock.now(), {})}) {
    const int verifies = world.hasher.verifies;
    CHECK(check(world, id, "4071") == PinCheck::refused);
    CHECK(world.hasher.verifies == verifies + 1);
  }
}

TEST_CASE("R10, S212: ten tries an hour for an account, counted before the hash; a success gives its own back") {
  World world;
  const auto acme = world.found_active();
  for (int i = 0; i < 50; ++i) {
    CHECK(check(world, acme.manager.account, "4071") == PinCheck::accepted);
  }
  for (int i = 0; i < 10; ++i) {
    CHECK(check(world, acme.manager.account, "4072") == PinCheck::refused);
  }
  const int verifies = world.hasher.verifies;
  const SecretString pin("4071");
  const auto outcome = world.credentials.check_pin(world.host(), acme.manager.account, pin).value();
  CHECK(std::holds_alternative<Throttled>(outcome));
  CHECK(world.hasher.verifies == verifies);
  world.clock.advance(std::chrono::minutes(6));
  CHECK(check(world, acme.manager.account, "4071") == PinCheck::accepted);
}

TEST_CASE("R67: only the host checks PINs: neither a manager nor support staff") {
  World world;
  const auto acme = world.found_active();
  const SecretString pin("4071");
  const auto staff = Actor::staff("sam", "ticket 4711").value();
  for (const auto& actor : {world.manager(), staff}) {
    const auto outcome = world.credentials.check_pin(actor, acme.manager.account, pin).value();
    REQUIRE(std::holds_alternative<OperationRefused>(outcome));
    CHECK(std::get<OperationRefused>(outcome).reason == Permission::role_too_low);
  }
}

TEST_CASE("R10, S225: a sealed PIN that was copied to another account opens for nobody") {
  World world;
  const auto acme = world.found_active();
  const auto other = world.add_active(acme.organization, "201");
  const auto stolen = world.account(acme.manager.account).pin;
  world.alter(other, [&](Account& account) { account.pin = stolen; });
  const SecretString pin("4071");
  const auto outcome = world.credentials.check_pin(world.host(), other, pin);
  REQUIRE(!outcome.has_value());
  CHECK(outcome.error() == Errc::sealed_value_broken);
}

TEST_CASE("R73: a PIN sealed under the old key is verified after the new key is made current") {
  World world;
  const auto acme = world.found_active();
  world.keys.swap(make_ring(2));
  CHECK(check(world, acme.manager.account, "4071") == PinCheck::accepted);
}
