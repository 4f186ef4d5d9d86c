#include <doctest/doctest.h>
#include <sqlite3.h>

#include "sqlite_fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

void run_sql(sqlite3* db, const std::string& sql) {
  REQUIRE(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
}

// A host with a table of its own, in the same file.
class Host {
 public:
  Host() {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(folder_.file().c_str(), &db) == SQLITE_OK);
    run_sql(db, "CREATE TABLE host_people (name TEXT PRIMARY KEY)");
    run_sql(db, "CREATE TABLE host_notes (name TEXT REFERENCES host_people (name) DEFERRABLE INITIALLY DEFERRED)");
    sqlite3_close(db);
  }

  std::unique_ptr<SqliteStore> open(OnSqliteCommit on_commit) {
    return must(SqliteStore::open({.path = folder_.file(), .on_commit = std::move(on_commit)}));
  }

  [[nodiscard]] int count_people() const {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(folder_.file().c_str(), &db) == SQLITE_OK);
    int count = 0;
    const auto keep = [](void* out, int /*count*/, char** values, char** /*names*/) {
      *static_cast<int*>(out) = std::stoi(values[0]);
      return 0;
    };
    CHECK(sqlite3_exec(db, "SELECT count(*) FROM host_people", keep, &count, nullptr) == SQLITE_OK);
    sqlite3_close(db);
    return count;
  }

 private:
  TemporaryFolder folder_;
};

Result<void> exec(sqlite3* transaction, const char* sql) {
  if (sqlite3_exec(transaction, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return Errc::already_taken;
  }
  return success();
}

constexpr auto add_person = "INSERT INTO host_people (name) VALUES ('ada')";

}  // namespace

TEST_CASE("on_commit writes the host's table in the transaction of the set, once for each set that applied") {
  Host host;
  std::vector<ChangeId> seen;
  const auto store = host.open([&](sqlite3* transaction, const ChangeSet& set) {
    seen.push_back(set.id);
    return exec(transaction, add_person);
  });
  IdSource ids;
  const auto set = make_set(ids, {AppendAudit{.event = make_event(ids)}});
  CHECK(is_committed(store->commit(set)));
  CHECK(host.count_people() == 1);
  CHECK(is_committed(store->commit(set)));  // the same ChangeId: applied before
  CHECK(seen == std::vector{set.id});
}

TEST_CASE("on_commit is not called for a set that is refused") {
  Host host;
  int calls = 0;
  const auto store = host.open([&](sqlite3* /*transaction*/, const ChangeSet& /*set*/) {
    ++calls;
    return Result<void>(success());
  });
  IdSource ids;
  const auto answer = must(store->commit(make_set(ids, {EndSession{.id = ids.next<SessionId>(), .account = {}}})));
  CHECK(std::holds_alternative<Refused>(answer));
  CHECK(calls == 0);
}

TEST_CASE("an error of on_commit takes the set back with the host's own writes, and reaches the caller") {
  Host host;
  bool is_willing = false;
  const auto store = host.open([&](sqlite3* transaction, const ChangeSet& /*set*/) -> Result<void> {
    OSTIARY_TRY(exec(transaction, add_person));
    if (!is_willing) {
      return std::make_error_code(std::errc::owner_dead);
    }
    return success();
  });
  IdSource ids;
  const auto event = make_event(ids);
  const auto set = make_set(ids, {AppendAudit{.event = event}});
  CHECK(store->commit(set).error() == std::errc::owner_dead);
  CHECK(host.count_people() == 0);
  CHECK(read_audit_ids(*store).empty());
  is_willing = true;
  CHECK(is_committed(store->commit(set)));
  CHECK(host.count_people() == 1);
  CHECK(read_audit_ids(*store) == std::vector{event.id});
}

TEST_CASE("a constraint of the host that only COMMIT finds is a store_failure, and nothing is written") {
  Host host;
  bool has_orphan = true;
  const auto store = host.open([&](sqlite3* transaction, const ChangeSet& /*set*/) -> Result<void> {
    return has_orphan ? exec(transaction, "INSERT INTO host_notes (name) VALUES ('nobody')") : success();
  });
  IdSource ids;
  const auto set = make_set(ids, {AppendAudit{.event = make_event(ids)}});
  CHECK(store->commit(set).error() == Errc::store_failure);
  CHECK(read_audit_ids(*store).empty());
  has_orphan = false;
  CHECK(is_committed(store->commit(set)));
}

TEST_CASE("an on_commit that ends the transaction is told commit_unknown, and the set is in the file once") {
  Host host;
  int calls = 0;
  const auto store = host.open([&](sqlite3* transaction, const ChangeSet& /*set*/) {
    ++calls;
    return exec(transaction, "COMMIT");
  });
  IdSource ids;
  const auto event = make_event(ids);
  const auto set = make_set(ids, {AppendAudit{.event = event}});
  CHECK(store->commit(set).error() == Errc::commit_unknown);
  CHECK(is_committed(store->commit(set)));
  CHECK(calls == 1);
  CHECK(read_audit_ids(*store) == std::vector{event.id});
}
