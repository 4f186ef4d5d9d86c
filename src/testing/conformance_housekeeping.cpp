#include "conformance.hpp"

// housekeep: what ends, what stays, and how much at a time.
namespace ostiary::inline v0::testing::conformance {
namespace {

constexpr Instant end = base_time + hours(1);
// link, session, device, mail, consumed key, budget, recovery request, job, batch
constexpr std::size_t kinds_count = 9;

Housekept housekeep(Trial& trial, Instant now, std::size_t limit) {
  return trial.value(patiently([&] { return trial.store().housekeep(now, limit); }), "housekeep");
}

// One row of each kind, all with the same end.
struct Rows {
  Account account;
  LinkId link;
  Session session;
  Device device;
  MailIntent mail;
  ConsumeOnce consumed;
  Charge charge;
  RecoveryRequest request;
  Job job;
};

Rows put_rows(Trial& trial, const Organization& organization, Instant ends_at) {
  auto account = trial.account(organization);
  Rows rows{.account = account,
            .link = trial.id<LinkId>(),
            .session = trial.session(account),
            .device = trial.device(account),
            .mail = trial.mail(account),
            .consumed = {.key = trial.next<32>(), .until = ends_at},
            .charge = {.key = trial.next<16>(), .budget = {.count = 1, .window = ends_at - base_time}},
            .request = trial.recovery_request(),
            .job = trial.job(organization)};
  const auto other = trial.account(organization);
  trial.commits("another account", {PutAccount{.next = other}});
  rows.mail.parts.push_back({.account = other.id, .organization = organization.id});
  rows.request.ends_at = ends_at;
  rows.job.ends_at = ends_at;
  rows.session.ends_at = ends_at;
  rows.device.ends_at = ends_at;
  rows.mail.ends_at = ends_at;
  trial.commits(
      "one row of each kind",
      {PutAccount{.next = account}, PutLink{.id = rows.link, .account = account.id, .ends_at = ends_at},
       PutSession{.session = rows.session}, PutDevice{.device = rows.device}, PutMailIntent{.mail = rows.mail},
       rows.consumed, PutRecoveryRequest{.request = rows.request}, PutJob{.next = rows.job},
       PutJobBatch{.job = rows.job.id, .items = {{.account = account.id}}}, trial.event(organization.id)});
  const std::vector<Charge> charges = {rows.charge};
  trial.expect(trial.value(patiently([&] { return trial.store().charge(charges, base_time); })).admitted, "a charge");
  rows.account.version = 1;
  return rows;
}

void check_rows(Trial& trial, const Rows& rows, bool there, std::string_view which) {
  auto& store = trial.store();
  const auto of = [&](std::string_view kind) { return std::string(kind) + std::string(which); };
  trial.expect(trial.value(store.find_link(rows.link)).has_value() == there, of("a link "));
  trial.expect(trial.value(store.find_link_of(rows.account.id, LinkPurpose::setup)).has_value() == there,
               of("a link by its account "));
  trial.expect(trial.value(store.find_session(rows.session.id)).has_value() == there, of("a session "));
  trial.expect_count(trial.value(store.list_sessions(rows.account.id, {})).records.size(), there ? 1 : 0,
                     of("sessions in the list, one "));
  trial.expect(trial.value(store.find_device(rows.device.id)).has_value() == there, of("a device "));
  trial.expect_count(trial.value(store.list_devices(rows.account.id, {})).records.size(), there ? 1 : 0,
                     of("devices in the list, one "));
  trial.expect(trial.value(store.find_mail(rows.mail.id)).has_value() == there, of("a mail "));
  for (const auto& part : rows.mail.parts) {
    trial.expect_count(trial.value(store.list_mails(part.account, {})).records.size(), there ? 1 : 0,
                       of("mails in the list of each account, one "));
  }
  trial.expect(trial.value(store.find_job(rows.job.id)).has_value() == there, of("a job "));
  trial.expect_count(trial.value(store.find_job_batch(rows.job.id, 0)).size(), there ? 1 : 0, of("items of a batch "));
}

void what_has_ended_is_deleted(Trial& trial) {
  const auto world = trial.world();
  const auto ended = put_rows(trial, world.organization, end);
  const auto stays = put_rows(trial, world.organization, end + Duration(1));
  const auto nothing = housekeep(trial, end - Duration(1), 100);
  trial.expect(nothing.deleted == 0 && !nothing.more, "a millisecond before the end nothing is deleted");
  const auto kept = housekeep(trial, end, 100);
  trial.expect_count(kept.deleted, kinds_count, "rows deleted at their end");
  trial.expect(!kept.more, "the limit was not reached");
  check_rows(trial, ended, false, "whose end is now is gone");
  check_rows(trial, stays, true, "whose end is later stays");
  auto& store = trial.store();
  trial.expect(trial.value(store.find_organization(world.organization.id)).has_value(), "organisations stay");
  trial.expect(found(trial.value(store.find_account(ended.account.id)), ended.account), "accounts stay");
  trial.expect_count(trial.value(store.list_audit(world.organization.id, {})).records.size(), 2, "events, which stay");
  trial.refuses("the key whose end is later", {stays.consumed});
  trial.commits("the key whose row is gone", {ended.consumed});
  trial.commits("a new link where the old row is gone",
                {PutLink{.id = trial.id<LinkId>(), .account = ended.account.id, .ends_at = end}});
  const auto requests =
      trial.value(patiently([&] { return store.claim_recovery_requests(9, base_time, end, trial.id<LeaseToken>()); }));
  trial.expect(requests.size() == 1 && requests[0].id == stays.request.id, "the request whose end is later stays");
  trial.refuses("a batch of the job that is gone", {PutJobBatch{.job = ended.job.id}});
  const std::vector<Charge> charges = {stays.charge};
  trial.expect(!trial.value(patiently([&] { return store.charge(charges, base_time); })).admitted,
               "a budget whose tat is later stays");
}

void no_more_than_the_limit_is_deleted(Trial& trial) {
  const auto world = trial.world();
  const auto first = put_rows(trial, world.organization, end);
  const auto second = put_rows(trial, world.organization, end);
  const auto third = put_rows(trial, world.organization, end);
  std::size_t deleted = 0;
  std::size_t calls = 0;
  constexpr std::size_t calls_max = 10;
  for (bool more = true; more && calls < calls_max; ++calls) {
    const auto kept = housekeep(trial, end, 4);
    trial.expect(kept.deleted <= 4, "no more rows than the limit are deleted");
    trial.expect(kept.more == (kept.deleted == 4), "`more` tells that the limit was reached");
    deleted += kept.deleted;
    more = kept.more;
  }
  trial.expect_count(deleted, 3 * kinds_count, "rows deleted in all calls");
  trial.expect_count(calls, 3 * kinds_count / 4 + 1, "calls until nothing is left");
  for (const auto* rows : {&first, &second, &third}) {
    check_rows(trial, *rows, false, "that has ended is gone in the end");
  }
}

void a_job_goes_before_its_batches(Trial& trial) {
  constexpr std::uint32_t batches_count = 6;
  const auto world = trial.world();
  auto job = trial.job(world.organization);
  auto stays = trial.job(world.organization);
  job.ends_at = end;
  stays.ends_at = end + hours(2);
  std::vector<Change> changes = {PutJob{.next = job}, PutJob{.next = stays}};
  for (std::uint32_t i = 0; i < batches_count; ++i) {
    for (const auto& id : {job.id, stays.id}) {
      changes.emplace_back(PutJobBatch{.job = id, .index = i, .items = {{.account = world.account.id}}});
    }
  }
  trial.commits("two jobs with many batches", std::move(changes));
  job.ends_at = end + hours(1);
  trial.commits("the end of one is moved", {PutJob{.next = job, .expected = 1}});
  const auto batches_of = [&](const Job& of) {
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < batches_count; ++i) {
      count += trial.value(trial.store().find_job_batch(of.id, i)).empty() ? 0U : 1U;
    }
    return count;
  };
  trial.expect_count(housekeep(trial, end, 100).deleted, 0, "rows deleted before the end of now");
  const auto first = housekeep(trial, end + hours(1), 1);
  trial.expect(first.deleted == 1 && first.more && !trial.value(trial.store().find_job(job.id)), "the job goes first");
  trial.expect_count(batches_of(job), batches_count, "batches that are there still");
  trial.refuses("nobody goes on with it", {PutJob{.next = job, .expected = 2}});
  trial.refuses("nor with a batch of it", {PutJobBatch{.job = job.id, .index = 0, .items = {}}});
  const auto second = housekeep(trial, end + hours(1), 4);
  trial.expect(second.deleted == 4 && second.more, "each batch counts");
  const auto third = housekeep(trial, end + hours(1), 4);
  trial.expect(third.deleted == 2 && !third.more, "then the rest of them");
  trial.expect_count(batches_of(job), 0, "batches left");
  const auto listed = trial.value(trial.store().list_jobs(world.organization.id, {})).records;
  trial.expect(listed.size() == 1 && listed[0].id == stays.id && batches_of(stays) == batches_count,
               "the other job stays, with its batches");
  trial.expect_count(housekeep(trial, end + hours(2), 100).deleted, 1 + batches_count, "rows deleted at its end");
}

void change_ids_stay_for_a_day(Trial& trial) {
  const auto set = trial.set({trial.event(std::nullopt)});
  trial.expect(send(trial.store(), set).committed(), "a set is committed");
  trial.expect_count(housekeep(trial, base_time + hours(24), 100).deleted, 0, "change ids deleted within 24 hours");
  trial.expect(send(trial.store(), set).committed(), "within 24 hours a repeated ChangeId is answered Committed");
  trial.expect_count(housekeep(trial, base_time + hours(24) + seconds(1), 100).deleted, 1,
                     "change ids deleted after it");
  trial.expect(send(trial.store(), set).refused == 0, "after that the set is a new one, and its event is present");
}

void refusals_are_not_lost(Trial& trial) {
  const auto world = trial.world();
  const Charge charge{.key = trial.next<16>(), .budget = {.count = 1, .window = end - base_time}};
  const auto admit = [&](Instant now) {
    const std::vector<Charge> charges = {charge};
    return trial.value(patiently([&] { return trial.store().charge(charges, now); }), "charge");
  };
  trial.expect(admit(base_time).admitted && !admit(base_time).admitted, "a try, and one that is refused");
  trial.expect_count(housekeep(trial, end + refused_budget_grace - Duration(1), 100).deleted, 1,
                     "rows deleted before the grace ends, which is the change id of the world");
  trial.expect_count(admit(end + refused_budget_grace - Duration(1)).lifted, 1, "refusals lifted late");
  trial.expect(!admit(end + refused_budget_grace - Duration(1)).admitted, "another that is refused");
  const auto drained = end + refused_budget_grace - Duration(1) + (end - base_time);
  trial.expect_count(housekeep(trial, drained + refused_budget_grace, 100).deleted, 1, "rows deleted after the grace");
  trial.expect_count(admit(drained + refused_budget_grace).lifted, 0, "refusals of the row that is gone");
}

constexpr NamedCheck checks[] = {
    {"housekeep: deletes what has ended, and nothing else", what_has_ended_is_deleted},
    {"housekeep: no more than its limit, until nothing is left", no_more_than_the_limit_is_deleted},
    {"housekeep: a budget with refusals stays for its grace", refusals_are_not_lost},
    {"housekeep: a job goes before its batches, each of which counts", a_job_goes_before_its_batches},
    {"housekeep: change ids stay for 24 hours", change_ids_stay_for_a_day},
};

}  // namespace

std::span<const NamedCheck> housekeeping_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
