#include <array>
#include <memory>
#include <sstream>

#include "../../temporary_folder.hpp"
#include "adapters/child_process.hpp"
#include "services/factor_world.hpp"
#include "services/race/wide_factor_budgets.hpp"
#include <ostiary/adapters/sqlite_store.hpp>

using namespace ostiary;
using namespace ostiary::test;

TEST_CASE("R61: one code that 25 threads in each of two processes give on one database file is accepted once") {
  constexpr int threads_count = 25;
  const TemporaryFolder folder;
  FactorWorld world(wide_factor_budgets(), SqliteStore::open({.path = folder.file()}).value());
  const auto enrolled = world.enroll();
  for (int round = 0; round < 5; ++round) {
    world.next_code();
    const auto now = world.clock.now();
    const auto before = world.store.list_sessions(world.id, {.limit = 500}).value().records.size();
    std::array<std::unique_ptr<ChildProcess>, 2> children;
    for (auto& child : children) {
      child = std::make_unique<ChildProcess>(std::vector<std::string>{
          OSTIARY_FACTOR_CHILD, folder.file().string(), std::to_string(now.time_since_epoch().count()),
          enrolled.app.code(now), std::to_string(threads_count)});
      for (int i = 0; i < threads_count; ++i) {
        child->write_line(world.ask());
      }
      REQUIRE(child->read_line() == "ready");
    }
    for (auto& child : children) {
      child->release();
    }
    int accepted = 0;
    int refused = 0;
    int others = 0;
    for (auto& child : children) {
      std::istringstream said(child->read_line());
      int numbers[3] = {-1, -1, -1};
      said >> numbers[0] >> numbers[1] >> numbers[2];
      accepted += numbers[0];
      refused += numbers[1];
      others += numbers[2];
      CHECK(child->wait() == 0);
    }
    CHECK(accepted == 1);
    CHECK(refused == 2 * threads_count - 1);
    CHECK(others == 0);
    CHECK(world.store.list_sessions(world.id, {.limit = 500}).value().records.size() == before + 1);
    CHECK(world.account(world.id).authenticator->accepted_step == totp_step({}, now));
  }
}
