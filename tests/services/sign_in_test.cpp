#include <ostiary/services/sign_in.hpp>

#include <algorithm>

#include "services/world.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

bool refused(const SignInOutcome& outcome) { return std::holds_alternative<SignInRefused>(outcome); }

// The calls of the port that one sign-in makes, in numbers by operation.
std::vector<std::size_t> calls_of(World& world, const std::function<void()>& act) {
  std::vector<std::size_t> before(testing::store_calls_count);
  for (std::size_t i = 0; i < before.size(); ++i) {
    before[i] = world.memory.calls(static_cast<testing::StoreCall>(i));
  }
  act();
  for (std::size_t i = 0; i < before.size(); ++i) {
    before[i] = world.memory.calls(static_cast<testing::StoreCall>(i)) - before[i];
  }
  return before;
}

}  // namespace

TEST_CASE("R11: one login name and password sign in, for any client application, and each session says which") {
  World world;
  world.found_active();
  for (const auto* const id : {"portal", "mobile", "extension"}) {
    const SecretString password(good_password);
    auto from = client();
    from.client_id = id;
    const auto outcome =
        world.sign_in.with_password({.login_name = "100@acme", .password = password, .client = from}).value();
    REQUIRE(std::holds_alternative<SignInSuccess>(outcome));
    CHECK(std::get<SignInSuccess>(outcome).who.client_id() == id);
  }
}

TEST_CASE("R12: the login name is taken without ASCII case; another organisation's is another account") {
  World world;
  const auto acme = world.found_active("acme");
  const auto birch = world.found_active("birch");
  CHECK(world.signed_in("100@ACME").who.account().id == acme.manager.account);
  CHECK(world.signed_in("100@birch").who.account().id == birch.manager.account);
  CHECK(refused(world.try_sign_in("100@cedar")));
}

TEST_CASE("R20, R71, S229: unknown, wrong, invited and suspended are one answer by the same calls and one hash") {
  World world;
  const auto acme = world.found_active();
  const auto suspended = world.add_active(acme.organization, "300");
  world.alter(suspended, [](Account& account) { account.status = AccountStatus::suspended; });
  REQUIRE(std::holds_alternative<Invited>(
      world.organizations
          .invite(world.host(), acme.organization,
                  {.extension = "400", .display_name = "Invited", .email = "i@acme.example"})
          .value()));

  std::vector<std::vector<std::size_t>> shapes;
  for (const auto* const login : {"999@acme", "999@nowhere", "100@acme", "300@acme", "400@acme"}) {
    const int verifies = world.hasher.verifies;
    shapes.push_back(calls_of(world, [&] { CHECK(refused(world.try_sign_in(login, "Wrong-Password-1"))); }));
    CHECK(world.hasher.verifies == verifies + 1);
  }
  CHECK(std::ranges::all_of(shapes, [&](const auto& shape) { return shape == shapes.front(); }));
  // The right password of a suspended account opens nothing either.
  CHECK(refused(world.try_sign_in("300@acme", good_password)));

  const auto audit = world.kinds(acme.organization);
  for (const auto* const reason : {"wrong_password", "suspended", "invited"}) {
    CHECK(std::ranges::count(audit, "sign_in_refused:" + std::string(reason)) >= 1);
  }
  CHECK(std::ranges::count(world.kinds(std::nullopt), "sign_in_refused:unknown_login") == 2);
}

TEST_CASE("R71: input that can be no login name or no password is refused without a store call or a hash") {
  World world;
  world.found_active();
  const auto calls = world.memory.calls();
  for (const auto* const login : {"", "100", "100@", "@acme", "1 00@acme", "100@acme@acme", "100@ac\nme"}) {
    CHECK(refused(world.try_sign_in(login)));
  }
  CHECK(refused(world.try_sign_in("100@acme", "bad\xff utf8")));
  CHECK(refused(world.try_sign_in("100@acme", std::string(5000, 'a'))));
  CHECK(world.memory.calls() == calls);
}

