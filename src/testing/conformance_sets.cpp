#include "conformance.hpp"

// What holds of a whole set: order, atomicity, repeats. And AppendAudit.
namespace ostiary::inline v0::testing::conformance {
namespace {

void guards_see_earlier_records(Trial& trial) {
  const auto organization = trial.organization();
  auto account = trial.account(organization);
  trial.needs_order("an organisation, then its account",
                    {PutOrganization{.next = organization}, PutAccount{.next = account}});
  account.display_name = "Later";
  trial.needs_order("a version, then the next",
                    {PutAccount{.next = account, .expected = 1}, PutAccount{.next = account, .expected = 2}});
  auto fresh = trial.account(organization);
  trial.needs_order("an account, then its session",
                    {PutAccount{.next = fresh}, PutSession{.session = trial.session(fresh)}});
  fresh = trial.account(organization);
  const auto link = trial.id<LinkId>();
  trial.needs_order("an account, then its link",
                    {PutAccount{.next = fresh}, PutLink{.id = link, .account = fresh.id, .ends_at = base_time}});
  trial.needs_order("a generation, then the next",
                    {PutLink{.id = link, .account = fresh.id, .expected = 1, .ends_at = base_time},
                     PutLink{.id = link, .account = fresh.id, .expected = 2, .ends_at = base_time}});
  auto session = trial.session(fresh);
  trial.needs_order("a session, then its restamp",
                    {PutSession{.session = session}, RestampSession{.id = session.id, .epoch = 1}});
  session = trial.session(fresh);
  trial.needs_order("a session, then its end",
                    {PutSession{.session = session}, EndSession{.id = session.id, .account = fresh.id}});
  session = trial.session(fresh);
  trial.needs_order("a session, then what requires it",
                    {PutSession{.session = session}, RequireActor{.account = fresh.id,
                                                                  .role = fresh.role,
                                                                  .epoch = fresh.epochs.sessions,
                                                                  .session = session.id,
                                                                  .now = base_time}});
  trial.needs_order("a session's end, then the same session",
                    {EndSession{.id = session.id, .account = fresh.id}, PutSession{.session = session}});
}

void guards_see_what_earlier_changes_freed(Trial& trial) {
  auto world = trial.world();
  auto organization = trial.organization();
  auto account = trial.account(world.organization);
  world.account.host_ref = "ref-1";
  trial.commits("a host_ref", {PutAccount{.next = world.account, .expected = 1}});
  account.login = world.account.login;
  account.host_ref = world.account.host_ref;
  world.account.login = LoginName::parse("moved@acme").value();
  world.account.host_ref = "ref-2";
  trial.needs_order("a login name and a host_ref left, then taken",
                    {PutAccount{.next = world.account, .expected = 2}, PutAccount{.next = account}});
  organization.domain = world.organization.domain;
  world.organization.domain = Domain::parse("moved").value();
  trial.needs_order("a domain left, then taken", {PutOrganization{.next = world.organization, .expected = 1},
                                                  PutOrganization{.next = organization}});
}

void guards_see_what_earlier_changes_took(Trial& trial) {
  auto world = trial.world();
  const auto live = trial.live_link(world.account);
  const ConsumeLink consume{.id = live, .generation = 1, .now = base_time};
  trial.refuses("a link consumed twice in one set", {consume, consume}, 1);
  const ConsumeOnce once{.key = trial.next<32>(), .until = base_time + hours(1)};
  trial.refuses("a key consumed twice in one set", {once, once}, 1);
  const auto session = trial.session(world.account);
  trial.refuses("a session put twice in one set", {PutSession{.session = session}, PutSession{.session = session}}, 1);
  const auto append = trial.event(std::nullopt);
  trial.refuses("an event appended twice in one set", {append, append}, 1);
  const PutMailIntent put{.mail = trial.mail(world.account)};
  trial.refuses("a mail put twice in one set", {put, put}, 1);
  const auto token = trial.id<LeaseToken>();
  const auto mail = trial.leased_mail(world.account, token);
  const BeginHandOver begin{
      .mail = mail, .lease = token, .until = base_time + hours(1), .parts = {{.account = world.account.id}}};
  const MarkMail mark{.mail = mail, .lease = token, .state = MailState::sent, .due_at = base_time};
  trial.refuses("a mail marked, then handed over", {mark, begin}, 1);
  world.account.status = AccountStatus::suspended;
  const PutAccount suspend{.next = world.account, .expected = 1};
  trial.refuses("an account suspended, then signed in", {suspend, PutSession{.session = session}}, 1);
  trial.refuses("an account suspended, then mailed", {suspend, begin}, 1);
  trial.commits("a hand-over, then its mark", {begin, mark});
}

void the_first_miss_is_named(Trial& trial) {
  const auto world = trial.world();
  const PutAccount misses{.next = world.account, .expected = 9};
  const auto absent = EndSession{.id = trial.id<SessionId>(), .account = world.account.id};
  trial.refuses("two changes that miss", {misses, absent}, 0);
  trial.refuses("a change that holds, and two that miss", {trial.event(std::nullopt), absent, misses}, 1);
}

// One set with every kind of change, each of which holds.
std::vector<Change> one_of_each(Trial& trial, const World& world, const LinkId& link, const Session& present,
                                const MailId& mail, const LeaseToken& token) {
  auto organization = world.organization;
  organization.name = "Changed";
  auto account = world.account;
  account.display_name = "Changed";
  account.host_ref = "changed";
  const auto job = trial.job(world.organization);
  const auto sealed = trial.event(world.organization.id);
  return {
      PutOrganization{.next = organization, .expected = 1},
      PutAccount{.next = account, .expected = 1},
      UpgradeHash{.account = account.id, .from = account.password->hash, .to = "$changed"},
      AdvanceTotpStep{.account = account.id, .authenticator = account.authenticator->id, .step = 9'000},
      ConsumeRecoveryCode{.account = account.id, .codes = account.recovery_codes->id, .index = 9},
      ConsumeLink{.id = link, .generation = 1, .now = base_time},
      PutLink{.id = link, .account = account.id, .expected = 1, .ends_at = base_time + hours(2000)},
      ConsumeOnce{.key = trial.next<32>(), .until = base_time},
      PutSession{.session = trial.session(account)},
      TouchSession{.id = present.id, .last_seen_at = base_time + hours(1)},
      ProveSession{.id = present.id, .account = account.id, .proved_at = base_time + hours(1)},
      RestampSession{.id = present.id, .epoch = 99},
      EndSession{.id = present.id, .account = account.id},
      PutMailIntent{.mail = trial.mail(account)},
      BeginHandOver{.mail = mail, .lease = token, .until = base_time + hours(1)},
      MarkMail{.mail = mail, .lease = token, .state = MailState::sent, .due_at = base_time},
      PutRecoveryRequest{.request = trial.recovery_request()},
      PutJob{.next = job},
      PutJobBatch{.job = job.id, .items = {{.account = account.id}}},
      sealed,
      PutAuditBlock{.block = {.stream = world.organization.id, .number = 1, .events = 1}, .events = {sealed.event.id}},
      trial.event(world.organization.id)};
}

void a_refused_set_leaves_nothing(Trial& trial) {
  const auto world = trial.world();
  const auto link = trial.live_link(world.account);
  const auto session = trial.session(world.account);
  const auto token = trial.id<LeaseToken>();
  trial.commits("a session", {PutSession{.session = session}});
  const auto mail = trial.leased_mail(world.account, token);
  const auto mail_before = trial.value(trial.store().find_mail(mail));
  const auto whole = one_of_each(trial, world, link, session, mail, token);
  auto refused = whole;
  refused.emplace_back(EndSession{.id = trial.id<SessionId>(), .account = world.account.id});
  trial.refuses("every kind of change, then one that misses", refused, whole.size());
  auto& store = trial.store();
  trial.expect(found(trial.value(store.find_organization(world.organization.id)), world.organization),
               "the organisation is unchanged");
  trial.expect(found(trial.value(store.find_account(world.account.id)), world.account), "the account is unchanged");
  trial.expect(!trial.value(store.find_account_by_host_ref("changed")), "its new host_ref finds nothing");
  const auto row = trial.value(store.find_link(link)).value_or(Link());
  trial.expect(row.issued == 1 && row.used == 0 && row.ends_at == base_time + hours(1000), "the link is unchanged");
  const auto facts = trial.value(store.find_session(session.id));
  trial.expect(facts && same(facts->session, session), "the session is unchanged");
  trial.expect_count(trial.value(store.list_sessions(world.account.id, {})).records.size(), 1, "sessions");
  const auto mail_after = trial.value(store.find_mail(mail));
  trial.expect(mail_before && mail_after && same(*mail_before, *mail_after), "the mail is unchanged");
  trial.expect_count(trial.value(store.list_audit(world.organization.id, {})).records.size(), 0, "events");
  trial.expect(!trial.value(store.find_audit_head(world.organization.id)), "no block is there");
  trial.expect_count(trial.value(store.list_jobs(world.organization.id, {})).records.size(), 0, "jobs");
  trial.expect_count(
      trial.value(store.count_accounts({.organization = world.organization.id, .words = {"changed"}, .status = {}}, 9))
          .count,
      0, "accounts found by the new name");
  const auto requests = trial.value(patiently(
      [&] { return store.claim_recovery_requests(9, base_time, base_time + hours(1), trial.id<LeaseToken>()); }));
  trial.expect_count(requests.size(), 0, "recovery requests");
  trial.commits("the same changes without the one that misses", whole);
}

void an_applied_id_is_not_applied_again(Trial& trial) {
  const auto world = trial.world();
  auto set = trial.set({trial.event(world.organization.id)});
  trial.expect(send(trial.store(), set).committed(), "a set is committed");
  set.changes = {trial.event(world.organization.id)};
  trial.expect(send(trial.store(), set).committed(), "its id with other changes is answered Committed");
  set.changes = {EndSession{.id = trial.id<SessionId>(), .account = world.account.id}};
  trial.expect(send(trial.store(), set).committed(), "its id with a change that misses is answered Committed");
  trial.expect_count(trial.value(trial.store().list_audit(world.organization.id, {})).records.size(), 1, "events");
}

void a_refused_id_may_be_sent_again(Trial& trial) {
  const auto world = trial.world();
  auto set = trial.set({EndSession{.id = trial.id<SessionId>(), .account = world.account.id}});
  trial.expect(send(trial.store(), set).refused == 0, "a set is refused");
  set.changes = {trial.event(world.organization.id)};
  trial.expect(send(trial.store(), set).committed(), "its id with a change that holds is committed");
  trial.expect_count(trial.value(trial.store().list_audit(world.organization.id, {})).records.size(), 1, "events");
}

void an_empty_set_is_committed(Trial& trial) { trial.commits("no change at all", {}); }

void events_are_appended_once(Trial& trial) {
  const auto world = trial.world();
  auto early = trial.event(world.organization.id);
  auto late = trial.event(world.organization.id);
  early.event.organization = world.organization.id;
  auto bare = trial.event(std::nullopt);
  bare.event.subject.reset();
  bare.event.actor = trial.id<AccountId>();
  bare.event.actor_kind = AuditActorKind::account;
  trial.commits("a late event", {late});
  trial.commits("an early event, and one of the system", {early, bare});
  trial.refuses("an event that is present", {late});
  auto moved = late;
  moved.event.organization = trial.id<OrganizationId>();
  trial.refuses("an event's id in another stream", {moved});
  const auto rows = trial.value(trial.store().list_audit(world.organization.id, {})).records;
  trial.expect(rows.size() == 2 && same(rows[0], {.event = early.event, .mac = early.mac}) &&
                   same(rows[1], {.event = late.event, .mac = late.mac}),
               "a stream has its events by ascending id, every field and MAC as it was");
  const auto system = trial.value(trial.store().list_audit(std::nullopt, {})).records;
  trial.expect(system.size() == 1 && same(system[0], {.event = bare.event, .mac = bare.mac}),
               "the system's stream is another");
}

void what_was_committed_stays(Trial& trial) {
  const auto world = trial.world();
  const auto set = trial.set({trial.event(std::nullopt)});
  trial.expect(send(trial.store(), set).committed(), "a set is committed");
  trial.expect(found(trial.value(trial.second_store().find_account(world.account.id)), world.account),
               "another handle reads it at once");
  if (!trial.reopen()) {
    return;  // a store of one handle: nothing to reopen
  }
  trial.expect(found(trial.value(trial.store().find_account(world.account.id)), world.account),
               "a new handle reads what an earlier one committed");
  trial.expect(send(trial.store(), set).committed(), "and knows the ids that were applied");
}

constexpr NamedCheck checks[] = {
    {"a set: guards see the records of earlier changes", guards_see_earlier_records},
    {"a set: guards see what earlier changes freed", guards_see_what_earlier_changes_freed},
    {"a set: guards see what earlier changes took", guards_see_what_earlier_changes_took},
    {"a set: the first change that misses is named", the_first_miss_is_named},
    {"a set: refused, it leaves nothing of any kind", a_refused_set_leaves_nothing},
    {"a set: an applied ChangeId is answered Committed and not applied again", an_applied_id_is_not_applied_again},
    {"a set: a refused ChangeId may be sent again", a_refused_id_may_be_sent_again},
    {"a set: an empty one is committed", an_empty_set_is_committed},
    {"AppendAudit: once, in its stream, by ascending id", events_are_appended_once},
    {"a set: committed, it is there for another handle, and when every handle was closed", what_was_committed_stays},
};

}  // namespace

std::span<const NamedCheck> set_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
