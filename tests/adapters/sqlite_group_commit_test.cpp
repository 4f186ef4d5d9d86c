#include <algorithm>
#include <atomic>
#include <map>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>

#include "adapters/sqlite/group_commit.hpp"
#include "fsync_probe.hpp"
#include "sqlite_fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using sqlite::Deadline;
using sqlite::GroupCommit;

namespace {

using Answers = std::vector<Result<CommitAnswer>>;

// A file, and group commit over it with batches that a test makes up.
class Group {
 public:
  explicit Group(sqlite::OnCommit on_commit = {}, std::uint32_t pages_max = 0)
      : store_(open_store(folder_.file())),
        writer_(1,
                [this, pages_max](Deadline deadline) {
                  return sqlite::Connection::open(folder_.file().string(), deadline, sqlite::Access::write, pages_max);
                }),
        group_(writer_, std::move(on_commit)) {
    REQUIRE(is_committed(commit(make_good_set())));  // a first commit has fsyncs more: the log's header, its folder
  }

  // Commits the sets in one batch, in this order, as far as a batch goes.
  Answers commit_together(const std::vector<ChangeSet>& sets, const std::vector<Deadline>& deadlines = {}) {
    Answers answers(sets.size(), Errc::out_of_order);
    std::atomic<std::size_t> ended_count = 0;
    {
      std::vector<std::jthread> threads;
      const auto held = hold_writer();  // given back before the threads are waited for
      for (std::size_t i = 0; i < sets.size(); ++i) {
        threads.emplace_back([&, i, deadline = deadlines.empty() ? Deadline::max() : deadlines[i]] {
          answers[i] = commit(sets[i], deadline);
          ++ended_count;
        });
        while (ended_count + group_.count_callers() <= i) {
          std::this_thread::yield();
        }
      }
    }
    return answers;
  }

  Result<CommitAnswer> commit(const ChangeSet& set, Deadline deadline = Deadline::max()) {
    try {
      return group_.commit(set, deadline);
    } catch (const std::runtime_error&) {
      return std::make_error_code(std::errc::owner_dead);
    }
  }

  sqlite::Pool::Lease hold_writer() { return must(writer_.take(Deadline::max())); }
  [[nodiscard]] std::size_t count_callers() { return group_.count_callers(); }

  ChangeSet make_set(std::vector<Change> changes) { return test::make_set(ids_, std::move(changes)); }
  AppendAudit make_event() { return {.event = test::make_event(ids_)}; }
  ChangeSet make_good_set() { return make_set({make_event()}); }

  [[nodiscard]] SqliteStore& store() { return *store_; }
  [[nodiscard]] IdSource& ids() { return ids_; }
  [[nodiscard]] std::filesystem::path path() const { return folder_.file(); }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<SqliteStore> store_;
  sqlite::Pool writer_;
  GroupCommit group_;
  IdSource ids_;
};

AuditId event_of(const ChangeSet& set) {
  for (const auto& change : set.changes) {
    if (const auto* const append = std::get_if<AppendAudit>(&change)) {
      return append->event.id;
    }
  }
  return {};
}

// Every set that was answered Committed is stored, and no other.
void check_stored(Store& store, const std::vector<ChangeSet>& sets, const Answers& answers) {
  const auto stored = read_audit_ids(store);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    CHECK(std::ranges::binary_search(stored, event_of(sets[i])) == is_committed(answers[i]));
  }
}

void run_sql(const std::filesystem::path& path, const char* sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  CHECK(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
}

constexpr auto poison_reason = "poison";

// A set whose event a trigger of the test answers with RAISE.
ChangeSet make_poison(Group& group) {
  auto event = group.make_event();
  event.event.reason = poison_reason;
  return group.make_set({std::move(event)});
}

void poison_file(const std::filesystem::path& path, const std::string& raise) {
  const auto sql =
      "CREATE TRIGGER poison BEFORE INSERT ON ostiary_audit WHEN instr(new.body, CAST('poison' AS BLOB)) " +
      ("BEGIN SELECT RAISE(" + raise + ", 'no'); END");
  run_sql(path, sql.c_str());
}

}  // namespace

TEST_CASE("sets that wait together share one fsync, and each has its own verdict") {
  Group group;
  const ConsumeOnce once{.key = {}, .until = start};
  const EndSession absent{.id = group.ids().next<SessionId>(), .account = {}};
  const std::vector sets = {group.make_good_set(), group.make_set({group.make_event(), once}),
                            group.make_set({group.make_event(), once}), group.make_set({group.make_event(), absent}),
                            group.make_good_set()};
  const FsyncProbe fsyncs;
  const auto answers = group.commit_together(sets);
  CHECK(fsyncs.count() == 1);
  CHECK(is_committed(answers[0]));
  CHECK(is_committed(answers[1]));
  CHECK(std::get<Refused>(answers[2].value()).index == 1);  // the set before it in the batch took the key
  CHECK(std::get<Refused>(answers[3].value()).index == 1);
  CHECK(is_committed(answers[4]));
  check_stored(group.store(), sets, answers);
}

