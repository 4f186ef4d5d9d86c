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

int main(int argc, char** argv) {
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
  if (argc == 4 && arguments[1] == "fill") {
    return fill(arguments[2], number(3));
  }
  if (argc == 3 && arguments[1] == "hold") {
    return hold_write_lock(arguments[2]);
  }
  return EXIT_FAILURE;
}
