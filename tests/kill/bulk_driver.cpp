// A host that welcomes many accounts on one SQLite file until it is killed, and goes on in its next life:
//   bulk_driver <folder> <round> found <accounts>   makes the organisation, and accounts that were never mailed
//   bulk_driver <folder> <round> work               plans a bulk welcome where there is none, runs it in two threads, and
//                                                   delivers in two others
//   bulk_driver <folder> <round> cancel             cancels the newest job
//   bulk_driver <folder> <round> deliver            delivers until nothing is due
//   bulk_driver <folder> <round> again              closes the newest job's book, so that `work` plans another
// Each answer that a host would give is a line of said.log: "job <id>" once planned, "done <id>" once completed.
#define DOCTEST_CONFIG_IMPLEMENT
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "kill/kill_host.hpp"
#include "kill/kill_log.hpp"
#include "services/world.hpp"
#include <ostiary/adapters/sqlite_store.hpp>
#include <ostiary/services/bulk_welcome.hpp>

namespace {

using namespace ostiary;
using namespace ostiary::test;

// Writes each call down before it accepts it.
class LoggingMailer final : public Mailer {
 public:
  LoggingMailer(KillLog& log, int round) : log_(log), round_(std::to_string(round)) {}

  Result<Delivery> send(const OutgoingMail& mail) override {
    const auto to = mail.to.canonical();
    const auto line =
        mail.message_id + " " + round_ + " " + to.substr(1, to.find('@') - 1) + " " + token_in(mail.message);
    if (!log_.add(line)) {
      return Errc::file_unwritable;
    }
    return Delivery{.verdict = DeliveryVerdict::accepted, .reason = {}};
  }

 private:
  KillLog& log_;
  std::string round_;
};

class Driver {
 public:
  Driver(const std::filesystem::path& folder, int round)
      : folder_(folder),
        mails_(folder / mail_log),
        said_(folder / said_log),
        store_(SqliteStore::open({.path = folder / "ostiary.db", .busy_deadline = std::chrono::minutes(1)}).value()),
        clock_(round * round_shift),
        mailer_(mails_, round),
        hasher_(StandardPasswordHasher::create(weak_hashing(), random_).value()),
        keys_(make_ring()),
        env_{.store = *store_,
             .clock = clock_,
             .random = random_,
             .hasher = *hasher_,
             .keys = keys_,
             .policies = wide_policies()},
        organizations_(env_),
        bulk_(env_),
        outbox_(env_, {.mailer = mailer_,
                       .renderer = renderer_,
                       .links = links_,
                       .from = EmailAddress::parse("portal@portal.example").value()}) {
    const auto acme = store_->find_organization_by_domain(Domain::parse("acme").value()).value();
    acme_ = acme ? acme->id : OrganizationId();
  }

  int found(int accounts) {
    const auto created = organizations_.create_organization(
        host_, {.domain = "acme",
                .name = "Maple Dental",
                .manager = {.extension = "100", .display_name = "Mara", .email = "m100@acme.example"}});
    acme_ = std::get<OrganizationCreated>(created.value()).organization;
    std::vector<ImportRow> rows;
    for (int i = 0; i < accounts; ++i) {
      const auto extension = std::to_string(1'000'000 + i);
      rows.push_back({.extension = extension,
                      .display_name = "Member " + extension,
                      .email = "m" + extension + "@acme.example",
                      .status = AccountStatus::invited});
    }
    const auto outcome = organizations_.import_accounts(host_, acme_, rows, ImportMode::commit).value();
    return std::get<ImportReport>(outcome).created == rows.size() ? deliver() : EXIT_FAILURE;
  }

  int work() {
    const auto job = find_or_plan();
    if (!job) {
      return EXIT_FAILURE;
    }
    std::atomic<bool> is_running = true;
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < kill_workers; ++i) {
      workers.emplace_back([&] { static_cast<void>(deliver_while(is_running)); });
    }
    std::vector<std::jthread> runners;
    for (std::size_t i = 0; i < kill_workers; ++i) {
      runners.emplace_back([&] { run(*job); });
    }
    runners.clear();
    is_running = false;
    workers.clear();
    return said_.add("done " + job->to_string()) ? EXIT_SUCCESS : EXIT_FAILURE;
  }