TEST_CASE("a set sees what the sets before it in the batch wrote") {
  Group group;
  auto organization = make_organization(group.ids());
  const auto founding = group.make_set({PutOrganization{.next = organization}});
  organization.name = "Renamed";
  const auto renaming = group.make_set({PutOrganization{.next = organization, .expected = 1}});
  const FsyncProbe fsyncs;
  const auto answers = group.commit_together({founding, renaming});
  CHECK(fsyncs.count() == 1);
  CHECK(is_committed(answers[0]));
  CHECK(is_committed(answers[1]));
  CHECK(must(group.store().find_organization(organization.id))->name == "Renamed");
}

TEST_CASE("a ChangeId twice in one batch is applied once and committed twice") {
  int applied = 0;
  Group group([&](sqlite3* /*transaction*/, const ChangeSet& /*set*/) {
    ++applied;
    return Result<void>(success());
  });
  const auto set = group.make_set({group.make_event(), ConsumeOnce{.key = {}, .until = start}});
  applied = 0;
  const auto answers = group.commit_together({group.make_good_set(), set, set});
  CHECK(is_committed(answers[1]));
  CHECK(is_committed(answers[2]));
  CHECK(applied == 2);
}

TEST_CASE("a ChangeId that is refused and comes again in the batch is judged again") {
  Group group;
  const auto organization = make_organization(group.ids());
  const auto account = make_account(group.ids(), organization.id, "ada@acme");
  const auto inviting = group.make_set({PutAccount{.next = account}});
  const auto founding = group.make_set({PutOrganization{.next = organization}});
  const auto answers = group.commit_together({group.make_good_set(), inviting, founding, inviting});
  CHECK(is_refused(answers[1]));
  CHECK(is_committed(answers[3]));
}

TEST_CASE("a first set that is refused is told without an fsync, and the others go on") {
  Group group;
  const auto absent = group.make_set({EndSession{.id = group.ids().next<SessionId>(), .account = {}}});
  const FsyncProbe fsyncs;
  const auto answers = group.commit_together({absent, group.make_good_set(), group.make_good_set()});
  CHECK(fsyncs.count() == 1);
  CHECK(is_refused(answers[0]));
  CHECK(is_committed(answers[1]));
  CHECK(is_committed(answers[2]));
}

TEST_CASE("a set that fails is taken back to its savepoint, and its error is nobody else's") {
  Group group;
  poison_file(group.path(), "ABORT");
  const std::vector sets = {group.make_good_set(), make_poison(group), group.make_good_set()};
  const FsyncProbe fsyncs;
  const auto answers = group.commit_together(sets);
  CHECK(fsyncs.count() == 1);
  CHECK(answers[1].error() == Errc::store_failure);
  CHECK(is_committed(answers[0]));
  CHECK(is_committed(answers[2]));
  check_stored(group.store(), sets, answers);
}

TEST_CASE("where SQLite rolls the transaction back, each set is judged alone") {
  // The sets before the one that fails are run again one by one; those behind it were in no batch yet, and share one.
  const std::map<std::size_t, std::size_t> fsyncs_by_place = {{0, 1}, {1, 2}, {3, 3}};
  for (const auto& [place, fsyncs_count] : fsyncs_by_place) {
    Group group;
    poison_file(group.path(), "ROLLBACK");
    std::vector<ChangeSet> sets(4);
    std::ranges::generate(sets, [&] { return group.make_good_set(); });
    sets[place] = make_poison(group);
    const FsyncProbe fsyncs;
    const auto answers = group.commit_together(sets);
    for (std::size_t i = 0; i < sets.size(); ++i) {
      CHECK(is_committed(answers[i]) == (i != place));
    }
    CHECK(answers[place].error() == Errc::store_failure);
    CHECK(fsyncs.count() == fsyncs_count);
    check_stored(group.store(), sets, answers);
  }
}

