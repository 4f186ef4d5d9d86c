#include <ostiary/services/key_rotation.hpp>

#include <map>

#include "services/factor_world.hpp"
#include <ostiary/rules/authenticator.hpp>
#include <ostiary/rules/sealed_pin.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

// Ring of keys 1..count with `current`; make_ring knows the rings whose newest key is current.
std::shared_ptr<const KeyRing> ring_of(std::initializer_list<std::uint32_t> ids, std::uint32_t current) {
  std::vector<Key> keys;
  for (const auto id : ids) {
    SecretBytes secret(32);
    std::ranges::fill(secret.writable(), static_cast<std::byte>(0xa0 + id));
    keys.push_back({.id = id, .secret = std::move(secret)});
  }
  return KeyRing::create(current, std::move(keys)).value();
}

PinCheck check_pin(const World& world, const AccountId& account) {
  return std::get<PinCheck>(world.credentials.check_pin(world.host(), account, SecretString(good_pin)).value());
}

}  // namespace

TEST_CASE("R73: after a pass of reseal the old key may leave: PINs, sessions and sign-ins go on") {
  World world;
  const auto acme = world.found_active();
  std::vector<AccountId> members{acme.manager.account};
  for (const auto* const extension : {"201", "202", "203", "204"}) {
    members.push_back(world.add_active(acme.organization, extension));
  }
  const auto session = world.signed_in("201@acme");
  const KeyRotation rotation(world.env);
  world.keys.swap(ring_of({1, 2}, 1));
  CHECK(rotation.reseal(1, "", 100).value().resealed == 0);  // added, not current: nothing to do yet
  world.keys.swap(ring_of({1, 2}, 2));

  std::size_t looked_at = 0;
  std::size_t resealed = 0;
  std::string after;
  ResealReport report;
  do {
    report = rotation.reseal(2, after, 2).value();
    looked_at += report.looked_at;
    resealed += report.resealed;
    CHECK(report.to_key == 2);
    CHECK(report.unsealable.empty());
    CHECK((report.links_until == Instant()) == !report.next.empty());
    after = report.next;
  } while (!after.empty());
  CHECK(looked_at == 5);
  CHECK(resealed == 5);
  CHECK(report.links_until == world.clock.now() + world.env.policies.mail.lease + std::chrono::hours(72));  // R15's
  CHECK(rotation.reseal(2, "", 100).value().resealed == 0);  // a second pass finds nothing

  world.keys.swap(ring_of({2}, 2));
  for (const auto& member : members) {
    CHECK(check_pin(world, member) == PinCheck::accepted);
  }
  CHECK(std::holds_alternative<SignedIn>(world.sessions.check(session.token.reveal()).value()));
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("202@acme")));
}

TEST_CASE(
    "R73: a process in which the new key is not current does not reseal: neither 'done' nor back to the old key") {
  World world;
  const auto acme = world.found_active();
  world.keys.swap(ring_of({1, 2}, 2));
  const KeyRotation rotation(world.env);
  REQUIRE(rotation.reseal(2, "", 100).value().resealed == 1);
  const auto sealed = world.account(acme.manager.account).pin->sealed;
  world.keys.swap(ring_of({1, 2}, 1));  // as a process that is one step behind
  CHECK(rotation.reseal(2, "", 100).error() == Errc::invalid_configuration);
  world.keys.swap(ring_of({1}, 1));  // ... and two
  CHECK(rotation.reseal(2, "", 100).error() == Errc::key_unknown);
  CHECK(world.account(acme.manager.account).pin->sealed == sealed);
}

