#include <algorithm>

#include "services/world.hpp"
#include <ostiary/ports/observer.hpp>

// What an Observer is told by the services (R78).

using namespace ostiary;
using namespace ostiary::test;

namespace {

std::ptrdiff_t count(const World& world, std::string_view line) {
  return std::ranges::count(world.observer.lines(), line);
}

bool has_beginning(const World& world, std::string_view beginning) {
  return std::ranges::any_of(world.observer.lines(), [&](const auto& line) { return line.starts_with(beginning); });
}

}  // namespace

TEST_CASE("R78: each decision is counted where it was committed, each hash, each session check, each mail") {
  World world;
  world.found_active();
  world.observer.clear();
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("100@acme", "Wrong-Password-1")));
  const auto session = world.signed_in("100@acme");
  REQUIRE(world.sessions.check(session.token.reveal()).has_value());
  REQUIRE(world.sessions.check("forged").has_value());
  CHECK(count(world, "decision_made kind=sign_in_refused") == 1);
  CHECK(count(world, "decision_made kind=signed_in") == 1);
  CHECK(count(world, "password_hashed took_ms=0") == 2);
  CHECK(count(world, "session_checked answer=signed_in") == 1);
  CHECK(count(world, "session_checked answer=refused") == 1);
  CHECK(count(world, "mail_handled state=sent") == 0);
  world.deliver();
  CHECK(count(world, "mail_handled state=sent") == 2);  // of the setup, and of the unknown device
  REQUIRE(world.housekeeping.run(100).has_value());
  CHECK(has_beginning(world, "rows_housekept deleted="));
}

TEST_CASE("R70, R78: each refusal by a budget is counted, not the first alone") {
  World world;
  world.found_active();
  for (int i = 0; i < 14; ++i) {
    static_cast<void>(world.try_sign_in("100@acme", "Wrong-Password-1"));
  }
  const auto lines = world.observer.lines();
  CHECK(std::ranges::count_if(lines, [](const auto& line) { return line.starts_with("attempt_throttled"); }) == 4);
  CHECK(count(world, "decision_made kind=throttled") == 1);
}

TEST_CASE("R74, R78: an upgrade that could not be made is told, and the sign-in goes on") {
  World world;
  const auto acme = world.found_active();
  auto other = weak_hashing();
  other.argon2.passes = 2;
  const auto older = StandardPasswordHasher::create(other, world.random).value();
  world.alter(acme.manager.account, [&](Account& account) {
    account.password->id = CredentialId::make(world.clock.now(), {});
    account.password->hash = older->hash(SecretString(good_password)).value();
  });
  world.hasher.fail_hash = true;
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme")));
  CHECK(has_beginning(world, "side_task_failed task=hash_upgrade error="));
}

TEST_CASE("R78: no secret and nothing that a person typed is in what an observer is told") {
  World world;
  world.found_active();
  const auto session = world.signed_in("100@acme");
  static_cast<void>(world.try_sign_in("Some-Secret-9@acme", "Other-Secret-8"));
  REQUIRE(world.sessions.check(session.token.reveal()).has_value());
  for (const auto& line : world.observer.lines()) {
    for (const std::string_view needle : {std::string_view(good_password), std::string_view("Secret"),
                                          std::string_view("acme"), session.token.reveal(), std::string_view("192.")}) {
      CHECK(line.find(needle) == std::string::npos);
    }
  }
}