TEST_CASE("a set that fills the disk fails alone, and those of its batch that have room are committed") {
  Group group({}, 60);
  auto big = group.make_event();
  big.event.reason = std::string(200'000, 'r');
  const std::vector sets = {group.make_good_set(), group.make_set({big}), group.make_good_set()};
  const auto answers = group.commit_together(sets);
  CHECK(is_committed(answers[0]));
  CHECK(answers[1].error() == Errc::store_failure);
  CHECK(is_committed(answers[2]));
  check_stored(group.store(), sets, answers);
}

TEST_CASE("a COMMIT that may have been written is commit_unknown for all, and sent again each is in the file once") {
  Group group;
  const EndSession absent{.id = group.ids().next<SessionId>(), .account = {}};
  const std::vector sets = {group.make_good_set(), group.make_set({group.make_event(), absent}), group.make_good_set()};
  {
    const FsyncProbe broken_disk([] { return false; });
    for (const auto& answer : group.commit_together(sets)) {
      CHECK(answer.error() == Errc::commit_unknown);
    }
    CHECK(broken_disk.count() >= 1);
  }
  const auto answers = group.commit_together(sets);
  CHECK(is_committed(answers[0]));
  CHECK(is_refused(answers[1]));
  CHECK(is_committed(answers[2]));
  check_stored(group.store(), sets, answers);
  CHECK(read_audit_ids(group.store()).size() == 3);  // with the first of all
}

TEST_CASE("a COMMIT that wrote nothing leaves every set unjudged, and only the one to blame fails") {
  ChangeId to_blame;
  Group group([&](sqlite3* transaction, const ChangeSet& set) -> Result<void> {
    if (set.id == to_blame) {
      CHECK(sqlite3_exec(transaction, "INSERT INTO notes VALUES ('nobody')", nullptr, nullptr, nullptr) == SQLITE_OK);
    }
    return success();
  });
  run_sql(group.path(),
          "CREATE TABLE people (name TEXT PRIMARY KEY); "
          "CREATE TABLE notes (name TEXT REFERENCES people (name) DEFERRABLE INITIALLY DEFERRED)");
  const std::vector sets = {group.make_good_set(), group.make_good_set(), group.make_good_set()};
  to_blame = sets[1].id;
  const auto answers = group.commit_together(sets);
  CHECK(is_committed(answers[0]));
  CHECK(answers[1].error() == Errc::store_failure);
  CHECK(is_committed(answers[2]));
  check_stored(group.store(), sets, answers);
}

TEST_CASE("an error of on_commit refuses its own set of the batch only") {
  ChangeId unwanted;
  Group group([&](sqlite3* /*transaction*/, const ChangeSet& set) -> Result<void> {
    if (set.id == unwanted) {
      return std::make_error_code(std::errc::owner_dead);
    }
    return success();
  });
  const std::vector sets = {group.make_good_set(), group.make_good_set(), group.make_good_set()};
  unwanted = sets[2].id;
  const FsyncProbe fsyncs;
  const auto answers = group.commit_together(sets);
  CHECK(fsyncs.count() == 1);
  CHECK(is_committed(answers[0]));
  CHECK(is_committed(answers[1]));
  CHECK(answers[2].error() == std::errc::owner_dead);
  check_stored(group.store(), sets, answers);
}

TEST_CASE("what is thrown while a set is applied reaches its own caller only") {
  for (const std::size_t place : {0U, 1U}) {
    ChangeId throwing;
    Group group([&](sqlite3* /*transaction*/, const ChangeSet& set) -> Result<void> {
      if (set.id == throwing) {
        throw std::runtime_error("no");
      }
      return success();
    });
    const std::vector sets = {group.make_good_set(), group.make_good_set(), group.make_good_set()};
    throwing = sets[place].id;
    const auto answers = group.commit_together(sets);
    for (std::size_t i = 0; i < sets.size(); ++i) {
      CHECK(is_committed(answers[i]) == (i != place));
    }
    CHECK(answers[place].error() == std::errc::owner_dead);
    check_stored(group.store(), sets, answers);
  }
}

TEST_CASE("a set whose deadline passes while it waits is contention, and never written") {
  Group group;
  const std::vector sets = {group.make_good_set(), group.make_good_set()};
  Answers answers(2, Errc::out_of_order);
  {
    std::jthread leader;
    const auto held = group.hold_writer();
    leader = std::jthread([&] { answers[0] = group.commit(sets[0]); });
    while (group.count_callers() == 0) {
      std::this_thread::yield();
    }
    answers[1] = group.commit(sets[1], std::chrono::steady_clock::now());
  }
  CHECK(is_committed(answers[0]));
  CHECK(answers[1].error() == Errc::contention);
  check_stored(group.store(), sets, answers);
}

TEST_CASE("a leader whose deadline passes before it has the writer is contention, and the next one leads") {
  Group group;
  const std::vector sets = {group.make_good_set(), group.make_good_set()};
  Answers answers(2, Errc::out_of_order);
  {
    std::jthread second;
    const auto held = group.hold_writer();
    answers[0] = group.commit(sets[0], std::chrono::steady_clock::now());
    second = std::jthread([&] { answers[1] = group.commit(sets[1]); });
  }
  CHECK(answers[0].error() == Errc::contention);
  CHECK(is_committed(answers[1]));
  check_stored(group.store(), sets, answers);
}

TEST_CASE("a set that was begun is answered, however late") {
  bool was_begun = false;
  for (auto patience = std::chrono::milliseconds(50); !was_begun; patience *= 2) {
    ChangeId late;
    Deadline deadline;
    Group group([&](sqlite3* /*transaction*/, const ChangeSet& set) {
      was_begun = set.id == late;
      while (was_begun && std::chrono::steady_clock::now() <= deadline) {
        std::this_thread::yield();
      }
      return Result<void>(success());
    });
    const std::vector sets = {group.make_good_set(), group.make_good_set()};
    late = sets[1].id;
    deadline = std::chrono::steady_clock::now() + patience;
    const auto answers = group.commit_together(sets, {Deadline::max(), deadline});
    CHECK(is_committed(answers[1]) == was_begun);  // else it ran out of time before there was a batch
    check_stored(group.store(), sets, answers);
  }
}

TEST_CASE("a batch ends once it has changes enough") {
  Group group;
  std::vector<ChangeSet> sets;
  for (int i = 0; i < 3; ++i) {
    sets.push_back(group.make_good_set());
    while (sets.back().changes.size() * 2 < GroupCommit::batch_changes_max) {
      sets.back().changes.emplace_back(group.make_event());
    }
  }
  const FsyncProbe fsyncs;
  const auto answers = group.commit_together(sets);
  CHECK(fsyncs.count() == 2);
  CHECK(std::ranges::all_of(answers, is_committed));
}

TEST_CASE("eight threads that commit durably make at least three commits for each fsync") {
  constexpr std::size_t threads_count = 8;
  constexpr std::size_t commits_count = 25;  // of each thread
  Group group;
  std::atomic<std::size_t> running = threads_count;
  std::atomic<std::size_t> committed = 0;
  // A slow disk: an fsync takes until every thread that has still to commit stands in the queue or in the batch.
  const FsyncProbe fsyncs([&] {
    while (group.count_callers() < running) {
      std::this_thread::yield();
    }
    return true;
  });
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < threads_count; ++t) {
      threads.emplace_back([&, t] {
        IdSource ids(static_cast<std::uint32_t>(100 + t));
        for (std::size_t i = 0; i < commits_count; ++i) {
          committed += is_committed(group.commit(make_set(ids, {AppendAudit{.event = make_event(ids)}}))) ? 1U : 0U;
        }
        --running;
      });
    }
  }
  CHECK(committed == threads_count * commits_count);
  MESSAGE(committed.load() << " commits, " << fsyncs.count() << " fsyncs");
  CHECK(committed >= 3 * fsyncs.count());
}

