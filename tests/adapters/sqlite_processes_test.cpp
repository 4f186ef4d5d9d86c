#include <algorithm>
#include <array>
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

ChildProcess spawn(const std::string& verb, const std::filesystem::path& path, std::size_t seed,
                   std::size_t threads_count) {
  return ChildProcess({OSTIARY_SQLITE_CHILD, verb, path.string(), std::to_string(seed), std::to_string(threads_count)});
}

std::vector<std::string> query(const std::filesystem::path& path, const char* sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  std::vector<std::string> values;
  const auto keep = [](void* out, int /*count*/, char** row, char** /*names*/) {
    static_cast<std::vector<std::string>*>(out)->emplace_back(row[0]);
    return 0;
  };
  CHECK(sqlite3_exec(db, sql, keep, &values, nullptr) == SQLITE_OK);
  sqlite3_close(db);
  return values;
}

bool is_sound(const std::filesystem::path& path) {
  return query(path, "PRAGMA integrity_check; PRAGMA foreign_key_check") == std::vector<std::string>{"ok"};
}

// Reads whole lines of both until there are `count`, each an id.
std::array<std::vector<std::string>, 2> read_ids(std::array<ChildProcess*, 2> children, std::size_t count) {
  std::array<std::vector<std::string>, 2> said;
  while (said[0].size() + said[1].size() < count) {
    std::array<pollfd, 2> waits{{{.fd = children[0]->output(), .events = POLLIN, .revents = 0},
                                 {.fd = children[1]->output(), .events = POLLIN, .revents = 0}}};
    REQUIRE(poll(waits.data(), waits.size(), -1) > 0);
    for (std::size_t i = 0; i < 2; ++i) {
      if (waits[i].revents != 0) {
        do {
          said[i].push_back(children[i]->read_line());
          REQUIRE(said[i].back().size() == 32);  // an id, no error and no end
        } while (children[i]->has_line());
      }
    }
  }
  return said;
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
    CHECK(is_sound(folder.file()));
  }
}

TEST_CASE("two processes under full load: neither gets less than a quarter of the commits") {
  constexpr std::size_t commits_count = 2'000;
  for (const std::size_t threads_count : {1U, 4U}) {
    const TemporaryFolder folder;
    static_cast<void>(open_store(folder.file()));
    query(folder.file(), "CREATE TABLE turns (number INTEGER PRIMARY KEY, process INTEGER)");
    auto first = spawn("turns", folder.file(), 1, threads_count);
    auto second = spawn("turns", folder.file(), 2, threads_count);
    REQUIRE(first.read_line() == "ready");
    REQUIRE(second.read_line() == "ready");
    first.release();
    second.release();
    const auto said = read_ids({&first, &second}, commits_count);
    first.kill_now();
    second.kill_now();
    auto turns = query(folder.file(), "SELECT process FROM turns ORDER BY number");  // in the order of the commits
    REQUIRE(turns.size() >= commits_count);
    turns.resize(commits_count);
    const auto share = static_cast<std::size_t>(std::ranges::count(turns, "1"));
    const auto runs = commits_count - static_cast<std::size_t>(std::ranges::distance(std::ranges::unique(turns)));
    MESSAGE(threads_count << " thread(s) each: commits " << share << " and " << commits_count - share << ", in " << runs
                          << " runs of one process");
    CHECK(share >= commits_count / 4);
    CHECK(commits_count - share >= commits_count / 4);
    const auto stored = read_audit_ids(*open_store(folder.file()));
    CHECK(has_all(stored, said[0]));
    CHECK(has_all(stored, said[1]));
  }
}

TEST_CASE("two processes that race for a thousand keys: each key has one winner") {
  constexpr std::size_t keys_count = 1'000;
  const TemporaryFolder folder;
  static_cast<void>(open_store(folder.file()));
  auto first = spawn("race", folder.file(), 1, keys_count);
  auto second = spawn("race", folder.file(), 2, keys_count);
  REQUIRE(first.read_line() == "ready");
  REQUIRE(second.read_line() == "ready");
  first.release();
  second.release();
  std::vector<std::size_t> winners(keys_count);
  std::vector<std::size_t> won;
  for (auto* const child : {&first, &second}) {
    won.push_back(0);
    for (auto line = child->read_line(); line != "end"; line = child->read_line()) {
      REQUIRE(!line.empty());
      ++winners.at(std::stoul(line));
      ++won.back();
    }
    CHECK(child->wait() == 0);
  }
  MESSAGE("keys of each: " << won[0] << ", " << won[1]);
  CHECK(std::ranges::all_of(winners, [](std::size_t count) { return count == 1; }));
}

TEST_CASE("a process killed in the middle of its commits loses none that was answered") {
  const TemporaryFolder folder;
  std::vector<std::string> said;
  for (std::uint32_t round = 1; round <= 6; ++round) {
    auto child = spawn("commit", folder.file(), round, 2);
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
    CHECK(is_sound(folder.file()));
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
  CHECK(is_sound(folder.file()));
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
