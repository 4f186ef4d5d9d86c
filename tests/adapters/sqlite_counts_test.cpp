#include <doctest/doctest.h>
#include <sqlite3.h>

#include "fsync_probe.hpp"
#include "sqlite_fixture.hpp"
#include "statement_probe.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

// A store with an organisation, an account and one record of each other kind.
struct World {
  TemporaryFolder folder;
  StatementProbe statements;
  std::unique_ptr<SqliteStore> store = open_store(folder.file());
  IdSource ids;
  Organization organization = make_organization(ids);
  Account account = make_account(ids, organization.id, "ada@acme");
  Session session = make_session(ids, account);
  Device device = make_device(account.id);
  LinkId link = ids.next<LinkId>();
  MailIntent mail = {.id = ids.next<MailId>(),
                     .parts = {{.account = account.id, .organization = organization.id}},
                     .to = account.addresses.front().address,
                     .ends_at = start,
                     .due_at = start};
  LeaseToken token = ids.next<LeaseToken>();

  World() {
    commit({PutOrganization{.next = organization}, PutAccount{.next = account}, PutSession{.session = session},
            PutDevice{.device = device}});
  }

  Device make_device(const AccountId& owner) {
    return {.id = ids.next<DeviceId>(),
            .account = owner,
            .epoch = account.epochs.devices,
            .last_seen_at = start,
            .ends_at = start + Duration(9)};
  }

  void commit(std::vector<Change> changes) { REQUIRE(is_committed(store->commit(make_set(ids, std::move(changes))))); }

  // What `change` costs, beside BEGIN, the ChangeId and COMMIT. It is committed once.
  std::size_t count(Change change) {
    const auto set = make_set(ids, {std::move(change)});
    return statements.count_once([&] { REQUIRE(is_committed(store->commit(set))); }) - 3;
  }
};

void count_second_factor(World& world, Account account) {
  const auto authenticator = world.ids.next<CredentialId>();
  const auto codes = world.ids.next<CredentialId>();
  account.authenticator = Authenticator{.id = authenticator, .accepted_step = 1};
  account.recovery_codes = RecoveryCodes{.id = codes, .count = 10};
  CHECK(world.count(PutAccount{.next = account, .expected = 2}) == 4);  // as without: the marks are in its row
  CHECK(world.count(AdvanceTotpStep{.account = account.id, .authenticator = authenticator, .step = 2}) == 1);
  CHECK(world.count(ConsumeRecoveryCode{.account = account.id, .codes = codes, .index = 9}) == 1);
}

void count_recovery_and_jobs(World& world) {
  const RecoveryRequest request{.id = world.ids.next<RecoveryRequestId>(), .address = world.mail.to, .ends_at = start};
  CHECK(world.count(PutRecoveryRequest{.request = request}) == 1);
  CHECK(must(world.store->claim_recovery_requests(1, start, start + Duration(9), world.token)).size() == 1);
  CHECK(world.count(SettleRecoveryRequest{.id = request.id, .lease = world.token}) == 1);
  const Job job{.id = world.ids.next<JobId>(), .organization = world.organization.id, .ends_at = start};
  CHECK(world.count(PutJob{.next = job}) == 1);
  CHECK(world.count(PutJob{.next = job, .expected = 1}) == 1);
  const std::vector<JobItem> items(job_items_count_max);
  CHECK(world.count(PutJobBatch{.job = job.id, .items = items}) == 1);
  CHECK(world.count(PutJobBatch{.job = job.id, .items = items}) == 1);
}

void count_audit_block(World& world) {
  const auto stream = std::optional(world.organization.id);
  PutAuditBlock put{.block = {.stream = stream, .number = 1}};
  std::vector<Change> events;
  for (std::size_t i = 0; i < audit_block_events_max; ++i) {
    auto event = make_event(world.ids);
    event.organization = stream;
    put.events.push_back(event.id);
    events.emplace_back(AppendAudit{.event = event});
  }
  world.commit(std::move(events));
  CHECK(world.count(put) == 2);  // the block, and all of its events
  CHECK(must(world.store->list_audit_block(stream, 1)).size() == audit_block_events_max);
}

}  // namespace

