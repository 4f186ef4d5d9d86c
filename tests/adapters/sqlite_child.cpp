// The second process of sqlite_processes_test: it does one thing to a store and says so on standard output.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

#define DOCTEST_CONFIG_IMPLEMENT
#include <sqlite3.h>

#include "sqlite_fixture.hpp"

namespace {

using namespace ostiary;

constexpr std::uint32_t threads_max = 64;

void say(const std::string& line) {
  std::fputs((line + "\n").c_str(), stdout);
  std::fflush(stdout);
}

void wait_for_release() {
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
}

// Commits events, and says the id of each that was answered Committed; then the first error.
void commit_until_error(SqliteStore& store, std::uint32_t seed) {
  test::IdSource ids(seed);
  for (;;) {
    const auto event = test::make_event(ids);
    const auto answer = store.commit(test::make_set(ids, {AppendAudit{.event = event}}));
    if (!answer) {
      say("error " + std::to_string(answer.error().value()));
      return;
    }
    say(event.id.to_string());
  }
}

// Takes each key in order, and says which were its own: one process wins each.
int race(const std::string& path, std::uint32_t seed, std::uint32_t keys_count) {
  const auto store = SqliteStore::open({.path = path, .busy_deadline = std::chrono::minutes(1)});
  if (!store) {
    return EXIT_FAILURE;
  }
  say("ready");
  wait_for_release();
  test::IdSource ids(seed);
  for (std::uint32_t i = 0; i < keys_count; ++i) {
    ConsumeOnce key{.key = {}, .until = test::start};
    std::memcpy(key.key.data(), &i, sizeof i);
    const auto answer = store.value()->commit(test::make_set(ids, {key}));
    if (!answer) {
      return EXIT_FAILURE;
    }
    if (test::is_committed(answer)) {
      say(std::to_string(i));
    }
  }
  say("end");
  return EXIT_SUCCESS;
}

// Far from every time of a test, so that nobody's housekeeping takes a rival's rows.
constexpr Instant rival_time = test::start + std::chrono::hours(1'000'000);

ChangeSet make_rival_set(test::IdSource& ids, std::vector<Change> changes) {
  auto set = test::make_set(ids, std::move(changes));
  set.at = rival_time;
  return set;
}

// One round of a rival: an account's next version, a session and an event; a set that is refused; a charge; the
// session's end. False where one of them came out otherwise.
bool run_rival_round(SqliteStore& store, test::IdSource& ids, const Account& account, Version version) {
  auto session = test::make_session(ids, account);
  session.ends_at = rival_time;
  auto event = test::make_event(ids);
  event.organization = account.organization;
  const auto good = make_rival_set(ids, {PutAccount{.next = account, .expected = version},
                                         PutSession{.session = session}, AppendAudit{.event = event}});
  const auto stale = make_rival_set(ids, {AppendAudit{.event = event}});
  const auto ending = make_rival_set(ids, {EndSession{.id = session.id, .account = account.id}});
  const Charge charge{.key = ids.next<ChangeId>().bytes(), .budget = {.count = 1, .window = Duration(1000)}};
  return test::is_committed(store.commit(good)) && test::is_refused(store.commit(stale)) &&
         store.charge({&charge, 1}, rival_time).has_value() && test::is_committed(store.commit(ending));
}

// Writes as fast as it can until it is killed, with records that nobody else has. Says a line after the first round,
// and ends where a write came out wrong.
int hammer(const std::string& path, std::uint32_t seed) {
  const auto store = SqliteStore::open({.path = path, .busy_deadline = std::chrono::minutes(1)});
  if (!store) {
    return EXIT_FAILURE;
  }
  test::IdSource ids(seed);
  const auto organization = test::make_organization(ids, "rival");
  auto account = test::make_account(ids, organization.id, "rival@rival");
  account.addresses.front().address = test::must(EmailAddress::parse("rival@rival.example"));
  bool is_sound = test::is_committed(
      store.value()->commit(make_rival_set(ids, {PutOrganization{.next = organization}, PutAccount{.next = account}})));
  for (Version version = 1; is_sound; ++version) {
    is_sound = run_rival_round(*store.value(), ids, account, version);
    if (version == 1) {
      say("hammering");
    }
  }
  return EXIT_FAILURE;
}

int open_store(const std::string& path) {
  say("ready");
  wait_for_release();
  const auto store = SqliteStore::open({.path = path});
  say(store ? "open" : store.error().message());
  return EXIT_SUCCESS;
}

// Writes in each set's transaction whose it was, so that the order of commits is in the file.
OnSqliteCommit make_turn_writer(std::uint32_t process) {
  return [sql = "INSERT INTO turns (process) VALUES (" + std::to_string(process) + ")"](
             sqlite3* transaction, const ChangeSet& /*set*/) -> Result<void> {
    if (sqlite3_exec(transaction, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      return Errc::store_failure;
    }
    return success();
  };
}

int commit(const std::string& path, std::uint32_t seed, std::uint32_t threads_count, OnSqliteCommit on_commit) {
  const auto store =
      SqliteStore::open({.path = path, .busy_deadline = std::chrono::minutes(1), .on_commit = std::move(on_commit)});
  if (!store) {
    return EXIT_FAILURE;
  }
  say("ready");
  wait_for_release();
  std::vector<std::jthread> threads;
  for (std::uint32_t i = 0; i < threads_count; ++i) {
    threads.emplace_back([&, i] { commit_until_error(*store.value(), seed * threads_max + i); });
  }
  return EXIT_SUCCESS;
}

// As `commit`, with a disk that takes no file larger than `bytes`.
int fill(const std::string& path, rlim_t bytes) {
  const auto store = SqliteStore::open({.path = path});
  signal(SIGXFSZ, SIG_IGN);  // the write then fails with EFBIG
  const rlimit limit{.rlim_cur = bytes, .rlim_max = bytes};
  if (!store || setrlimit(RLIMIT_FSIZE, &limit) != 0) {
    return EXIT_FAILURE;
  }
  commit_until_error(*store.value(), 1);
  return EXIT_SUCCESS;
}

int hold_write_lock(const std::string& path) {
  sqlite3* db = nullptr;
  if (sqlite3_open(path.c_str(), &db) != SQLITE_OK ||
      sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) != SQLITE_OK) {
    return EXIT_FAILURE;
  }
  say("held");
  wait_for_release();
  return sqlite3_close(db);
}

}  // namespace

int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape): a wrong argument ends the child, as it should
  const std::vector<std::string> arguments(argv, argv + argc);
  const auto number = [&](std::size_t i) { return static_cast<std::uint32_t>(std::stoul(arguments[i])); };
  if (argc == 3 && arguments[1] == "open") {
    return open_store(arguments[2]);
  }
  if (argc == 5 && arguments[1] == "commit") {
    return commit(arguments[2], number(3), number(4), {});
  }
  if (argc == 5 && arguments[1] == "turns") {
    return commit(arguments[2], number(3), number(4), make_turn_writer(number(3)));
  }
  if (argc == 5 && arguments[1] == "race") {
    return race(arguments[2], number(3), number(4));
  }
  if (argc == 4 && arguments[1] == "hammer") {
    return hammer(arguments[2], number(3));
  }
  if (argc == 4 && arguments[1] == "fill") {
    return fill(arguments[2], number(3));
  }
  if (argc == 3 && arguments[1] == "hold") {
    return hold_write_lock(arguments[2]);
  }
  return EXIT_FAILURE;
}
