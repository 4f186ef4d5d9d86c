#include <ostiary/services/account_setup.hpp>

#include <algorithm>

#include "services/world.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

LinkVerdict verdict_of(const InspectOutcome& outcome) {
  const auto* const refused = std::get_if<LinkRefused>(&outcome);
  return refused == nullptr ? LinkVerdict::good : refused->verdict;
}

LinkVerdict verdict_of(const SetupOutcome& outcome) {
  const auto* const refused = std::get_if<LinkRefused>(&outcome);
  return refused == nullptr ? LinkVerdict::good : refused->verdict;
}

// Leaves the rest of the budgets out of a scenario that needs many tries.
Policies patient() {
  Policies policies;
  policies.budgets.link_per_account = {.count = 1000, .window = std::chrono::hours(1)};
  policies.budgets.link_per_network = policies.budgets.link_per_account;
  return policies;
}

class OneWord final : public Blocklist {
 public:
  Result<bool> contains(const SecretString& password) const override { return password.reveal() == "Password-123"; }
};

}  // namespace

TEST_CASE("R20-R23: an invited account completes setup from its mail, and only then signs in") {
  World world;
  const auto acme = world.found();
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("100@acme")));
  const auto token = world.deliver();
  const auto page = std::get<SetupPage>(world.setup.inspect(token).value());
  CHECK(page.login_name == "100@acme");
  CHECK(page.organization_name == "Maple Dental");
  REQUIRE(std::holds_alternative<SetupCompleted>(world.redeem(token)));

  const auto account = world.account(acme.manager.account);
  CHECK(account.status == AccountStatus::active);
  CHECK(account.setup_completed_at == world.clock.now());
  CHECK(account.addresses.front().verified_at == world.clock.now());
  CHECK(account.addresses.front().purposes.has(AddressPurpose::sign_in));
  CHECK(world.store.find_organization(acme.organization).value()->active_managers == 1);
  CHECK(world.store.list_sessions(account.id, {}).value().records.empty());  // S307: setup signs nobody in
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme")));
}

TEST_CASE("R22, S296: opening the link uses nothing up") {
  World world;
  world.found();
  const auto token = world.deliver();
  const auto before = world.memory.dump();
  for (int i = 0; i < 20; ++i) {
    CHECK(verdict_of(world.setup.inspect(token).value()) == LinkVerdict::good);
  }
  CHECK(world.memory.dump() == before);
  CHECK(std::holds_alternative<SetupCompleted>(world.redeem(token)));
}

TEST_CASE("R22, S289: the link works 24 hours from the end of its hand-over's lease, to the millisecond") {
  World world;
  world.found();
  world.clock.advance(std::chrono::hours(5));  // a queue's delay costs the reader nothing
  const auto token = world.deliver();
  world.clock.advance(world.env.policies.mail.lease + std::chrono::hours(24) - Duration(1));
  CHECK(verdict_of(world.setup.inspect(token).value()) == LinkVerdict::good);
  SUBCASE("the last millisecond still saves") { CHECK(std::holds_alternative<SetupCompleted>(world.redeem(token))); }
  SUBCASE("then page and save are refused") {
    world.clock.advance(Duration(1));
    CHECK(verdict_of(world.setup.inspect(token).value()) == LinkVerdict::expired);
    CHECK(verdict_of(world.redeem(token)) == LinkVerdict::expired);
  }
}

TEST_CASE("R23: a link works once") {
  World world;
  world.found();
  const auto token = world.deliver();
  REQUIRE(std::holds_alternative<SetupCompleted>(world.redeem(token)));
  CHECK(verdict_of(world.setup.inspect(token).value()) == LinkVerdict::used);
  CHECK(verdict_of(world.redeem(token, "Another-Password-9")) == LinkVerdict::used);
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("100@acme", "Another-Password-9")));
}

TEST_CASE("R1-R9, S298: every flaw of password and PIN is told at once, before any hash, and consumes nothing") {
  World world;
  const auto acme = world.found();
  const auto token = world.deliver();
  const auto outcome = world.redeem(token, "short", "12");
  REQUIRE(std::holds_alternative<CredentialsRefused>(outcome));
  const auto& flaws = std::get<CredentialsRefused>(outcome);
  CHECK(flaws.password.size() == 3);  // length, capital, digit
  CHECK(flaws.pin.size() == 2);       // length, run
  CHECK(world.hasher.hashes == 0);
  CHECK(world.account(acme.manager.account).status == AccountStatus::invited);
  CHECK(std::holds_alternative<SetupCompleted>(world.redeem(token)));
}

TEST_CASE("R9: a mismatch is told alone, and consumes nothing") {
  World world;
  world.found();
  const auto token = world.deliver();
  const auto outcome = world.setup
                           .redeem({.token = token,
                                    .password = SecretString(good_password),
                                    .confirmation = SecretString("Lake-Superior-8"),
                                    .pin = SecretString(good_pin),
                                    .client = client()})
                           .value();
  REQUIRE(std::holds_alternative<CredentialsRefused>(outcome));
  const auto& flaws = std::get<CredentialsRefused>(outcome);
  REQUIRE(flaws.password.size() == 1);
  CHECK(flaws.password.front().code == PasswordFlawCode::mismatch);
  CHECK(flaws.pin.empty());
  CHECK(std::holds_alternative<SetupCompleted>(world.redeem(token)));
}