  int cancel() {
    const auto job = newest();
    const auto outcome = job ? bulk_.cancel(host_, *job) : Errc::out_of_order;
    return outcome && std::holds_alternative<Job>(outcome.value()) ? EXIT_SUCCESS : EXIT_FAILURE;
  }

  int deliver() {
    for (;;) {
      const auto report = outbox_.deliver(100);
      if (!report || report.value().lost > 0 || report.value().retried > 0) {
        return EXIT_FAILURE;
      }
      if (report.value().claimed == 0) {
        return EXIT_SUCCESS;
      }
    }
  }

  int again() { return said_.add("again") ? EXIT_SUCCESS : EXIT_FAILURE; }

 private:
  // The newest job that was planned to its end since the last "again".
  [[nodiscard]] std::optional<JobId> newest() const {
    std::optional<JobId> job;
    for (const auto& line : read_words(folder_ / said_log)) {
      if (line.at(0) == "job") {
        job = JobId::parse(line.at(1)).value();
      } else if (line.at(0) == "again") {
        job.reset();
      }
    }
    return job;
  }

  std::optional<JobId> find_or_plan() {
    if (const auto job = newest()) {
      return job;
    }
    const auto planned = bulk_.plan(host_, acme_, AccountSearch{.text = "member"});
    if (!planned || !std::holds_alternative<Job>(planned.value())) {
      return std::nullopt;
    }
    const auto id = std::get<Job>(planned.value()).id;
    return said_.add("job " + id.to_string()) ? std::optional(id) : std::nullopt;
  }

  void run(const JobId& job) const {
    constexpr int collisions_max = 10'000;  // of the two runners: that one goes on is all that counts
    for (int collisions = 0; collisions < collisions_max;) {
      const auto outcome = bulk_.run(host_, job);
      if (!outcome) {
        ++collisions;
        continue;
      }
      const auto* now = std::get_if<Job>(&outcome.value());
      if (now == nullptr || now->state == JobState::completed) {
        return;
      }
    }
  }

  // Until the job runs no more and nothing is due: a mail under the other worker's lease is that one's.
  [[nodiscard]] int deliver_while(const std::atomic<bool>& is_running) const {
    constexpr int idle_max = 50;
    for (int idle = 0; is_running || idle < idle_max;) {
      const auto report = outbox_.deliver(20);
      if (!report) {
        return EXIT_FAILURE;
      }
      if (report.value().claimed > 0) {
        idle = 0;
      } else {
        ++idle;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }
    return EXIT_SUCCESS;
  }

  std::filesystem::path folder_;
  KillLog mails_;
  KillLog said_;
  std::unique_ptr<SqliteStore> store_;
  ShiftedClock clock_;
  SystemRandom random_;
  LoggingMailer mailer_;
  std::unique_ptr<StandardPasswordHasher> hasher_;
  KeySource keys_;
  StandardMailRenderer renderer_;
  PlainLinks links_;
  Environment env_;
  OrganizationAdmin organizations_;
  BulkWelcome bulk_;
  Outbox outbox_;
  Actor host_ = Actor::host("bulk").value();
  OrganizationId acme_;
};

int act(Driver& driver, const std::vector<std::string>& arguments) {
  const auto& verb = arguments[3];
  if (verb == "found" && arguments.size() == 5) {
    return driver.found(std::stoi(arguments[4]));
  }
  if (verb == "work") {
    std::puts("ready");
    std::fflush(stdout);
    return driver.work();
  }
  if (verb == "cancel") {
    return driver.cancel();
  }
  if (verb == "again") {
    return driver.again();
  }
  return verb == "deliver" ? driver.deliver() : EXIT_FAILURE;
}

}  // namespace

// What throws ends the driver, and its test sees that.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  const std::vector<std::string> arguments(argv, argv + argc);
  if (argc < 4) {
    return EXIT_FAILURE;
  }
  Driver driver(arguments[1], std::stoi(arguments[2]));
  return act(driver, arguments);
}