TEST_CASE("R73: a PIN that a late process sealed under the old key, after the pass, is found by the pass after it") {
  World world;
  const auto acme = world.found();
  const auto token = world.deliver();
  KeySource late_keys(ring_of({1, 2}, 1));
  const Environment late{.store = world.store,
                         .clock = world.clock,
                         .random = world.random,
                         .hasher = world.hasher,
                         .keys = late_keys,
                         .policies = world.env.policies};
  world.keys.swap(ring_of({1, 2}, 2));
  const KeyRotation rotation(world.env);
  const auto first = rotation.reseal(2, "", 100).value();
  REQUIRE(first.next.empty());
  REQUIRE(first.resealed == 0);  // looks done
  REQUIRE(std::holds_alternative<SetupCompleted>(AccountSetup(late)
                                                     .redeem({.token = token,
                                                              .password = SecretString(good_password),
                                                              .confirmation = SecretString(good_password),
                                                              .pin = SecretString(good_pin),
                                                              .client = client()})
                                                     .value()));
  world.clock.set(first.links_until);
  CHECK(rotation.reseal(2, "", 100).value().resealed == 1);  // so the old key stays for one more pass
  CHECK(rotation.reseal(2, "", 100).value().resealed == 0);
  world.keys.swap(ring_of({2}, 2));
  CHECK(check_pin(world, acme.manager.account) == PinCheck::accepted);
}

TEST_CASE("R22, R73: a link mailed under the old key works until links_until, and not an hour longer") {
  World world;
  world.env.policies.mail.setup_link = world.env.policies.mail.revoke_link;  // the longest
  world.found();
  const auto token = world.deliver();
  world.keys.swap(ring_of({1, 2}, 2));
  const auto report = KeyRotation(world.env).reseal(2, "", 100).value();
  world.clock.set(report.links_until - Duration(1));
  const auto before = world.setup.inspect(token).value();
  world.clock.set(report.links_until);
  const auto after = world.setup.inspect(token).value();
  CHECK(std::holds_alternative<SetupPage>(before));
  CHECK(std::holds_alternative<LinkRefused>(after));
}

TEST_CASE("R73: a value that does not open is reported and left as it is, and keeps no other back") {
  World world;
  const auto acme = world.found_active();
  const auto damaged = world.add_active(acme.organization, "201");
  const auto foreign = world.add_active(acme.organization, "202");
  world.add_active(acme.organization, "203");
  world.alter(damaged, [](Account& account) { account.pin->sealed.back() ^= std::byte{1}; });
  world.alter(foreign, [&](Account& account) {
    auto fresh = Fresh::draw(world.random, world.clock.now()).value();
    account.pin->sealed = seal_pin_hash(*ring_of({9}, 9), account.id, "some hash", fresh).value();
  });
  const auto before = world.account(damaged).pin->sealed;
  world.keys.swap(ring_of({1, 2}, 2));
  const auto report = KeyRotation(world.env).reseal(2, "", 100).value();
  CHECK(report.looked_at == 4);
  CHECK(report.resealed == 2);
  std::map<AccountId, std::error_code> errors;
  for (const auto& [account, error] : report.unsealable) {
    errors.emplace(account, error);
  }
  CHECK(errors ==
        std::map<AccountId, std::error_code>{{damaged, Errc::sealed_value_broken}, {foreign, Errc::key_unknown}});
  CHECK(world.account(damaged).pin->sealed == before);
}

TEST_CASE("R10, R73: a PIN that is sealed anew while it is verified is judged again, and accepted") {
  World world;
  const auto acme = world.found_active();
  world.keys.swap(ring_of({1, 2}, 2));
  int passes = 0;
  world.hasher.after_verify = [&] {
    if (++passes == 1) {
      REQUIRE(KeyRotation(world.env).reseal(2, "", 100).value().resealed == 1);
    }
  };
  CHECK(check_pin(world, acme.manager.account) == PinCheck::accepted);
  CHECK(passes == 2);
}

TEST_CASE("An unreadable place to go on from is the caller's error") {
  World world;
  CHECK(KeyRotation(world.env).reseal(1, "not an id", 10).error() == Errc::malformed_id);
}

