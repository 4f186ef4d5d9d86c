// A host's own test: the memory store and the clock come from the installed kit.
#include <cstdio>

#include <ostiary/testing/manual_clock.hpp>
#include <ostiary/testing/memory_store.hpp>

int main() {
  const ostiary::testing::ManualClock clock;
  ostiary::testing::MemoryStore store;
  const auto found = store.find_account(ostiary::AccountId::make(clock.now(), {}));
  std::printf("testing: %s\n", found && !found.value() ? "an empty store" : "unexpected");
  return found && !found.value() ? 0 : 1;
}
