#include "faults/host.hpp"
#include <ostiary/services/bulk_welcome.hpp>

using namespace ostiary;
using namespace ostiary::test;
using testing::FaultAct;
using testing::FaultWorld;

namespace {

// A host with a bulk welcome to do: acme's manager, and two accounts that came in invited.
struct BulkHost {
  explicit BulkHost(FaultWorld& world) : host(world), bulk(host.env), acme(host.found_active()) {
    host.deliver_all();
    std::vector<ImportRow> rows;
    for (const std::string extension : {"101", "102"}) {
      rows.push_back({.extension = extension,
                      .display_name = "Member " + extension,
                      .email = "m" + extension + "@acme.example",
                      .status = AccountStatus::invited});
    }
    REQUIRE(host.organizations.import_accounts(host.host(), acme.organization, rows, ImportMode::commit).has_value());
  }

  Job plan() { return std::get<Job>(bulk.plan(host.host(), acme.organization, AccountSearch{}).value()); }
  Actor manager() {
    return Actor::in_view(host.signed_in(acme.manager.account).who, View::manage_organization).value();
  }
  // Whether the answer is the job in this state, done as a run without faults does it.
  bool is_in(const Result<BulkOutcome>& outcome, JobState state) {
    if (!host.answered(outcome)) {
      return false;
    }
    const auto* job = std::get_if<Job>(&outcome.value());
    REQUIRE(job != nullptr);
    CHECK(job->items == 3);
    CHECK(job->items_done == (job->batches_done == 0 ? 0 : 3));
    CHECK(job->mails <= (job->batches_done == 0 ? 0 : 2));  // a rival may have removed who would get one
    return job->state == state;
  }

  FaultHost host;
  BulkWelcome bulk;
  OrganizationCreated acme;
};

using Step = std::function<bool(BulkHost&, const Actor&, const JobId&)>;

// Sweeps one step of a job that `prepare` brought to where it begins.
void sweep_step(const std::string& name, const std::function<void(BulkHost&, const JobId&)>& prepare,
                const Step& step) {
  check_sweep(name, [prepare, step](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<BulkHost>(world);
    const auto job = host->plan();
    prepare(*host, job.id);
    const auto manager = std::make_shared<Actor>(host->manager());
    return [host, manager, job, step] { return step(*host, *manager, job.id); };
  });
}

void nothing(BulkHost& /*host*/, const JobId& /*job*/) {}

}  // namespace

TEST_CASE("R26: planning a bulk welcome holds under every fault, of a search and of ticked accounts") {
  // Of an operation of several commits the sweep has no run to compare with in which two rivals act between them, one of
  // whom ends the session: pairs are left to the plan of the host below.
  const testing::FaultOptions options{.pairs = testing::FaultPairs::plain};
  const auto plan_found = [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<BulkHost>(world);
    const auto manager = std::make_shared<Actor>(host->manager());
    return [host, manager] {
      const auto outcome = host->bulk.plan(*manager, host->acme.organization, AccountSearch{.text = "member"});
      return host->host.answered(outcome) && std::get<Job>(outcome.value()).items_to_send == 2;
    };
  };
  check_sweep("bulk plan of a search", plan_found, options);
  check_sweep("bulk plan of ticked accounts", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<BulkHost>(world);
    const std::vector<AccountId> ticked{host->acme.manager.account, host->acme.manager.account};
    return [host, ticked] {
      const auto outcome = host->bulk.plan(host->host.host(), host->acme.organization, std::span(ticked));
      return host->host.answered(outcome) && std::get<Job>(outcome.value()).items == 1;
    };
  });
}

TEST_CASE("R26: each batch of a bulk welcome holds under every fault, and a retry mails nobody twice") {
  sweep_step("bulk run", nothing, [](BulkHost& host, const Actor& actor, const JobId& job) {
    return host.is_in(host.bulk.run(actor, job), JobState::completed);
  });
  sweep_step(
      "bulk run of a completed job",
      [](BulkHost& host, const JobId& job) { REQUIRE(host.bulk.run(host.host.host(), job).has_value()); },
      [](BulkHost& host, const Actor& actor, const JobId& job) {
        return host.is_in(host.bulk.run(actor, job), JobState::completed);
      });
}

TEST_CASE("R26: pausing, resuming and cancelling a bulk welcome hold under every fault") {
  sweep_step("bulk cancel", nothing, [](BulkHost& host, const Actor& actor, const JobId& job) {
    return host.is_in(host.bulk.cancel(actor, job), JobState::cancelled);
  });
  // A job that runs has a batch left: it is made as a killed runner of a larger one leaves it.
  const auto set = [](JobState state) {
    return [state](BulkHost& host, const JobId& job) {
      auto next = host.host.world.store.find_job(job).value().value();
      const auto version = next.version;
      next.state = state;
      auto fresh = Fresh::draw(host.host.world.random, host.host.world.clock.now()).value();
      REQUIRE(host.host.world.store
                  .commit({.id = fresh.id<ChangeId>(),
                           .at = host.host.world.clock.now(),
                           .changes = {PutJob{.next = next, .expected = version}}})
                  .has_value());
    };
  };
  sweep_step("bulk pause", set(JobState::running), [](BulkHost& host, const Actor& actor, const JobId& job) {
    return host.is_in(host.bulk.pause(actor, job), JobState::paused);
  });
  sweep_step("bulk resume", set(JobState::paused), [](BulkHost& host, const Actor& actor, const JobId& job) {
    return host.is_in(host.bulk.resume(actor, job), JobState::running);
  });
}

TEST_CASE("R26, R30: looking at a job, and being refused another organisation's, hold under every fault") {
  sweep_step("bulk report", nothing, [](BulkHost& host, const Actor& actor, const JobId& job) {
    const auto report = host.bulk.report(actor, job, 0);
    return host.host.answered(report) && std::get<BulkReport>(report.value()).lines.size() == 3;
  });
  check_sweep("bulk run, refused across organisations", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<BulkHost>(world);
    const auto manager = std::make_shared<Actor>(host->manager());
    const auto birch = std::get<OrganizationCreated>(host->host.create("birch").value());
    const auto job = std::get<Job>(host->bulk.plan(host->host.host(), birch.organization, AccountSearch{}).value());
    return [host, manager, job] {
      const auto outcome = host->bulk.run(*manager, job.id);
      return host->host.answered(outcome) && std::holds_alternative<OperationRefused>(outcome.value());
    };
  });
}
