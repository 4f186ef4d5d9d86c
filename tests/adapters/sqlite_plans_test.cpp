#include <algorithm>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "sqlite_fixture.hpp"
#include "statement_probe.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

// The statements that a call runs, and their plans, as SQLite makes them for the store itself: nothing is written twice.
class PlanProbe {
 public:
  explicit PlanProbe(const std::filesystem::path& path) { REQUIRE(sqlite3_open(path.c_str(), &db_) == SQLITE_OK); }
  PlanProbe(const PlanProbe&) = delete;
  PlanProbe& operator=(const PlanProbe&) = delete;
  ~PlanProbe() { sqlite3_close(db_); }

  template <class Call>
  std::vector<std::string> plans_of(Call call) {
    seen_.clear();
    call();
    const auto statements = seen_;
    std::vector<std::string> lines;
    for (const auto& sql : statements) {
      explain(sql, lines);
    }
    return lines;
  }

 private:
  void explain(const std::string& sql, std::vector<std::string>& lines) const {
    sqlite3_stmt* statement = nullptr;
    REQUIRE(sqlite3_prepare_v2(db_, ("EXPLAIN QUERY PLAN " + sql).c_str(), -1, &statement, nullptr) == SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
      lines.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement, 3)));
    }
    sqlite3_finalize(statement);
  }
  std::vector<std::string> seen_;
  sqlite3* db_ = nullptr;
  SqliteTrace trace_{SQLITE_TRACE_STMT, [this](sqlite3_stmt* statement, const void* /*text*/) {
                       seen_.emplace_back(sqlite3_sql(statement));
                     }};
};

// The steps of SQLite's machine that a call takes: its work, whatever the time.
class StepProbe {
 public:
  template <class Call>
  std::size_t steps_of(Call call) {
    steps_ = 0;
    call();
    return steps_;
  }

 private:
  std::size_t steps_ = 0;
  SqliteTrace trace_{SQLITE_TRACE_PROFILE, [this](sqlite3_stmt* statement, const void* /*time*/) {
                       steps_ += static_cast<std::size_t>(sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1));
                     }};
};

// Whether a line of a plan reads a table or an index from end to end, or sorts. What a statement is given is short: its
// words (others), its events (places); so are the streams that it goes along, and what an inner LIMIT left.
bool is_costly(const std::string& line) {
  const bool scans = line.starts_with("SCAN") && !line.starts_with("SCAN (subquery") && line != "SCAN CONSTANT ROW" &&
                     line != "SCAN o" && line != "SCAN words" && line != "SCAN others" && line != "SCAN places" &&
                     line != "SCAN streams" && line != "SCAN f";
  return scans || line.find("TEMP B-TREE") != std::string::npos || line.find("AUTOMATIC") != std::string::npos;
}

struct World {
  TemporaryFolder folder;
  PlanProbe probe{folder.file()};
  std::unique_ptr<SqliteStore> store = open_store(folder.file());
  IdSource ids;
  Organization organization = make_organization(ids);

  template <class Call>
  void check(std::string_view what, Call call) {
    const auto plans = probe.plans_of(call);
    CHECK_MESSAGE(!plans.empty(), what);
    for (const auto& line : plans) {
      CHECK_MESSAGE(!is_costly(line), what, ": ", line);
    }
  }
};

}  // namespace

TEST_CASE("R29: a search goes by an index, whatever it asks for and wherever it goes on") {
  World world;
  REQUIRE(is_committed(world.store->commit(make_set(world.ids, {PutOrganization{.next = world.organization}}))));
  const std::vector<std::vector<std::string>> words = {{}, {"a"}, {"ada", "b", "c"}};
  for (const auto& some : words) {
    for (const auto& status : {std::optional<AccountStatus>(), std::optional(AccountStatus::suspended)}) {
      const AccountQuery query{.organization = world.organization.id, .words = some, .status = status};
      const auto last = world.ids.next<AccountId>();
      const auto after = some.empty() ? last.to_string() : SearchCursor{.word = "adam", .id = last}.to_string();
      world.check("the first page", [&] { must(world.store->search_accounts(query, {})); });
      world.check("a later page", [&] { must(world.store->search_accounts(query, {.after = after})); });
      world.check("the count", [&] { must(world.store->count_accounts(query, 100)); });
    }
  }
}

TEST_CASE("R29: a count by status goes along that status alone") {
  World world;
  const AccountQuery query{.organization = world.organization.id, .words = {}, .status = AccountStatus::suspended};
  const auto plan = world.probe.plans_of([&] { must(world.store->count_accounts(query, 100)); });
  CHECK(std::ranges::any_of(plan, [](const auto& line) {
    return line.find("(organization=? AND status=?)") != std::string::npos && line.starts_with("SEARCH");
  }));
}

