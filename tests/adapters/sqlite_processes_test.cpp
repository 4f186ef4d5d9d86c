#include <algorithm>
#include <poll.h>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "child_process.hpp"
#include "sqlite_fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

ChildProcess spawn(const std::string& verb, const std::filesystem::path& path) {
  return ChildProcess({OSTIARY_SQLITE_CHILD, verb, path.string()});
}

ChildProcess spawn(const std::string& verb, const std::filesystem::path& path, std::size_t number) {
  return ChildProcess({OSTIARY_SQLITE_CHILD, verb, path.string(), std::to_string(number)});
}

std::string integrity_of(const std::filesystem::path& path) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  std::string answer;
  const auto keep = [](void* out, int /*count*/, char** values, char** /*names*/) {
    *static_cast<std::string*>(out) += values[0];
    return 0;
  };
  CHECK(sqlite3_exec(db, "PRAGMA integrity_check; PRAGMA foreign_key_check", keep, &answer, nullptr) == SQLITE_OK);
  sqlite3_close(db);
  return answer;
}

bool has_all(const std::vector<AuditId>& stored, const std::vector<std::string>& said) {
  return std::ranges::all_of(
      said, [&](const auto& id) { return std::ranges::binary_search(stored, must(AuditId::parse(id))); });
}

}  // namespace

TEST_CASE("two processes open and migrate a new file at once, and both have it") {
  for (int round = 0; round < 5; ++round) {
    const TemporaryFolder folder;
    auto first = spawn("open", folder.file());
    auto second = spawn("open", folder.file());
    REQUIRE(first.read_line() == "ready");
    REQUIRE(second.read_line() == "ready");
    first.release();
    second.release();
    CHECK(first.read_line() == "open");
    CHECK(second.read_line() == "open");
    CHECK(first.wait() == 0);
    CHECK(second.wait() == 0);
    CHECK(integrity_of(folder.file()) == "ok");
  }
}

TEST_CASE("two processes that commit in a loop both get on") {
  constexpr std::size_t commits_count = 1'000;
  constexpr std::size_t share_min = commits_count / 20;
  const TemporaryFolder folder;
  static_cast<void>(open_store(folder.file()));
  auto first = spawn("commit", folder.file(), 1);
  auto second = spawn("commit", folder.file(), 2);
  REQUIRE(first.read_line() == "ready");
  REQUIRE(second.read_line() == "ready");
  first.release();
  second.release();
  std::vector<std::string> said[2];
  ChildProcess* children[2] = {&first, &second};
  while (said[0].size() + said[1].size() < commits_count) {
    pollfd waits[2] = {{.fd = first.output(), .events = POLLIN, .revents = 0},
                       {.fd = second.output(), .events = POLLIN, .revents = 0}};
    REQUIRE(poll(waits, 2, -1) > 0);
    for (std::size_t i = 0; i < 2; ++i) {
      if (waits[i].revents != 0) {
        do {
          said[i].push_back(children[i]->read_line());
          REQUIRE(said[i].back().size() == 32);  // an id, no error and no end
        } while (children[i]->has_line());
      }
    }
  }
  first.kill_now();
  second.kill_now();
  MESSAGE("commits of each: " << said[0].size() << ", " << said[1].size());
  CHECK(std::min(said[0].size(), said[1].size()) >= share_min);
  const auto stored = read_audit_ids(*open_store(folder.file()));
  CHECK(has_all(stored, said[0]));
  CHECK(has_all(stored, said[1]));
}

TEST_CASE("a process killed in the middle of its commits loses none that was answered") {
  const TemporaryFolder folder;
  std::vector<std::string> said;
  for (std::uint32_t round = 1; round <= 6; ++round) {
    auto child = spawn("commit", folder.file(), round);
    REQUIRE(child.read_line() == "ready");
    child.release();
    for (std::uint32_t i = 0; i < 20 * round; ++i) {
      said.push_back(child.read_line());
    }
    child.kill_now();
    while (child.has_line()) {
      said.push_back(child.read_line());
    }
    const auto stored = read_audit_ids(*open_store(folder.file()));
    CHECK(has_all(stored, said));
    CHECK(integrity_of(folder.file()) == "ok");
  }
}

TEST_CASE("a disk that fails while a commit is written loses nothing that was answered, and says so") {
  const TemporaryFolder folder;
  auto child = spawn("fill", folder.file(), 600'000);
  std::vector<std::string> said;
  while (said.empty() || said.back().size() == 32) {
    said.push_back(child.read_line());
  }
  const auto last = said.back();
  said.pop_back();
  CHECK(last == "error " + std::to_string(static_cast<int>(Errc::commit_unknown)));
  CHECK(child.wait() == 0);
  CHECK(said.size() > 10);
  const auto store = open_store(folder.file());
  CHECK(has_all(read_audit_ids(*store), said));
  CHECK(integrity_of(folder.file()) == "ok");
  IdSource ids(9);
  CHECK(is_committed(store->commit(make_set(ids, {AppendAudit{.event = make_event(ids)}}))));
}

TEST_CASE("another process that holds the write lock past the deadline is contention, and reads go on") {
  const TemporaryFolder folder;
  const auto store = must(SqliteStore::open({.path = folder.file(), .busy_deadline = Duration(30)}));
  IdSource ids;
  const auto set = make_set(ids, {AppendAudit{.event = make_event(ids)}});
  auto child = spawn("hold", folder.file());
  REQUIRE(child.read_line() == "held");
  const auto answer = store->commit(set);
  REQUIRE(!answer.has_value());
  CHECK(answer.error() == Errc::contention);
  CHECK(store->charge({}, start).error() == Errc::contention);
  CHECK(read_audit_ids(*store).empty());
  CHECK(child.wait() == 0);
  CHECK(is_committed(store->commit(set)));
}
