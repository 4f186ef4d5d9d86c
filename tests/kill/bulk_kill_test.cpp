#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "adapters/child_process.hpp"
#include "adapters/sqlite_fixture.hpp"
#include "kill/kill_host.hpp"
#include "kill/kill_log.hpp"
#include "services/world.hpp"
#include <ostiary/services/bulk_welcome.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

bool is_long() {
  const char* const value = std::getenv("OSTIARY_LONG");  // NOLINT(concurrency-mt-unsafe): no test sets one
  return value != nullptr && std::string(value) == "1";
}

struct Called {
  std::string message_id;
  std::string round;
  std::string token;
};

// A folder with a host in it that is killed and comes back; and what it left, read by a host that lives.
class Scene {
 public:
  explicit Scene(std::size_t accounts) { CHECK(call("found", {std::to_string(accounts)}) == 0); }

  // One life to its end.
  int call(const std::string& verb, std::vector<std::string> more = {}) { return start(verb, std::move(more)).wait(); }

  // Lives that are killed at a random moment of their beginning: while they plan, and while they commit batches.
  void kill_early(std::size_t lives, std::chrono::microseconds life_max) {
    constexpr std::size_t blind_every = 5;  // these may die while they open the file
    for (std::size_t life = 1; life <= lives; ++life) {
      auto driver = start("work");
      if (life % blind_every != 0) {
        REQUIRE(driver.read_line() == "ready");
      }
      // The random moment itself.
      std::this_thread::sleep_for(std::chrono::microseconds(engine_() % static_cast<std::size_t>(life_max.count())));
      driver.kill_now();
    }
  }