TEST_CASE("R70: the budget of login and network stops guesses before the hash, and gives one try back a minute") {
  World world;
  world.found_active();
  for (int i = 0; i < 10; ++i) {
    CHECK(refused(world.try_sign_in("100@acme", "Wrong-Password-1")));
  }
  const int verifies = world.hasher.verifies;
  const auto outcome = world.try_sign_in("100@acme");
  REQUIRE(std::holds_alternative<Throttled>(outcome));
  CHECK(std::get<Throttled>(outcome).retry_after == std::chrono::minutes(1));
  CHECK(world.hasher.verifies == verifies);

  SUBCASE("S236: another login, and the same login from another network, go on") {
    CHECK(refused(world.try_sign_in("999@acme", "Wrong-Password-1")));
    CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme", good_password, "198.51.100.7")));
  }
  SUBCASE("S237: the limit comes back after the pause") {
    world.clock.advance(std::chrono::minutes(1));
    CHECK(refused(world.try_sign_in("100@acme", "Wrong-Password-1")));
    CHECK(std::holds_alternative<Throttled>(world.try_sign_in("100@acme")));
    world.clock.advance(std::chrono::minutes(1));
    CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme")));
  }
}

TEST_CASE("R70: guesses from ever new networks are held to the login's own budget") {
  World world;
  world.found_active();
  int admitted = 0;
  for (int i = 0; i < 100; ++i) {
    admitted += refused(world.try_sign_in("100@acme", "Wrong-Password-1", "198.51.100." + std::to_string(i))) ? 1 : 0;
  }
  CHECK(admitted == 30);
}

TEST_CASE("R70, S240: an IPv6 client is counted by its /64") {
  World world;
  world.found_active();
  int admitted = 0;
  for (int i = 0; i < 20; ++i) {
    admitted +=
        refused(world.try_sign_in("100@acme", "Wrong-Password-1", "2001:db8::" + std::to_string(i + 1))) ? 1 : 0;
  }
  CHECK(admitted == 10);
}

TEST_CASE("R69, R70: a throttled window leaves one event, and its end another with the count") {
  World world;
  world.found_active();
  for (int i = 0; i < 25; ++i) {
    static_cast<void>(world.try_sign_in("100@acme", "Wrong-Password-1"));
  }
  CHECK(std::ranges::count(world.kinds(std::nullopt), "throttled:password") == 1);
  // A client that goes on, a try every ten seconds, gets the one a minute that comes free: still the same window.
  for (int i = 0; i < 60; ++i) {
    world.clock.advance(std::chrono::seconds(10));
    static_cast<void>(world.try_sign_in("100@acme", "Wrong-Password-1"));
  }
  CHECK(std::ranges::count(world.kinds(std::nullopt), "throttled:password") == 1);
  CHECK(std::ranges::count(world.kinds(std::nullopt), "throttle_lifted:password") == 0);
  REQUIRE(world.housekeeping.run(1000).has_value());  // which loses no count
  world.clock.advance(std::chrono::minutes(10));
  REQUIRE(world.housekeeping.run(1000).has_value());
  CHECK(refused(world.try_sign_in("100@acme", "Wrong-Password-1")));
  const auto page = world.store.list_audit(std::nullopt, {.limit = 500}).value();
  const auto lifted =
      std::ranges::find(page.records, AuditKind::throttle_lifted, [](const AuditRow& row) { return row.event.kind; });
  REQUIRE(lifted != page.records.end());
  CHECK(lifted->event.count == 15 + 50);
  CHECK(std::ranges::count(world.kinds(std::nullopt), "throttle_lifted:password") == 1);
}

TEST_CASE("R70: a success gives its own try back and clears nothing") {
  World world;
  world.found_active();
  for (int i = 0; i < 50; ++i) {
    static_cast<void>(world.signed_in("100@acme"));
  }
  for (int i = 0; i < 9; ++i) {
    CHECK(refused(world.try_sign_in("100@acme", "Wrong-Password-1")));
  }
  static_cast<void>(world.signed_in("100@acme"));
  CHECK(refused(world.try_sign_in("100@acme", "Wrong-Password-1")));
  CHECK(std::holds_alternative<Throttled>(world.try_sign_in("100@acme")));
}

TEST_CASE("S189, S190: a password set composed signs in decomposed; nothing is trimmed or folded") {
  World world;
  world.found();
  REQUIRE(std::holds_alternative<SetupCompleted>(world.redeem(world.deliver(), "Caf\xc3\xa9-Ontario-1")));
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme", "Cafe\xcc\x81-Ontario-1")));
  CHECK(refused(world.try_sign_in("100@acme", "Caf\xc3\xa9-Ontario-1 ")));
  CHECK(refused(world.try_sign_in("100@acme", "caf\xc3\xa9-ontario-1")));
}

