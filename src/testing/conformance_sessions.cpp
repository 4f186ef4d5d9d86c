#include "conformance.hpp"

// PutSession, TouchSession, RestampSession, EndSession and the per-request read.
namespace ostiary::inline v0::testing::conformance {
namespace {

SessionFacts facts_of(Trial& trial, const SessionId& id) {
  auto facts = trial.value(trial.store().find_session(id));
  trial.expect(facts.has_value(), "the session is there");
  // A nil login cannot be made; any other one serves for what is reported as absent already.
  return facts ? std::move(*facts) : SessionFacts{.account = {.login = LoginName::parse("0@absent").value()}};
}

void a_session_is_read_with_its_standing(Trial& trial) {
  auto world = trial.world();
  const auto session = trial.session(world.account);
  trial.commits("a session", {PutSession{.session = session}});
  auto facts = facts_of(trial, session.id);
  trial.expect(same(facts.session, session), "every field of the session comes back");
  trial.expect(facts.account.id == world.account.id && facts.account.organization == world.organization.id &&
                   facts.account.login.as_typed() == world.account.login.as_typed(),
               "with its account and organisation");
  trial.expect(facts.account.status == AccountStatus::active && facts.account.role == world.account.role &&
                   facts.account.epochs == world.account.epochs,
               "with the account's standing");
  trial.expect(facts.organization == OrganizationStatus::active, "with the organisation's status");
  world.organization.status = OrganizationStatus::suspended;
  world.account.status = AccountStatus::suspended;
  world.account.role = Role::manager;
  world.account.epochs = {.sessions = 70, .links = 80, .devices = 90};
  world.account.login = LoginName::parse("renamed@acme").value();
  trial.commits("both change", {PutOrganization{.next = world.organization, .expected = 1},
                                PutAccount{.next = world.account, .expected = 1}});
  facts = facts_of(trial, session.id);
  trial.expect(facts.organization == OrganizationStatus::suspended, "the organisation's status as it is now");
  trial.expect(facts.account.status == AccountStatus::suspended && facts.account.role == Role::manager &&
                   facts.account.epochs == world.account.epochs && facts.account.login == world.account.login,
               "the account's standing as it is now");
  trial.expect(facts.session.epoch == session.epoch, "the session's own epoch stays");
}

void a_session_begins_on_an_active_account(Trial& trial) {
  auto world = trial.world();
  const auto session = trial.session(world.account);
  auto wrong = session;
  wrong.account = trial.id<AccountId>();
  trial.refuses("a session of an absent account", {PutSession{.session = wrong}});
  wrong = session;
  wrong.epoch -= 1;
  trial.refuses("a session of an older epoch", {PutSession{.session = wrong}});
  wrong.epoch += 2;
  trial.refuses("a session of a newer epoch", {PutSession{.session = wrong}});
  trial.expect(!trial.value(trial.store().find_session(session.id)), "no refused session is there");
  trial.commits("a session", {PutSession{.session = session}});
  trial.refuses("a session that is present", {PutSession{.session = session}});
  Version version = 1;
  for (const auto status : {AccountStatus::invited, AccountStatus::suspended, AccountStatus::removed}) {
    world.account.status = status;
    trial.commits("another status", {PutAccount{.next = world.account, .expected = version++}});
    trial.refuses("a session of an account that is not active", {PutSession{.session = trial.session(world.account)}});
  }
}

void a_session_is_touched_forward(Trial& trial) {
  const auto world = trial.world();
  auto session = trial.session(world.account);
  trial.commits("a session", {PutSession{.session = session}});
  trial.commits("a touch", {TouchSession{.id = session.id, .last_seen_at = base_time + minutes(9)}});
  trial.expect(facts_of(trial, session.id).session.last_seen_at == base_time + minutes(9), "a touch moves it forward");
  trial.commits("an earlier touch", {TouchSession{.id = session.id, .last_seen_at = base_time + minutes(8)}});
  session.last_seen_at = base_time + minutes(9);
  trial.expect(same(facts_of(trial, session.id).session, session),
               "an earlier touch has no effect, nor on other fields");
  const auto absent = trial.id<SessionId>();
  trial.commits("a touch of an absent session", {TouchSession{.id = absent, .last_seen_at = base_time}});
  trial.expect(!trial.value(trial.store().find_session(absent)), "a touch makes no session");
}

void the_session_that_stays_is_restamped(Trial& trial) {
  auto world = trial.world();
  auto stays = trial.session(world.account);
  const auto other = trial.session(world.account);
  trial.commits("two sessions", {PutSession{.session = stays}, PutSession{.session = other}});
  world.account.epochs.sessions = 8;
  trial.commits("a new epoch and a restamp",
                {PutAccount{.next = world.account, .expected = 1}, RestampSession{.id = stays.id, .epoch = 8}});
  stays.epoch = 8;
  trial.expect(same(facts_of(trial, stays.id).session, stays), "the one that stays has the new epoch");
  trial.expect(facts_of(trial, other.id).session.epoch == 7, "the other keeps the old one");
  trial.expect(facts_of(trial, other.id).account.epochs.sessions == 8, "while its account has the new one");
  const auto sessions = trial.value(trial.store().list_sessions(world.account.id, {}));
  trial.expect_count(sessions.records.size(), 2, "the list has those of an older epoch too");
  trial.refuses("a restamp of an absent session", {RestampSession{.id = trial.id<SessionId>(), .epoch = 8}});
}

void a_session_is_ended_by_its_account(Trial& trial) {
  const auto world = trial.world();
  const auto other = trial.account(world.organization);
  const auto session = trial.session(world.account);
  const auto stays = trial.session(world.account);
  trial.commits("two sessions, and another account",
                {PutAccount{.next = other}, PutSession{.session = session}, PutSession{.session = stays}});
  trial.refuses("an absent session", {EndSession{.id = trial.id<SessionId>(), .account = world.account.id}});
  trial.refuses("another account's session", {EndSession{.id = session.id, .account = other.id}});
  trial.expect(trial.value(trial.store().find_session(session.id)).has_value(), "it is still there");
  trial.commits("the account's own", {EndSession{.id = session.id, .account = world.account.id}});
  trial.expect(!trial.value(trial.store().find_session(session.id)), "an ended session is gone");
  const auto rest = trial.value(trial.store().list_sessions(world.account.id, {})).records;
  trial.expect(rest.size() == 1 && rest.front().id == stays.id, "from the list too; the other stays");
  trial.refuses("an ended session", {EndSession{.id = session.id, .account = world.account.id}});
  trial.commits("a touch after its end", {TouchSession{.id = session.id, .last_seen_at = base_time + hours(1)}});
  trial.expect(!trial.value(trial.store().find_session(session.id)), "a late touch brings nothing back");
}

constexpr NamedCheck checks[] = {
    {"find_session: the session, and its account's and organisation's standing now",
     a_session_is_read_with_its_standing},
    {"PutSession: absent, on an active account of its epoch", a_session_begins_on_an_active_account},
    {"TouchSession: only forward, and only where there is a session", a_session_is_touched_forward},
    {"RestampSession: the session that stays, when present", the_session_that_stays_is_restamped},
    {"EndSession: present, and the account's", a_session_is_ended_by_its_account},
};

}  // namespace

std::span<const NamedCheck> session_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
