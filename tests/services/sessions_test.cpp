#include <ostiary/services/sessions.hpp>

#include "services/world.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

SessionRefusal refusal_of(const SessionVerdict& verdict) {
  const auto* const refused = std::get_if<SessionRefused>(&verdict);
  return refused == nullptr ? SessionRefusal{} : refused->reason;
}

bool is_live(World& world, const SignInSuccess& session) {
  return std::holds_alternative<SignedIn>(world.sessions.check(session.token.reveal()).value());
}

}  // namespace

TEST_CASE("S342: a session is checked by its token; any other token is nobody's") {
  World world;
  const auto acme = world.found_active();
  const auto session = world.signed_in("100@acme");
  const auto verdict = world.sessions.check(session.token.reveal()).value();
  REQUIRE(std::holds_alternative<SignedIn>(verdict));
  CHECK(std::get<SignedIn>(verdict).account().id == acme.manager.account);
  const std::string token(session.token.reveal());
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto other = token;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    CHECK(refusal_of(world.sessions.check(other).value()) == SessionRefusal::unknown);
  }
  const auto calls = world.memory.calls();
  for (const auto& other : std::vector<std::string>{"", "x", token + "A", token.substr(1), std::string(64, '=')}) {
    CHECK(refusal_of(world.sessions.check(other).value()) == SessionRefusal::unknown);
  }
  CHECK(world.memory.calls() == calls);
}

TEST_CASE("S349: a session ends when idle, and at its absolute limit whatever its use") {
  World world;
  world.found_active();
  const auto session = world.signed_in("100@acme");
  const auto& policy = world.env.policies.session;
  SUBCASE("idle") {
    world.clock.advance(policy.idle_limit - Duration(1));
    CHECK(is_live(world, session));
    world.clock.advance(policy.idle_limit);
    CHECK(refusal_of(world.sessions.check(session.token.reveal()).value()) == SessionRefusal::idle);
  }
  SUBCASE("absolute") {
    for (Duration used{}; used + policy.idle_limit / 2 < policy.absolute_limit; used += policy.idle_limit / 2) {
      CHECK(is_live(world, session));
      world.clock.advance(policy.idle_limit / 2);
    }
    world.clock.advance(policy.idle_limit / 2);
    CHECK(refusal_of(world.sessions.check(session.token.reveal()).value()) == SessionRefusal::expired);
  }
}

TEST_CASE("A session in use is written at most every twentieth of its idle limit") {
  World world;
  world.found_active();
  const auto session = world.signed_in("100@acme");
  const auto commits = [&] { return world.memory.calls(testing::StoreCall::commit); };
  const auto before = commits();
  CHECK(is_live(world, session));
  world.clock.advance(world.env.policies.session.idle_limit / 20 - Duration(1));
  CHECK(is_live(world, session));
  CHECK(commits() == before);
  world.clock.advance(Duration(1));
  CHECK(is_live(world, session));
  CHECK(is_live(world, session));
  CHECK(commits() == before + 1);
}

TEST_CASE("S345, S362: the owner sees their sessions and ends one; its token is nobody's from then on") {
  World world;
  world.found_active();
  const auto first = world.signed_in("100@acme");
  world.clock.advance(std::chrono::minutes(1));
  const auto second = world.signed_in("100@acme");
  const auto listed = world.sessions.list(second.who).value();
  REQUIRE(listed.size() == 2);
  CHECK(listed[0].id == first.who.session());
  CHECK(listed[0].is_this == ThisSession::ends);
  CHECK(listed[1].is_this == ThisSession::stays);
  CHECK(listed[1].user_agent == "test browser");
  CHECK(world.sessions.end(second.who, first.who.session()).value() == SessionEnd::ended);
  CHECK(!is_live(world, first));
  CHECK(is_live(world, second));
  CHECK(world.sessions.end(second.who, second.who.session()).value() == SessionEnd::ended);
  CHECK(!is_live(world, second));
}

TEST_CASE("S369: nobody ends another's session, and is told what a session that does not exist would tell") {
  World world;
  const auto acme = world.found_active();
  world.add_active(acme.organization, "201");
  const auto manager = world.signed_in("100@acme");
  const auto member = world.signed_in("201@acme");
  CHECK(world.sessions.end(member.who, manager.who.session()).value() == SessionEnd::not_found);
  CHECK(world.sessions.end(member.who, SessionId::make(world.clock.now(), {})).value() == SessionEnd::not_found);
  CHECK(is_live(world, manager));
}

TEST_CASE("R68, S347: all sessions end at once; the one that asks may stay") {
  World world;
  world.found_active();
  const auto first = world.signed_in("100@acme");
  const auto second = world.signed_in("100@acme");
  SUBCASE("all but this one") {
    const auto effects = world.sessions.end_all(first.who, ThisSession::stays).value();
    CHECK(effects.other_sessions == Effect::ends);
    CHECK(effects.this_session == Effect::stays);
    CHECK(is_live(world, first));
    CHECK(refusal_of(world.sessions.check(second.token.reveal()).value()) == SessionRefusal::ended);
  }
  SUBCASE("all") {
    CHECK(world.sessions.end_all(first.who, ThisSession::ends).value().this_session == Effect::ends);
    CHECK(!is_live(world, first));
    CHECK(!is_live(world, second));
  }
}

TEST_CASE("R67: a proof that no longer holds writes nothing") {
  World world;
  const auto acme = world.found_active();
  const auto first = world.signed_in("100@acme");
  const auto second = world.signed_in("100@acme");
  REQUIRE(world.sessions.end_all(first.who, ThisSession::stays).has_value());
  CHECK(world.sessions.end_all(second.who, ThisSession::ends).error() == Errc::actor_revoked);
  CHECK(world.sessions.end(second.who, first.who.session()).error() == Errc::actor_revoked);
  CHECK(is_live(world, first));
  CHECK(world.account(acme.manager.account).epochs.sessions == first.who.account().epochs.sessions + 1);
}

TEST_CASE("S303, S353: a suspended account's sessions are dead at the next request") {
  World world;
  const auto acme = world.found_active();
  const auto session = world.signed_in("100@acme");
  world.alter(acme.manager.account, [](Account& account) { account.status = AccountStatus::suspended; });
  CHECK(refusal_of(world.sessions.check(session.token.reveal()).value()) == SessionRefusal::account_inactive);
}
