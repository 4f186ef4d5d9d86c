#include "services/world.hpp"
#include "sqlite_fixture.hpp"
#include "statement_probe.hpp"
#include <ostiary/services/bulk_welcome.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

// acme on SQLite, with so many accounts that were never mailed.
struct BulkWorld {
  explicit BulkWorld(int accounts) : world({}, open_store(folder.file())), acme(world.found()), bulk(world.env) {
    std::vector<ImportRow> rows;
    for (int i = 0; i < accounts; ++i) {
      const auto extension = std::to_string(1000 + i);
      rows.push_back({.extension = extension,
                      .display_name = "Member " + extension,
                      .email = "m" + extension + "@acme.example",
                      .status = AccountStatus::invited});
    }
    const auto outcome =
        world.organizations.import_accounts(world.host(), acme.organization, rows, ImportMode::commit).value();
    REQUIRE(std::get<ImportReport>(outcome).created == rows.size());
  }

  Job plan() {
    return std::get<Job>(bulk.plan(world.host(), acme.organization, AccountSearch{.text = "member"}).value());
  }

  TemporaryFolder folder;
  StatementProbe statements;
  World world;
  OrganizationCreated acme;
  BulkWelcome bulk;
};

}  // namespace

TEST_CASE("R26: a bulk welcome on SQLite runs as many statements an account in each batch, however large the job is") {
  BulkWorld world(2000);
  Job job;
  const auto planning = world.statements.count_once([&] { job = world.plan(); });
  CHECK(planning <= 60);  // a page of 500 is one read and one commit
  std::vector<std::size_t> batches;
  while (job.state != JobState::completed) {
    batches.push_back(
        world.statements.count_once([&] { job = std::get<Job>(world.bulk.run(world.world.host(), job.id).value()); }));
  }
  REQUIRE(batches.size() == 4);
  MESSAGE(planning << " statements to plan 2,000; " << batches[1] << " a batch of 500");
  CHECK(batches[1] == batches[2]);
  CHECK(batches[3] <= batches[2] + 8);  // the event of the end
  CHECK(batches[1] <= 500 * 6 + 20);
}