TEST_CASE("each read is one statement") {
  World world;
  auto& store = *world.store;
  const PageRequest page;
  auto& statements = world.statements;
  CHECK(statements.count([&] { must(store.find_organization(world.organization.id)); }) == 1);
  CHECK(statements.count([&] { must(store.find_organization_by_domain(world.organization.domain)); }) == 1);
  CHECK(statements.count([&] { must(store.find_account(world.account.id)); }) == 1);
  CHECK(statements.count([&] { must(store.find_account_by_login(world.account.login)); }) == 1);
  CHECK(statements.count([&] { must(store.find_account_by_host_ref("customer-17")); }) == 1);
  CHECK(statements.count([&] { must(store.list_accounts(page)); }) == 1);
  CHECK(statements.count([&] { must(store.count_password_hashes()); }) == 1);
  CHECK(statements.count(
            [&] { must(store.find_accounts_by_address(world.account.addresses.front().address, page)); }) == 1);
  CHECK(statements.count([&] { must(store.find_link(world.link)); }) == 1);
  CHECK(statements.count([&] { must(store.find_link_of(world.account.id, LinkPurpose::setup)); }) == 1);
  CHECK(statements.count([&] { must(store.find_session(world.session.id)); }) == 1);
  CHECK(statements.count([&] { must(store.list_sessions(world.account.id, page)); }) == 1);
  CHECK(statements.count([&] { must(store.find_device(world.device.id)); }) == 1);
  CHECK(statements.count([&] { must(store.list_devices(world.account.id, page)); }) == 1);
  CHECK(statements.count([&] { must(store.find_mail(world.mail.id)); }) == 1);
  CHECK(statements.count([&] { must(store.list_mails(world.account.id, page)); }) == 1);
  CHECK(statements.count([&] { must(store.list_audit(std::nullopt, page)); }) == 1);
  CHECK(statements.count([&] { must(store.list_audit_block(std::nullopt, 1)); }) == 1);
  CHECK(statements.count([&] { must(store.list_unsealed_audit(std::nullopt, 9)); }) == 1);
  CHECK(statements.count([&] { must(store.list_unsealed_streams(9)); }) == 1);
  CHECK(statements.count([&] { must(store.find_audit_block(std::nullopt, 1)); }) == 1);
  CHECK(statements.count([&] { must(store.find_audit_head(std::nullopt)); }) == 1);
  CHECK(statements.count([&] { must(store.find_job(world.ids.next<JobId>())); }) == 1);
  CHECK(statements.count([&] { must(store.list_jobs(world.organization.id, page)); }) == 1);
  CHECK(statements.count([&] { must(store.find_job_batch(world.ids.next<JobId>(), 0)); }) == 1);
  AccountQuery query{.organization = world.organization.id};
  for (const auto& words : std::vector<std::vector<std::string>>{{}, {"a"}, {"a", "ad", "ada"}}) {
    query.words = words;
    const std::size_t with_choice = words.size() > 1 ? 2 : 1;  // of the word to search by
    CHECK(statements.count([&] { CHECK(must(store.search_accounts(query, page)).records.size() == 1); }) ==
          with_choice);
    CHECK(statements.count([&] { CHECK(must(store.count_accounts(query, 9)).count == 1); }) == with_choice);
    const auto after =
        words.empty() ? world.account.id.to_string() : SearchCursor{.word = "ada", .id = world.account.id}.to_string();
    CHECK(statements.count([&] { CHECK(must(store.search_accounts(query, {.after = after})).records.empty()); }) == 1);
  }
}

TEST_CASE("a commit is BEGIN, the ChangeId, one statement for most changes, and COMMIT") {
  World world;
  auto& statements = world.statements;
  auto set = make_set(world.ids, {AppendAudit{.event = make_event(world.ids)}});
  CHECK(statements.count_once([&] { CHECK(is_committed(world.store->commit(set))); }) == 4);
  CHECK(statements.count_once([&] { CHECK(is_committed(world.store->commit(set))); }) == 3);  // applied before
  set = make_set(world.ids, {EndSession{.id = world.ids.next<SessionId>(), .account = world.account.id}});
  CHECK(statements.count([&] { CHECK(!is_committed(world.store->commit(set))); }) == 4);  // ROLLBACK in place of COMMIT
}