TEST_CASE("R4: the login name, the address, the organisation and the host's blocklist are refused as passwords") {
  World world;
  world.found();
  const auto token = world.deliver();
  const OneWord blocklist;
  Environment env = world.env;
  env.blocklist = &blocklist;
  const AccountSetup setup(env);
  const auto attempt = [&](std::string_view password) {
    return setup
        .redeem({.token = token,
                 .password = SecretString(password),
                 .confirmation = SecretString(password),
                 .pin = SecretString(good_pin),
                 .client = client()})
        .value();
  };
  for (const auto* const password : {"100@Acme1x", "MAPLE Dental 1", "Password-123"}) {
    CHECK(std::holds_alternative<CredentialsRefused>(attempt(password)));
  }
  CHECK(std::holds_alternative<SetupCompleted>(attempt(good_password)));
}

TEST_CASE("R24, S300: a new welcome mail takes the older link's place when it is handed over, not before") {
  World world(patient());
  const auto acme = world.found();
  const auto older = world.deliver();
  REQUIRE(std::holds_alternative<WelcomeQueued>(
      world.organizations.send_welcome_mail(world.host(), acme.manager.account).value()));
  CHECK(verdict_of(world.setup.inspect(older).value()) == LinkVerdict::good);
  const auto newer = world.deliver();
  REQUIRE(newer != older);
  CHECK(verdict_of(world.setup.inspect(older).value()) == LinkVerdict::superseded);
  CHECK(verdict_of(world.redeem(older)) == LinkVerdict::superseded);
  CHECK(std::holds_alternative<SetupCompleted>(world.redeem(newer)));
}

TEST_CASE("R27: each recipient has 24 hours of their own") {
  World world(patient());
  const auto acme = world.found();
  const auto first = world.deliver();
  world.clock.advance(std::chrono::hours(23));
  REQUIRE(world.organizations
              .invite(world.host(), acme.organization,
                      {.extension = "201", .display_name = "No\xc3\xa9", .email = "noe@acme.example"})
              .has_value());
  const auto second = world.deliver();
  world.clock.advance(std::chrono::hours(2));
  CHECK(verdict_of(world.setup.inspect(first).value()) == LinkVerdict::expired);
  CHECK(verdict_of(world.setup.inspect(second).value()) == LinkVerdict::good);
}

TEST_CASE("S303: a suspended account's link neither works nor brings it back") {
  World world;
  const auto acme = world.found();
  const auto token = world.deliver();
  world.alter(acme.manager.account, [](Account& account) { account.status = AccountStatus::suspended; });
  CHECK(verdict_of(world.setup.inspect(token).value()) == LinkVerdict::voided);
  CHECK(verdict_of(world.redeem(token)) == LinkVerdict::voided);
  CHECK(world.account(acme.manager.account).status == AccountStatus::suspended);
}

TEST_CASE("R71: a forged link token makes no store call") {
  World world;
  world.found();
  const auto token = world.deliver();
  const auto calls = world.memory.calls();
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    CHECK(!world.setup.inspect(forged).has_value());
    SetupEntry entry{.token = forged, .client = client()};
    CHECK(!world.setup.redeem(std::move(entry)).has_value());
  }
  for (const auto& forged : std::vector<std::string>{"", "x", token + "A", token.substr(1)}) {
    CHECK(world.setup.inspect(forged).error() == Errc::malformed_token);
  }
  CHECK(world.memory.calls() == calls);
}

TEST_CASE("R70, S312: tries on one link are limited before any hash") {
  World world;
  world.found();
  const auto token = world.deliver();
  for (int i = 0; i < 20; ++i) {
    CHECK(std::holds_alternative<CredentialsRefused>(world.redeem(token, "short")));
  }
  CHECK(std::holds_alternative<Throttled>(world.redeem(token)));
  CHECK(world.hasher.hashes == 0);
  world.clock.advance(std::chrono::minutes(3));
  CHECK(std::holds_alternative<SetupCompleted>(world.redeem(token)));
}

TEST_CASE("R73: a link made under the old key works after the new one is made current; an unknown key is an error") {
  World world;
  world.found();
  const auto token = world.deliver();
  world.keys.swap(make_ring(2));
  CHECK(verdict_of(world.setup.inspect(token).value()) == LinkVerdict::good);
  std::vector<Key> only_new;
  only_new.push_back({.id = 3, .secret = SecretBytes(std::size_t{32})});
  world.keys.swap(KeyRing::create(3, std::move(only_new)).value());
  const auto lost = world.setup.inspect(token);
  CHECK(lost.error() == Errc::key_unknown);
  CHECK(lost.error() == ErrorKind::configuration);
}

TEST_CASE("R69: every setup and every refusal of one leaves an event whose MAC holds") {
  World world(patient());
  const auto acme = world.found();
  const auto token = world.deliver();
  static_cast<void>(world.redeem(token));
  static_cast<void>(world.redeem(token));
  const auto audit = world.kinds(acme.organization);
  CHECK(std::ranges::count(audit, "setup_completed") == 1);
  CHECK(std::ranges::count(audit, "setup_refused:used") == 1);
}