TEST_CASE("R73: through two rotations codes, recovery codes and PINs are accepted, and sessions and links go on") {
  FactorWorld world;
  struct Person {
    std::string login;
    AccountId id;
    std::string session;
    Enrolled enrolled;
  };
  std::vector<Person> people;
  for (const auto* const extension : {"100", "201", "202"}) {
    const auto login = std::string(extension) + "@acme";
    const auto id = login == "100@acme" ? world.id : world.add_active(world.acme.organization, extension);
    const auto session = world.signed_in(login);
    people.push_back({login, id, std::string(session.token.reveal()), world.enroll(session.who)});
  }
  const auto ticket_of = [&](const Person& person) {
    auto asked = world.try_sign_in(person.login);
    REQUIRE(is<SecondFactorRequired>(asked));
    return std::string(std::get<SecondFactorRequired>(asked).ticket.reveal());
  };
  const KeyRotation rotation(world.env);
  for (std::uint32_t key = 2; key <= 3; ++key) {
    CAPTURE(key);
    const auto invited = "30" + std::to_string(key);
    REQUIRE(world.organizations
                .invite(world.host(), world.acme.organization,
                        {.extension = invited, .display_name = "M", .email = "m" + invited + "@acme.example"})
                .has_value());
    const auto link = world.deliver();
    const auto old_ticket = ticket_of(people.front());
    world.keys.swap(ring_of({key - 1, key}, key));

    // A pass that ends half-way and is begun anew by another process does the rest, once.
    const auto half = rotation.reseal(key, "", 2).value();
    CHECK(half.resealed + rotation.reseal(key, half.next, 100).value().resealed == 3);
    CHECK(rotation.reseal(key, "", 100).value().resealed == 0);
    CHECK(is<SetupPage>(world.setup.inspect(link).value()));
    world.next_code();
    CHECK(is<SignInSuccess>(world.give_code(old_ticket, people.front().enrolled.app.code(world.clock.now())).value()));

    world.keys.swap(ring_of({key}, key));
    for (const auto& person : people) {
      CAPTURE(person.login);
      world.next_code();
      const auto code = person.enrolled.app.code(world.clock.now());
      CHECK(is<SignInSuccess>(world.give_code(ticket_of(person), code).value()));
      CHECK(is<FactorRefused>(world.give_code(ticket_of(person), code).value()));
      const auto& recovery_code = person.enrolled.recovery_codes.at(key);
      const auto by_recovery_code = [&] {
        return world.give(ticket_of(person), proof_of(FactorMethod::recovery_code, recovery_code)).value();
      };
      CHECK(is<SignInSuccess>(by_recovery_code()));
      CHECK(is<FactorRefused>(by_recovery_code()));
      CHECK(check_pin(world, person.id) == PinCheck::accepted);
      CHECK(is<SignedIn>(world.sessions.check(person.session).value()));
    }
  }
  CHECK(world.count_of("factor_resealed") == 6);
}

TEST_CASE(
    "R73, S280: an account whose key is lost is reported, and is a clear error at its sign-in; the others go on") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  const auto lost = world.add_active(world.acme.organization, "201");
  const auto app = world.enroll(world.signed_in("201@acme").who).app;
  const auto authenticator = world.account(lost).authenticator->id;
  world.alter(lost, [&](Account& account) {
    auto fresh = Fresh::draw(world.random, world.clock.now()).value();
    account.authenticator->sealed =
        seal_totp_secret(*ring_of({9}, 9), lost, authenticator, SecretBytes(app.secret()), fresh).value();
  });
  const auto before = world.account(lost).authenticator->sealed;
  world.keys.swap(ring_of({1, 2}, 2));
  const auto report = KeyRotation(world.env).reseal(2, "", 100).value();
  CHECK(report.looked_at == 2);
  CHECK(report.resealed == 2);  // the codes of the one that lost its secret are values of their own
  REQUIRE(report.unsealable.size() == 1);
  CHECK(report.unsealable.front().account == lost);
  CHECK(report.unsealable.front().error == Errc::key_unknown);
  CHECK(world.account(lost).authenticator->sealed == before);
  world.next_code();
  auto asked = world.try_sign_in("201@acme");
  REQUIRE(is<SecondFactorRequired>(asked));
  const auto outcome =
      world.give_code(std::get<SecondFactorRequired>(asked).ticket.reveal(), app.code(world.clock.now()));
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error() == Errc::key_unknown);
  CHECK(is<SignInSuccess>(world.give_code(world.ask(), enrolled.app.code(world.clock.now())).value()));
}