TEST_CASE(
    "R29: the work of one search is bounded, also where the rare word is not the longest, or the status is rare") {
  TemporaryFolder folder;
  StepProbe probe;
  const auto store = open_store(folder.file());
  IdSource ids;
  const auto organization = make_organization(ids);
  REQUIRE(is_committed(store->commit(make_set(ids, {PutOrganization{.next = organization}}))));
  constexpr std::size_t accounts_count = 4'000;
  constexpr std::size_t entries_count = 15 * accounts_count;
  static_assert(entries_count == 3 * search_visits_max);
  const auto add = [&](std::size_t number, const std::string& name) -> Change {
    auto account = make_account(ids, organization.id, std::to_string(10'000 + number) + "@acme");
    account.display_name = name;
    return PutAccount{.next = account};
  };
  for (std::size_t made = 0; made < accounts_count;) {
    std::vector<Change> changes;
    for (int i = 0; i < 500; ++i, ++made) {
      changes.push_back(add(made, "ana anb anc and ane anf ang anh ani anj ank anl anm ann ano"));
    }
    REQUIRE(is_committed(store->commit(make_set(ids, std::move(changes)))));
  }
  REQUIRE(is_committed(store->commit(make_set(ids, {add(accounts_count, "ana zz")}))));

  const auto check = [&](const AccountQuery& query, std::size_t found, std::size_t steps_max) {
    std::size_t came = 0;
    const auto searched =
        probe.steps_of([&] { came = must(store->search_accounts(query, {.limit = 10})).records.size(); });
    CHECK(came == found);
    CHECK(searched < steps_max);
    const auto counted = probe.steps_of([&] { came = must(store->count_accounts(query, 10)).count; });
    CHECK(came == found);
    CHECK(counted < steps_max);
  };
  const auto id = organization.id;
  constexpr std::size_t steps_of_visit = 40;
  check({.organization = id, .words = {"an", "zz"}, .status = {}}, 1, steps_of_visit * search_probe_max);
  check({.organization = id, .words = {"ana", "zz"}, .status = {}}, 1, steps_of_visit * search_probe_max);
  check({.organization = id, .words = {"an"}, .status = AccountStatus::suspended}, 0,
        steps_of_visit * search_visits_max);
  check({.organization = id, .words = {}, .status = AccountStatus::suspended}, 0, 1'000);
}

TEST_CASE("every change of a second factor goes by the account's or the session's key") {
  World world;
  auto account = make_account(world.ids, world.organization.id, "ada@acme");
  account.authenticator = Authenticator{.id = world.ids.next<CredentialId>()};
  account.recovery_codes = RecoveryCodes{.id = world.ids.next<CredentialId>(), .count = 10};
  const auto session = make_session(world.ids, account);
  world.check("changes", [&] {
    REQUIRE(is_committed(world.store->commit(make_set(
        world.ids,
        {PutOrganization{.next = world.organization}, PutAccount{.next = account}, PutSession{.session = session},
         AdvanceTotpStep{.account = account.id, .authenticator = account.authenticator->id, .step = 1},
         ConsumeRecoveryCode{.account = account.id, .codes = account.recovery_codes->id},
         ProveSession{.id = session.id, .account = account.id, .proved_at = start}}))));
  });
}

TEST_CASE("every list, claim and change of recovery, jobs and audit goes by an index") {
  World world;
  auto& store = *world.store;
  const auto account = make_account(world.ids, world.organization.id, "ada@acme");
  const auto token = world.ids.next<LeaseToken>();
  const Job job{.id = world.ids.next<JobId>(), .organization = world.organization.id};
  const auto event = make_event(world.ids);
  const MailIntent mail{.id = world.ids.next<MailId>(),
                        .parts = {{.account = account.id, .organization = world.organization.id}},
                        .to = account.addresses.front().address};
  world.check("changes", [&] {
    auto removed = account;
    removed.status = AccountStatus::removed;
    REQUIRE(is_committed(store.commit(make_set(
        world.ids, {PutOrganization{.next = world.organization}, PutAccount{.next = account}, PutJob{.next = job},
                    PutJobBatch{.job = job.id}, PutMailIntent{.mail = mail}, AppendAudit{.event = event},
                    PutAuditBlock{.block = {.number = 1, .events = 1}, .events = {event.id}},
                    PutAccount{.next = removed, .expected = 1}, EraseAccount{.account = account.id}}))));
  });
  world.check("list_mails", [&] { must(store.list_mails(account.id, {})); });
  world.check("find_link_of", [&] { must(store.find_link_of(account.id, LinkPurpose::reset)); });
  world.check("find_link_of a code", [&] { must(store.find_link_of(account.id, LinkPurpose::factor_code)); });
  world.check("list_jobs", [&] { must(store.list_jobs(world.organization.id, {})); });
  world.check("find_job_batch", [&] { must(store.find_job_batch(job.id, 0)); });
  world.check("list_audit_block", [&] { must(store.list_audit_block(std::nullopt, 1)); });
  // What is in no block is found in order; what somebody put into a block that is not there is sorted, and is none.
  const auto unsealed = world.probe.plans_of([&] { must(store.list_unsealed_audit(std::nullopt, 9)); });
  CHECK(std::ranges::count_if(unsealed, [](const auto& line) { return line.starts_with("SEARCH"); }) == 4);
  CHECK(std::ranges::none_of(unsealed, [](const auto& line) { return line.starts_with("SCAN"); }));
  CHECK(std::ranges::count(unsealed, "USE TEMP B-TREE FOR ORDER BY") == 2);
  world.check("list_unsealed_streams", [&] { must(store.list_unsealed_streams(9)); });
  world.check("find_audit_block", [&] { must(store.find_audit_block(std::nullopt, 1)); });
  world.check("find_audit_head", [&] { must(store.find_audit_head(std::nullopt)); });
  world.check("housekeep", [&] { must(store.housekeep(start, 9)); });
  // Requests wait in a table of their own until they are expanded: its beginning is what a worker wants.
  const auto claim =
      world.probe.plans_of([&] { must(store.claim_recovery_requests(9, start, start + Duration(9), token)); });
  CHECK(std::ranges::find(claim, "SCAN ostiary_recovery_requests") != claim.end());
  CHECK(std::ranges::none_of(claim, [](const auto& line) { return line.find("TEMP B-TREE") != std::string::npos; }));
}