  // Lives that are killed once they delivered up to so many mails more; how many were, before one came to its end.
  std::size_t kill_in_delivery(std::size_t lives, std::size_t mails_max) {
    constexpr std::size_t line_size = 100;  // of the log, about
    for (std::size_t life = 0; life < lives; ++life) {
      const auto target = log_size() + (1 + engine_() % mails_max) * line_size;
      auto driver = start("work");
      while (log_size() < target) {
        if (!driver.is_running()) {
          return life;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      driver.kill_now();
    }
    return lives;
  }

  [[nodiscard]] std::map<std::string, std::vector<Called>> calls() const {
    std::map<std::string, std::vector<Called>> out;
    for (const auto& line : read_words(folder_.path() / mail_log)) {
      if (line.at(2) != "100") {  // the manager, whom no job is about
        out[line.at(2)].push_back({.message_id = line.at(0), .round = line.at(1), .token = line.at(3)});
      }
    }
    return out;
  }

  [[nodiscard]] std::vector<JobId> jobs() const {
    std::vector<JobId> out;
    for (const auto& line : read_words(folder_.path() / said_log)) {
      if (line.at(0) == "job") {
        out.push_back(JobId::parse(line.at(1)).value());
      }
    }
    return out;
  }

  [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }
  [[nodiscard]] int round() const { return round_; }

 private:
  ChildProcess start(const std::string& verb, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{OSTIARY_BULK_DRIVER, folder_.path().string(), std::to_string(++round_), verb};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return ChildProcess(std::move(arguments));
  }

  [[nodiscard]] std::size_t log_size() const {
    std::error_code absent;
    const auto size = std::filesystem::file_size(folder_.path() / mail_log, absent);
    return absent ? 0 : size;
  }

  TemporaryFolder folder_;
  int round_ = 0;
  std::mt19937 engine_{7};  // NOLINT(cert-msc32-c,cert-msc51-cpp): repeatable on purpose
};

// The host that looks at what was left.
struct Reader {
  explicit Reader(const Scene& scene)
      : store(open_store(scene.folder().file())),
        clock(scene.round() * round_shift),
        hasher(StandardPasswordHasher::create(weak_hashing(), random).value()),
        keys(make_ring()),
        env{.store = *store,
            .clock = clock,
            .random = random,
            .hasher = *hasher,
            .keys = keys,
            .policies = wide_policies()},
        setup(env),
        bulk(env) {}

  bool works(const std::string& token) const {
    const auto page = setup.inspect(token);
    REQUIRE(page.has_value());
    return std::holds_alternative<SetupPage>(page.value());
  }

  std::unique_ptr<SqliteStore> store;
  ShiftedClock clock;
  SystemRandom random;
  std::unique_ptr<StandardPasswordHasher> hasher;
  KeySource keys;
  Environment env;
  AccountSetup setup;
  BulkWelcome bulk;
  Actor host = Actor::host("reader").value();
};

struct Sums {
  std::size_t lines = 0;
  std::size_t mails = 0;
  std::map<MailState, std::size_t> states;
  std::set<std::string> logins;
};

// The whole report of a job, held against the job's own counters.
Sums sum_report(const Reader& reader, const JobId& id) {
  Sums sums;
  const auto job = std::get<Job>(reader.bulk.find(reader.host, id).value());
  for (std::uint32_t batch = 0; batch <= job.batches_done; ++batch) {
    const auto report = std::get<BulkReport>(reader.bulk.report(reader.host, id, batch).value());
    for (const auto& line : report.lines) {
      ++sums.lines;
      sums.logins.insert(line.login_name);
      CHECK(line.item.planned == WelcomeVerdict::send);
      CHECK(line.item.done == WelcomeVerdict::send);
      REQUIRE(line.mail.has_value());
      ++sums.mails;
      ++sums.states[line.mail->state];
    }
  }
  CHECK(sums.lines == job.items);
  CHECK(sums.lines == job.items_done);
  CHECK(sums.mails == job.mails);
  CHECK(sums.mails == job.items_to_send);
  return sums;
}

}  // namespace

TEST_CASE(
    "R24, R26, R27: a bulk welcome killed at random is resumed until done: one live link and Message-ID for each") {
  const std::size_t accounts = is_long() ? 100'000 : 2'000;
  Scene scene(accounts);
  const std::size_t early = is_long() ? 40 : 8;
  const std::size_t late = is_long() ? 30 : 6;
  scene.kill_early(early, std::chrono::milliseconds(is_long() ? 1'500 : 60));
  const auto killed = scene.kill_in_delivery(late, accounts / late);
  CHECK(killed > 0);
  REQUIRE(scene.call("work") == 0);
  REQUIRE(scene.call("deliver") == 0);

  const Reader reader(scene);
  const auto calls = scene.calls();
  CHECK(calls.size() == accounts);
  std::map<std::string, std::size_t> repeated_of_round;
  std::size_t repeated = 0;
  std::size_t links_that_work = 0;
  for (const auto& [extension, of_account] : calls) {
    CAPTURE(extension);
    const std::set<std::string> ids = [&] {
      std::set<std::string> out;
      for (const auto& call : of_account) {
        out.insert(call.message_id);
      }
      return out;
    }();
    CHECK(ids.size() == 1);
    repeated += of_account.size() - 1;
    for (std::size_t i = 1; i < of_account.size(); ++i) {
      ++repeated_of_round[of_account[i - 1].round];
    }
    links_that_work += reader.works(of_account.back().token) ? 1U : 0U;
    const auto login = LoginName::parse(extension + "@acme").value();
    const auto account = reader.store->find_account_by_login(login).value().value();
    const auto link = reader.store->find_link_of(account.id, LinkPurpose::setup).value().value();
    CHECK(link.issued == 1);
    CHECK(link.live == 1);
    CHECK(reader.store->list_mails(account.id, {}).value().records.size() == 1);
  }
  CHECK(links_that_work == accounts);
  for (const auto& [round, count] : repeated_of_round) {
    CAPTURE(round);
    CHECK(count <= kill_workers);  // the one in each worker's hands
  }
  const auto jobs = scene.jobs();
  REQUIRE(jobs.size() == 1);
  const auto sums = sum_report(reader, jobs.front());
  CHECK(sums.lines == accounts);
  CHECK(sums.logins.size() == accounts);
  CHECK(sums.states == std::map<MailState, std::size_t>{{MailState::sent, accounts}});
  MESSAGE(accounts << " accounts, " << early + killed << " kills, " << repeated << " mails repeated");
}

TEST_CASE(
    "R24, R26: a job that is cancelled in the middle, by a host that is killed too, leaves each a link that works") {
  const std::size_t accounts = is_long() ? 5'000 : 600;
  Scene scene(accounts);
  REQUIRE(scene.call("work") == 0);  // everyone's older link
  REQUIRE(scene.call("deliver") == 0);
  REQUIRE(scene.call("again") == 0);
  const auto mails_before = read_words(scene.folder().path() / mail_log).size();
  REQUIRE(scene.kill_in_delivery(2, accounts / 5) == 2);
  REQUIRE(scene.jobs().size() == 2);
  REQUIRE(scene.call("cancel") == 0);
  REQUIRE(scene.call("deliver") == 0);  // six minutes later: the leases of the dead have ended

  const Reader reader(scene);
  std::size_t handed_over = 0;
  for (const auto& [extension, of_account] : scene.calls()) {
    CAPTURE(extension);
    std::set<std::string> tokens;
    for (const auto& call : of_account) {
      tokens.insert(call.token);
    }
    handed_over += tokens.size() - 1;
    CHECK(tokens.size() <= 2);
    CHECK(reader.works(of_account.back().token));
    for (const auto& token : tokens) {
      CHECK(reader.works(token) == (token == of_account.back().token));
    }
  }
  const auto job = std::get<Job>(reader.bulk.find(reader.host, scene.jobs().back()).value());
  CHECK(job.state == JobState::cancelled);
  CHECK(handed_over > 0);
  CHECK(handed_over < accounts);
  const auto mails_since = read_words(scene.folder().path() / mail_log).size() - mails_before;
  CHECK(mails_since >= handed_over);
  CHECK(mails_since <= handed_over + 2 * kill_workers);
  MESSAGE(accounts << " accounts, " << job.mails << " mails asked for and " << handed_over
                   << " handed over before the job was cancelled");
}