TEST_CASE("threads whose sets fail in every way harm nobody else's") {
  constexpr std::size_t threads_count = 8;
  constexpr std::size_t sets_count = 40;  // of each thread
  Group group([](sqlite3* /*transaction*/, const ChangeSet& set) -> Result<void> {
    if (set.changes.size() == 3) {
      throw std::runtime_error("no");
    }
    if (set.changes.size() == 4) {
      return std::make_error_code(std::errc::owner_dead);
    }
    return success();
  });
  poison_file(group.path(), "ROLLBACK");
  std::vector<std::vector<ChangeSet>> sets(threads_count);
  for (std::size_t i = 0; i < threads_count * sets_count; ++i) {
    auto& own = sets[i % threads_count];
    const auto kind = own.size() % 6;
    own.push_back(kind == 5 ? make_poison(group) : group.make_good_set());
    if (kind == 1) {
      own.back().changes.emplace_back(EndSession{.id = group.ids().next<SessionId>(), .account = {}});
    }
    while (kind >= 2 && kind <= 3 && own.back().changes.size() <= kind) {
      own.back().changes.emplace_back(group.make_event());
    }
  }
  std::vector<Answers> answers(threads_count);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < threads_count; ++t) {
      threads.emplace_back([&, t] {
        for (const auto& set : sets[t]) {
          answers[t].push_back(group.commit(set));
        }
      });
    }
  }
  for (std::size_t t = 0; t < threads_count; ++t) {
    for (std::size_t i = 0; i < sets_count; ++i) {
      const auto kind = i % 6;
      CHECK(is_committed(answers[t][i]) == (kind == 0 || kind == 4));
      CHECK(is_refused(answers[t][i]) == (kind == 1));
      CHECK((answers[t][i].has_error() && answers[t][i].error() == Errc::store_failure) == (kind == 5));
    }
    check_stored(group.store(), sets[t], answers[t]);
  }
}
