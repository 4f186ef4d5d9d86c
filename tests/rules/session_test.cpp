#include <ostiary/rules/session.hpp>

#include <type_traits>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;
using enum SessionRefusal;

// R67: the proof is made by the check alone.
static_assert(!std::is_default_constructible_v<SignedIn>);
static_assert(!std::is_aggregate_v<SignedIn>);
static_assert(!std::is_constructible_v<SignedIn, AccountStanding, Session>);
static_assert(!std::is_constructible_v<SignedIn, AccountStanding, const Session&>);

namespace {

// What the session is refused for; nothing where it is alive.
std::optional<SessionRefusal> refusal(const std::optional<SessionFacts>& facts, Instant now = noon,
                                      const SessionPolicy& policy = {}) {
  const auto verdict = judge_session(ticket_of(session_facts(active())), facts, policy, now);
  const auto* refused = std::get_if<SessionRefused>(&verdict);
  return refused != nullptr ? std::optional(refused->reason) : std::nullopt;
}

}  // namespace

TEST_CASE("a live session's bearer is signed in, with the account's standing as it is now") {
  auto facts = session_facts(active());
  facts.account.role = Role::supervisor;
  const auto verdict = judge_session(ticket_of(facts), facts, {}, noon);
  const auto& who = std::get<SignedIn>(verdict);
  CHECK(who.account().id == owner_id);
  CHECK(who.account().organization == acme_id);
  CHECK(who.account().login.as_typed() == "201@acme");
  CHECK(who.account().role == Role::supervisor);
  CHECK(who.session() == session_id);
  CHECK(who.client_id() == "portal");
  CHECK(who.authenticated_at() == noon - 1h);
}

TEST_CASE("S313, S342: an absent row, another secret and another id are all unknown, whatever else is wrong") {
  CHECK_FALSE(refusal(session_facts(active())));
  CHECK(refusal(std::nullopt) == unknown);
  for (std::size_t bit = 0; bit < 256; bit += 17) {
    CAPTURE(bit);
    auto facts = session_facts(active());
    facts.session.digest = flip(facts.session.digest, bit);
    CHECK(refusal(facts) == unknown);
    facts.account.status = AccountStatus::suspended;
    facts.organization = OrganizationStatus::suspended;
    facts.session.epoch = 1;
    CHECK(refusal(facts, noon + 1000 * 24h) == unknown);
  }
  auto facts = session_facts(active());
  facts.session.id = id_of<SessionId>(32);
  CHECK(refusal(facts) == unknown);
  CHECK(refusal(SessionFacts{.session = {}, .account = standing_of(active())}) == unknown);
}

TEST_CASE("S303: only an active account of an active organisation is signed in") {
  for (const auto status : {AccountStatus::invited, AccountStatus::suspended, AccountStatus::removed}) {
    CAPTURE(static_cast<int>(status));
    auto facts = session_facts(active());
    facts.account.status = status;
    CHECK(refusal(facts) == account_inactive);
  }
  for (const auto status : {OrganizationStatus::suspended, OrganizationStatus::removed}) {
    CAPTURE(static_cast<int>(status));
    auto facts = session_facts(active());
    facts.organization = status;
    CHECK(refusal(facts) == organization_inactive);
  }
  auto facts = session_facts(active());
  facts.account.id = stranger_id;  // a store that joined the wrong row
  CHECK(refusal(facts) == account_inactive);
}

TEST_CASE("S347: a session of another epoch is ended, older or newer") {
  for (const std::uint32_t epoch : {0U, 4U, 6U}) {
    auto facts = session_facts(active());
    facts.session.epoch = epoch;
    CHECK(refusal(facts) == ended);
  }
  auto facts = session_facts(active());
  facts.account.epochs.links = 99;
  facts.account.epochs.devices = 99;
  CHECK_FALSE(refusal(facts));
}

TEST_CASE("S349: the idle limit ends a session exactly when it is over") {
  auto facts = session_facts(active());
  const auto seen = facts.session.last_seen_at;
  CHECK_FALSE(refusal(facts, seen + 12h - 1ms));
  CHECK(refusal(facts, seen + 12h) == idle);
  CHECK_FALSE(refusal(facts, seen + 10min - 1ms, {.idle_limit = 10min}));
  CHECK(refusal(facts, seen + 10min, {.idle_limit = 10min}) == idle);
}

TEST_CASE("S349: the absolute limit ends a session exactly when it is over, however it is used") {
  auto facts = session_facts(active());
  const auto end = facts.session.ends_at;
  facts.session.last_seen_at = end - 1ms;
  CHECK_FALSE(refusal(facts, end - 1ms));
  CHECK(refusal(facts, end) == expired);

  // A host that shortens the limit ends the sessions that began under the longer one.
  facts = session_facts(active());
  const auto begun = facts.session.created_at;
  facts.session.last_seen_at = begun + 2h;
  CHECK_FALSE(refusal(facts, begun + 2h - 1ms, {.absolute_limit = 2h}));
  CHECK(refusal(facts, begun + 2h, {.absolute_limit = 2h}) == expired);
  // One that lengthens it does not.
  facts.session.last_seen_at = end;
  CHECK(refusal(facts, end, {.absolute_limit = 9999h}) == expired);
}

TEST_CASE("S349: a clock that goes back neither ends a session nor revives one that was ended") {
  auto facts = session_facts(active());
  CHECK_FALSE(refusal(facts, facts.session.created_at - 1h));
  facts.session.epoch = 4;
  CHECK(refusal(facts, facts.session.created_at - 1h) == ended);
  facts.account.status = AccountStatus::suspended;
  CHECK(refusal(facts, facts.session.created_at - 1h) == account_inactive);
}

TEST_CASE("the default limits are 12 hours without use and 30 days") {
  CHECK(SessionPolicy{}.idle_limit == 12h);
  CHECK(SessionPolicy{}.absolute_limit == 30 * 24h);
}

TEST_CASE(
    "step-up: a session whose proof is as old as the demand is refused with its own reason; without demand it lives") {
  auto facts = session_facts(active());
  facts.session.proved_at = noon - std::chrono::minutes(5);
  const auto judge = [&](std::optional<Duration> age_max) {
    return judge_session(ticket_of(facts), facts, {}, noon, {.age_max = age_max});
  };
  const auto reason = [](const SessionVerdict& verdict) { return std::get<SessionRefused>(verdict).reason; };
  CHECK(std::holds_alternative<SignedIn>(judge(std::nullopt)));
  CHECK(std::get<SignedIn>(judge(std::chrono::minutes(5) + std::chrono::milliseconds(1))).proved_at() ==
        facts.session.proved_at);
  CHECK(reason(judge(std::chrono::minutes(5))) == SessionRefusal::reauthentication_required);
  CHECK(reason(judge(std::chrono::minutes(0))) == SessionRefusal::reauthentication_required);
  // Every other refusal comes first: who is not signed in is not asked for a code.
  facts.account.status = AccountStatus::suspended;
  CHECK(reason(judge(std::chrono::minutes(5))) == SessionRefusal::account_inactive);
}
