// Opens a store in the folder that it runs in, and reads from it.
#include <cstdio>

#include <ostiary/adapters/sqlite_store.hpp>

int main() {
  const auto store = ostiary::SqliteStore::open({.path = "consumer.sqlite"});
  if (!store) {
    std::printf("sqlite: %s\n", store.error().message().c_str());
    return 1;
  }
  const auto found = store.value()->find_account(ostiary::AccountId());
  std::printf("sqlite: %s\n", found && !found.value() ? "an empty store" : "unexpected");
  return found && !found.value() ? 0 : 1;
}
