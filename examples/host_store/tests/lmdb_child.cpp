// The other process of lmdb_store_test: it does one thing to a file, and is killed at it.
#include <csignal>
#include <iostream>

#define DOCTEST_CONFIG_IMPLEMENT
#include "../lmdb/changes.hpp"
#include "fixture.hpp"

namespace {

using namespace host;

void say(const std::string& line) {
  std::cout << line << '\n' << std::flush;  //: the parent reads it while this process lives
}

// Commits events, and says the id of each that was answered Committed, until it is killed.
int commit(const std::filesystem::path& file, std::uint32_t seed) {
  const auto store = LmdbStore::open({.path = file});
  IdSource ids(seed);
  while (store) {
    const auto set = make_set(ids);
    if (!is_committed(store.value()->commit(set))) {
      break;
    }
    say(event_of(set).to_string());
  }
  return EXIT_FAILURE;
}

// Dies in a transaction of `access`: a write one has written, and holds the file's lock.
int die(const std::filesystem::path& file, lmdb::Transaction::Access access) {
  const auto environment = lmdb::Environment::open(file, std::size_t{1} << 30U);
  if (!environment) {
    return EXIT_FAILURE;
  }
  const auto db = lmdb::Transaction::begin(*environment.value(), access);
  IdSource ids(99);
  if (!db || (access == lmdb::Transaction::Access::write && !lmdb::apply(db.value(), make_set(ids)))) {
    return EXIT_FAILURE;
  }
  say("in a transaction");
  return std::raise(SIGKILL);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  if (argc == 4 && arguments[1] == "commit") {
    return commit(arguments[2], static_cast<std::uint32_t>(std::stoul(arguments[3])));
  }
  if (argc == 3 && arguments[1] == "die-writing") {
    return die(arguments[2], lmdb::Transaction::Access::write);
  }
  if (argc == 3 && arguments[1] == "die-reading") {
    return die(arguments[2], lmdb::Transaction::Access::read);
  }
  return EXIT_FAILURE;
}