TEST_CASE("the statements of each change are counted") {
  World world;
  auto other = make_organization(world.ids, "globex");
  CHECK(world.count(PutOrganization{.next = other}) == 1);
  CHECK(world.count(PutOrganization{.next = other, .expected = 1}) == 1);
  const auto newcomer = make_account(world.ids, other.id, "ada@globex");
  CHECK(world.count(PutAccount{.next = newcomer}) == 4);                 // account, hash, address, word
  CHECK(world.count(PutAccount{.next = newcomer, .expected = 1}) == 4);  // account, hash, the keys that it has
  CHECK(world.count(RequireActor{.account = world.account.id,
                                 .role = world.account.role,
                                 .epoch = 1,
                                 .session = world.session.id,
                                 .now = start}) == 1);
  CHECK(world.count(UpgradeHash{.account = newcomer.id, .from = "a", .to = "b"}) == 1);
  CHECK(world.count(PutSession{.session = make_session(world.ids, newcomer)}) == 1);
  CHECK(world.count(TouchSession{.id = world.session.id, .last_seen_at = start + Duration(1)}) == 1);
  CHECK(world.count(
            ProveSession{.id = world.session.id, .account = world.account.id, .proved_at = start + Duration(1)}) == 1);
  CHECK(world.count(RestampSession{.id = world.session.id, .epoch = world.account.epochs.sessions}) == 1);
  CHECK(world.count(PutDevice{.device = world.make_device(newcomer.id)}) == 2);  // device, those that are too many
  CHECK(world.count(TouchDevice{.id = world.device.id,
                                .account = world.account.id,
                                .last_seen_at = start + Duration(1),
                                .ends_at = start + Duration(10)}) == 1);
  CHECK(world.count(EndDevice{.id = world.device.id, .account = world.account.id}) == 1);
  CHECK(world.count(ConsumeOnce{.key = {}, .until = start}) == 1);
  CHECK(world.count(AppendAudit{.event = make_event(world.ids)}) == 1);
  CHECK(world.count(PutLink{.id = world.link, .account = world.account.id, .ends_at = start}) == 1);
  CHECK(world.count(PutMailIntent{.mail = world.mail}) == 2);  // mail, and one for each part
  REQUIRE(must(world.store->claim_mail(1, start, start + Duration(9), world.token)).size() == 1);
  const LinkHandOver hand_over{.id = world.link,
                               .generation = 1,
                               .epoch = world.account.epochs.links,
                               .expires_at = start + Duration(9),
                               .ends_at = start + Duration(9),
                               .sent_to = world.mail.to};
  const std::vector<PartHandOver> parts{{.account = world.account.id, .link = hand_over}, {.account = newcomer.id}};
  CHECK(world.count(BeginHandOver{.mail = world.mail.id, .lease = world.token, .until = start, .parts = parts}) ==
        3);  // mail, and one for each part
  CHECK(world.count(RestoreLink{.id = world.link, .generation = 2, .live = 1}) == 1);
  CHECK(world.count(ConsumeLink{.id = world.link, .generation = 1, .now = start}) == 1);
  const MarkMail mark{
      .mail = world.mail.id, .lease = world.token, .state = MailState::failed, .reason = "550 no such mailbox"};
  CHECK(world.count(mark) == 1);
  count_second_factor(world, newcomer);
  count_recovery_and_jobs(world);
  count_audit_block(world);
  CHECK(world.count(EndSession{.id = world.session.id, .account = world.account.id}) == 1);
  world.account.status = AccountStatus::removed;
  CHECK(world.count(PutAccount{.next = world.account, .expected = 1}) == 5);  // and the word that it had
  CHECK(world.count(EraseAccount{.account = world.account.id}) ==
        7);  // account, sessions, devices, links twice, mails and what names them
}

TEST_CASE("a charge is two statements a budget, and a change of durability one") {
  World world;
  const auto charge = [&](std::size_t count) {
    std::vector<Charge> charges(count, {.key = {}, .budget = {.count = 100, .window = std::chrono::minutes(15)}});
    for (auto& one : charges) {
      one.key = world.ids.next<ChangeId>().bytes();
    }
    CHECK(must(world.store->charge(charges, start)).admitted);
  };
  CHECK(world.statements.count([&] { charge(1); }) == 4);  // BEGIN, the row as it was, as it is now, COMMIT
  CHECK(world.statements.count([&] { charge(3); }) == 8);
  const auto set = make_set(world.ids, {AppendAudit{.event = make_event(world.ids)}});
  CHECK(world.statements.count_once([&] { CHECK(is_committed(world.store->commit(set))); }) == 5);
  CHECK(world.statements.count_once([&] { charge(1); }) == 5);
}

TEST_CASE("claim_mail is one statement between BEGIN and COMMIT, housekeeping one for each kind of row") {
  World world;
  const auto claim = [&] { must(world.store->claim_mail(10, start, start + Duration(9), world.token)); };
  CHECK(world.statements.count(claim) == 3);
  const auto claim_requests = [&] {
    must(world.store->claim_recovery_requests(10, start, start + Duration(9), world.token));
  };
  CHECK(world.statements.count(claim_requests) == 3);
  CHECK(world.statements.count([&] { must(world.store->housekeep(start, 100)); }) == 13);  // budgets end in two ways
}

TEST_CASE("a commit is one fsync; a refusal, a charge and a read are none") {
  World world;
  const auto event = [&] { return make_set(world.ids, {AppendAudit{.event = make_event(world.ids)}}); };
  world.commit({AppendAudit{.event = make_event(world.ids)}});
  const auto fsyncs_of = [](auto call) {
    const FsyncProbe fsyncs;
    call();
    return fsyncs.count();
  };
  const EndSession absent{.id = world.ids.next<SessionId>(), .account = world.account.id};
  const Charge charge{.key = {}, .budget = {.count = 100, .window = std::chrono::minutes(15)}};
  CHECK(fsyncs_of([&] { CHECK(is_committed(world.store->commit(event()))); }) == 1);
  CHECK(fsyncs_of([&] { CHECK(!is_committed(world.store->commit(make_set(world.ids, {absent})))); }) == 0);
  CHECK(fsyncs_of([&] { CHECK(must(world.store->charge({&charge, 1}, start)).admitted); }) == 0);
  CHECK(fsyncs_of([&] { CHECK(is_committed(world.store->commit(event()))); }) == 1);  // durable again
  CHECK(fsyncs_of([&] { CHECK(must(world.store->find_session(world.session.id)).has_value()); }) == 0);
}