TEST_CASE("S220: a sign-in replaces an outdated hash, moves no version, and does not fail where it cannot") {
  World world;
  const auto acme = world.found_active();
  auto stronger = weak_hashing();
  stronger.argon2.passes = 2;
  const auto newer = StandardPasswordHasher::create(stronger, world.random).value();
  CountingHasher hasher(*newer);
  const Environment env{
      .store = world.store, .clock = world.clock, .random = world.random, .hasher = hasher, .keys = world.keys};
  const SignIn sign_in(env);
  const SecretString password(good_password);
  const auto before = world.account(acme.manager.account);
  const auto attempt = [&] {
    return std::holds_alternative<SignInSuccess>(
        sign_in.with_password({.login_name = "100@acme", .password = password, .client = client()}).value());
  };

  hasher.fail_hash = true;
  CHECK(attempt());
  CHECK(world.account(acme.manager.account).password->hash == before.password->hash);
  hasher.fail_hash = false;
  CHECK(attempt());
  const auto after = world.account(acme.manager.account);
  CHECK(after.password->hash != before.password->hash);
  CHECK(after.password->hash.find("t=2") != std::string::npos);
  CHECK(after.version == before.version);
  const int hashes = hasher.hashes;
  CHECK(attempt());
  CHECK(hasher.hashes == hashes);
}

TEST_CASE("R33: a password that changes while it is being hashed is judged anew, with a new charge") {
  World world;
  const auto acme = world.found_active();
  bool changed = false;
  world.hasher.after_verify = [&] {
    if (std::exchange(changed, true)) {
      return;
    }
    world.alter(acme.manager.account, [&](Account& account) {
      account.password->id = CredentialId::make(world.clock.now(), {});
      account.password->hash = world.real_hasher->hash(SecretString("Another-Password-9")).value();
    });
  };
  const auto charges = world.memory.calls(testing::StoreCall::charge);
  CHECK(refused(world.try_sign_in("100@acme", good_password)));
  CHECK(world.memory.calls(testing::StoreCall::charge) == charges + 2);
  CHECK(world.hasher.verifies >= 2);
}

TEST_CASE("S303: an account suspended while its password is being hashed gets no session") {
  World world;
  const auto acme = world.found_active();
  world.hasher.after_verify = [&] {
    world.alter(acme.manager.account, [](Account& account) { account.status = AccountStatus::suspended; });
    world.hasher.after_verify = nullptr;
  };
  CHECK(refused(world.try_sign_in("100@acme")));
  CHECK(world.store.list_sessions(acme.manager.account, {}).value().records.empty());
}

TEST_CASE("Without entropy nobody is signed in and nothing is written") {
  World world;
  const auto acme = world.found_active();
  world.random.fail_from_call(world.random.calls() + 1);
  const SecretString password(good_password);
  const auto outcome =
      world.sign_in.with_password({.login_name = "100@acme", .password = password, .client = client()});
  REQUIRE(!outcome.has_value());
  CHECK(outcome.error() == Errc::entropy_unavailable);
  CHECK(world.store.list_sessions(acme.manager.account, {}).value().records.empty());
}

TEST_CASE("R70: a hasher that is busy costs no try: overload locks nobody out") {
  class Busy final : public PasswordHasher {
   public:
    Result<std::string> hash(const SecretString& /*password*/) const override { return Errc::hasher_busy; }
    Result<PasswordVerdict> verify(const SecretString& /*password*/, std::string_view /*hash*/) const override {
      return Errc::hasher_busy;
    }
    std::string decoy(std::uint64_t /*draw*/) const override { return "decoy"; }
  };
  World world;
  world.found_active();
  const Busy busy;
  const Environment env{
      .store = world.store, .clock = world.clock, .random = world.random, .hasher = busy, .keys = world.keys};
  const SignIn sign_in(env);
  const SecretString password(good_password);
  for (int i = 0; i < 50; ++i) {
    const auto outcome = sign_in.with_password({.login_name = "100@acme", .password = password, .client = client()});
    CHECK(outcome.error() == Errc::hasher_busy);
  }
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme")));
}

TEST_CASE("R71: a stored hash that cannot be verified is refused as a wrong password, and the operator is told") {
  World world;
  const auto acme = world.found_active();
  world.alter(acme.manager.account, [&](Account& account) {
    account.password = Password{.id = CredentialId::make(world.clock.now(), {}), .hash = "$damaged", .set_at = {}};
  });
  const int verifies = world.hasher.verifies;
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("100@acme")));
  CHECK(std::ranges::count(world.kinds(acme.organization), "sign_in_refused:unusable_hash") == 1);
  CHECK(std::ranges::any_of(world.observer.lines(), [](const auto& line) {
    return line.starts_with("side_task_failed task=hash_verify error=");
  }));
  CHECK(world.hasher.verifies == verifies + 2);
}
