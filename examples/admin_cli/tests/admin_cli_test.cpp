#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "adapters/child_process.hpp"
#include "temporary_folder.hpp"
#include <ostiary/adapters/sqlite_store.hpp>
#include <ostiary/model/fresh.hpp>

// The program as a script meets it: what it prints, what it answers, and what a kill leaves.
namespace ostiary::test {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

struct Answer {
  int exit = -1;
  std::string text;

  [[nodiscard]] bool says(std::string_view part) const { return text.find(part) != std::string::npos; }
};

// What somebody with the file does behind the library's back.
void alter(const std::filesystem::path& database, const char* sql) {
  sqlite3* opened = nullptr;
  REQUIRE(sqlite3_open(database.c_str(), &opened) == SQLITE_OK);
  CHECK(sqlite3_exec(opened, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(opened);
}

struct Cli {
  TemporaryFolder folder;

  [[nodiscard]] ChildProcess start(const Words& words) const {
    Words arguments{ADMIN_CLI, "--folder", (folder.path() / "host").string()};
    arguments.insert(arguments.end(), words.begin(), words.end());
    return ChildProcess(std::move(arguments));
  }

  [[nodiscard]] Answer run(const Words& words) const {
    auto child = start(words);
    child.release();
    Answer answer;
    char chunk[4096];
    for (auto count = read(child.output(), chunk, sizeof chunk); count > 0;
         count = read(child.output(), chunk, sizeof chunk)) {
      answer.text.append(chunk, static_cast<std::size_t>(count));
    }
    answer.exit = child.wait();
    return answer;
  }

  // The document, which must carry the exit code.
  [[nodiscard]] Json json(Words words) const {
    words.insert(words.begin(), "--json");
    const auto answer = run(words);
    auto document = Json::parse(answer.text, nullptr, false);
    REQUIRE_FALSE(document.is_discarded());
    CHECK(document.at("exit") == answer.exit);
    return document;
  }

  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
    const auto file = (folder.path() / name).string();
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

  // A host with acme and so many accounts to welcome.
  void prepare(int accounts) const {
    REQUIRE(run({"init"}).exit == 0);
    REQUIRE(run({"create-organization", "acme", "--name", "Maple Dental", "--manager-extension", "100",
                 "--manager-name", "Mara Lindqvist", "--manager-email", "mara@acme.example"})
                .exit == 0);
    std::string rows = "extension,display_name,email\n";
    for (int i = 0; i < accounts; ++i) {
      const auto extension = std::to_string(1000 + i);
      rows.append(extension)
          .append(",Member ")
          .append(extension)
          .append(",m")
          .append(extension)
          .append("@acme.example\n");
    }
    REQUIRE(run({"import", "acme", write("accounts.csv", rows), "--commit"}).exit == 0);
  }

  [[nodiscard]] std::size_t mails() const {
    const auto path = folder.path() / "host" / "mails";
    const auto all = std::filesystem::directory_iterator(path);
    return static_cast<std::size_t>(
        std::count_if(begin(all), end(all), [](const auto& entry) { return entry.path().extension() == ".eml"; }));
  }
};

const std::string nobody(32, '0');

// Makes an account active and gives it a second factor, as its owner would.
void give_factor(const std::filesystem::path& database, const std::string& id) {
  const auto store = SqliteStore::open({.path = database}).value();
  SystemRandom random;
  const Instant now = SystemClock().now();
  auto fresh = Fresh::draw(random, now).value();
  auto account = store->find_account(AccountId::parse(id).value()).value().value();
  account.status = AccountStatus::active;
  account.setup_completed_at = now;
  account.email_codes_since = now;
  const auto version = account.version;
  const ChangeSet set{
      .id = fresh.id<ChangeId>(), .at = now, .changes = {PutAccount{.next = std::move(account), .expected = version}}};
  REQUIRE(std::holds_alternative<Committed>(store->commit(set).value()));
}

}  // namespace

TEST_CASE("admin_cli: what it is asked wrongly is exit code 2, and help is 0 and says the codes") {
  const Cli cli;
  CHECK(cli.run({"--help"}).exit == 0);
  CHECK(cli.run({"--help"}).says("5  stopped on the way"));
  for (const auto& words : {Words{}, Words{"nonsense"}, Words{"welcome"}, Words{"search", "acme", "--limit", "0"},
                            Words{"report", nobody, "--lines", "--problems"}, Words{"--staff", "Sam", "jobs", "acme"},
                            Words{"init", "--json-"}}) {
    CHECK(cli.run(words).exit == 2);
  }
}

TEST_CASE("admin_cli: nothing is made by opening, and a key is never written over") {
  const Cli cli;
  CHECK(cli.run({"jobs", "acme"}).exit == 1);
  CHECK_FALSE(std::filesystem::exists(cli.folder.path() / "host"));
  CHECK(cli.run({"init"}).exit == 0);
  const auto keys = cli.folder.path() / "host" / "keys";
  CHECK(std::filesystem::file_size(keys) == 32);
  CHECK((std::filesystem::status(keys).permissions() & std::filesystem::perms::mask) ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK(cli.run({"init"}).exit == 3);
}

TEST_CASE("admin_cli: what is not there is refused with 3, and flaws are told with 4") {
  const Cli cli;
  cli.prepare(1);
  CHECK(cli.run({"search", "birch"}).exit == 3);
  CHECK(cli.run({"jobs", "no domain"}).exit == 3);
  CHECK(cli.run({"welcome", "birch"}).exit == 3);
  for (const auto* verb : {"resume", "pause", "cancel", "report"}) {
    CHECK(cli.run({verb, nobody}).exit == 3);
    CHECK(cli.run({verb, "not-an-id"}).exit == 3);
  }
  CHECK(cli.run({"welcome", "acme", "--account", "xyz"}).exit == 4);
  const auto flaws = cli.json({"create-organization", "acme", "--name", "Other", "--manager-extension", "1x",
                               "--manager-name", "Ann", "--manager-email", "ann"});
  CHECK(flaws.at("exit") == 4);
  CHECK(flaws.at("flaws").size() == 2);
  CHECK(cli.run({"--staff", "Sam", "--reason", "ticket 77", "search", "acme"}).says("1000@acme"));
}

TEST_CASE("admin_cli: an import is a dry run until it is told otherwise, and names line and column") {
  const Cli cli;
  cli.prepare(0);
  const auto bad = cli.write("bad.csv", "email,extension,display_name\na@acme.example,201,Ada\nnowhere,2x,\n");
  const auto report = cli.json({"import", "acme", bad, "--commit"});
  CHECK(report.at("exit") == 4);
  CHECK(report.at("loaded") == false);
  REQUIRE(report.at("flaws").size() == 3);
  CHECK(report.at("flaws")[0].at("line") == 3);
  CHECK(report.at("flaws")[0].at("column") == 1);
  CHECK(report.at("flaws")[0].at("field") == "email");
  CHECK(cli.run({"import", "acme", bad}).says("line 3, column 2 (extension): "));
  CHECK(cli.json({"search", "acme"}).at("accounts").size() == 1);

  const auto good = cli.write("good.csv", "email,extension,display_name\r\na@acme.example,201,\"Noé, Tremblay\"\r\n");
  CHECK(cli.run({"import", "acme", good}).says("Nothing was loaded"));
  CHECK(cli.json({"search", "acme"}).at("accounts").size() == 1);
  CHECK(cli.json({"import", "acme", good, "--commit"}).at("created") == 1);
  CHECK(cli.json({"import", "acme", good, "--commit"}).at("present") == 1);
  const auto found = cli.json({"search", "acme", "noe", "tremb"}).at("accounts");
  REQUIRE(found.size() == 1);
  CHECK(found[0].at("display_name") == "Noé, Tremblay");
  CHECK(found[0].at("status") == "invited");
  CHECK(cli.run({"import", "acme", (cli.folder.path() / "absent.csv").string()}).exit == 2);
}

TEST_CASE("admin_cli: a bulk welcome is planned, run, delivered and reported; its lines are plain into a pipe") {
  const Cli cli;
  cli.prepare(30);
  const auto planned = cli.json({"welcome", "acme", "--plan-only"});
  CHECK(planned.at("job").at("state") == "planned");
  CHECK(planned.at("job").at("accounts") == 31);
  CHECK(cli.mails() == 0);
  const std::string id = planned.at("job").at("id");
  CHECK(cli.run({"pause", id}).exit == 3);
  const auto run = cli.run({"resume", id});
  CHECK(run.exit == 0);
  CHECK(run.says("Asked for: 31 of 31"));
  CHECK(run.says("Delivered: "));
  CHECK_FALSE(run.says("\x1b"));
  CHECK_FALSE(run.says("\r"));
  CHECK(cli.mails() == 31);  // the manager's own too
  CHECK(cli.run({"resume", id}).exit == 0);
  CHECK(cli.mails() == 31);

  const auto report = cli.json({"report", id, "--lines"});
  CHECK(report.at("job").at("state") == "completed");
  CHECK(report.at("job").at("mails") == 31);
  CHECK(report.at("mails").at("sent") == 31);
  CHECK(report.at("lines").size() == 31);
  CHECK(cli.json({"report", id, "--problems"}).at("lines").empty());
  CHECK(cli.json({"jobs", "acme"}).at("jobs").size() == 1);

  const std::string one = cli.json({"search", "acme", "1007"}).at("accounts")[0].at("account");
  const auto ticked = cli.json({"welcome", "acme", "--account", one, "--account", one});
  CHECK(ticked.at("job").at("accounts") == 1);
  CHECK(cli.mails() == 32);
  CHECK(cli.json({"welcome", "acme", "--search", "member 101", "--plan-only"}).at("job").at("accounts") == 10);
}

TEST_CASE("admin_cli: the audit is closed and verified; what was changed, and a cut end, are told with 6") {
  const Cli cli;
  cli.prepare(2);
  const auto closed = cli.json({"close-audit"});
  CHECK(closed.at("exit") == 0);
  const std::string kept = closed.at("checkpoints").back();
  CHECK(cli.json({"verify-audit", "acme"}).at("findings").empty());
  CHECK(cli.run({"verify-audit", "system"}).exit == 0);
  CHECK(cli.run({"verify-audit", "acme", "--checkpoint", kept}).says("all is as it was written"));
  CHECK(cli.run({"verify-audit", "birch"}).exit == 3);
  CHECK(cli.run({"verify-audit", "acme", "--checkpoint", "nonsense"}).exit == 4);
  CHECK(cli.run({"verify-audit", "system", "--checkpoint", kept}).exit == 4);

  const auto database = cli.folder.path() / "host" / "accounts.sqlite";
  alter(database, "UPDATE ostiary_audit SET mac = zeroblob(32)");
  const auto changed = cli.json({"verify-audit", "acme"});
  CHECK(changed.at("exit") == 6);
  CHECK_FALSE(changed.at("findings").empty());
  alter(database, "DELETE FROM ostiary_audit; DELETE FROM ostiary_audit_blocks");
  CHECK(cli.run({"verify-audit", "acme"}).exit == 0);
  CHECK(cli.run({"verify-audit", "acme", "--checkpoint", kept}).exit == 6);
}

TEST_CASE("admin_cli, R66: a lost phone's second factor is reset once, by an account's id, and its owner is told") {
  const Cli cli;
  cli.prepare(1);
  const std::string id = cli.json({"search", "acme", "1000"}).at("accounts")[0].at("account");
  const auto told = [&](const Words& words) { return cli.json(words).at("error").get<std::string>(); };
  CHECK(told({"reset-factor", id}).find("not active") != std::string::npos);
  give_factor(cli.folder.path() / "host" / "accounts.sqlite", id);
  const auto mails = cli.mails();
  CHECK(cli.json({"reset-factor", id}).at("exit") == 0);
  CHECK(cli.run({"deliver"}).exit == 0);
  CHECK(cli.mails() == mails + 2);  // and the manager's own
  CHECK(cli.run({"reset-factor", id}).exit == 3);
  CHECK(told({"reset-factor", id}).find("no second factor") != std::string::npos);
  CHECK(cli.run({"reset-factor", nobody}).exit == 3);
  CHECK(cli.run({"reset-factor", "not-an-id"}).exit == 3);
  CHECK(cli.run({"reset-factor"}).exit == 2);
}

TEST_CASE("admin_cli, R56: a policy is shown and set, by the version that was shown where one is given") {
  const Cli cli;
  cli.prepare(0);
  CHECK(cli.run({"factor-policy", "acme"}).says("Nobody has to"));
  const auto set = cli.json({"factor-policy", "acme", "manager=14", "supervisor"});
  CHECK(set.at("exit") == 0);
  const auto shown = cli.json({"factor-policy", "acme"});
  CHECK(shown.at("version") == set.at("version"));
  REQUIRE(shown.at("required").size() == 2);
  CHECK(shown.at("required")[0] == Json{{"role", "supervisor"}, {"grace_days", 0}});
  CHECK(shown.at("required")[1] == Json{{"role", "manager"}, {"grace_days", 14}});
  const auto stale = cli.json({"factor-policy", "acme", "--none", "--version", "1"});
  CHECK(stale.at("exit") == 3);
  CHECK(stale.at("version") == set.at("version"));
  CHECK(cli.json({"factor-policy", "acme", "manager", "member=366"}).at("flaws")[0] ==
        Json{{"field", "grace"},
             {"entry", 1},
             {"problem", cli.json({"factor-policy", "acme", "member=-1"}).at("flaws")[0].at("problem")}});
  for (const auto* wrong : {"owner", "manager=", "manager=x", "manager=1x", "manager=99999999999999"}) {
    CHECK(cli.run({"factor-policy", "acme", wrong}).exit == 2);
  }
  CHECK(cli.run({"factor-policy", "acme", "manager", "--none"}).exit == 2);
  CHECK(cli.run({"factor-policy", "birch", "--none"}).exit == 3);
  CHECK(cli.run({"factor-policy", "acme", "--none"}).exit == 0);
  CHECK(cli.json({"factor-policy", "acme"}).at("required").empty());
}

TEST_CASE("admin_cli, R64: applications are registered, and needed by who can do without a second factor") {
  const Cli cli;
  cli.prepare(2);
  CHECK(cli.json({"clients", "acme", "--asks", "portal=Portal", "--cannot-ask", "analytics=Analytics"}).at("exit") ==
        0);
  const auto shown = cli.json({"clients", "acme"}).at("clients");
  REQUIRE(shown.size() == 2);
  CHECK(shown[1] == Json{{"id", "analytics"}, {"name", "Analytics"}, {"second_factor", false}});
  CHECK(cli.json({"clients", "acme", "--asks", "portal"}).at("exit") == 4);
  const auto found = cli.json({"search", "acme", "member"}).at("accounts");
  const std::string with = found[0].at("account");
  const std::string without = found[1].at("account");
  give_factor(cli.folder.path() / "host" / "accounts.sqlite", with);
  CHECK(cli.run({"needs", without, "analytics"}).exit == 0);
  CHECK(cli.json({"needs", without}).at("needed") == Json{"analytics"});
  const auto refused = cli.json({"needs", with, "analytics", "portal"});
  CHECK(refused.at("exit") == 3);
  CHECK(refused.at("conflicts")[0].at("name") == "Analytics");
  CHECK(cli.run({"needs", with, "portal"}).exit == 0);
  CHECK(cli.run({"needs", with, "fax"}).exit == 4);
  CHECK(cli.run({"needs", with, "--none", "--version", "1"}).exit == 3);
  CHECK(cli.run({"needs", nobody}).exit == 3);
  CHECK(cli.run({"clients", "acme", "--none"}).exit == 0);
  CHECK(cli.json({"clients", "acme"}).at("clients").empty());
  CHECK(cli.json({"needs", with}).at("conflicts").empty());
}

TEST_CASE("admin_cli: a job that is cancelled goes nowhere") {
  const Cli cli;
  cli.prepare(3);
  const std::string id = cli.json({"welcome", "acme", "--plan-only"}).at("job").at("id");
  CHECK(cli.json({"cancel", id}).at("job").at("state") == "cancelled");
  CHECK(cli.run({"resume", id}).exit == 3);
  CHECK(cli.run({"deliver"}).exit == 0);
  CHECK(cli.mails() == 1);  // the manager's own
}

TEST_CASE("admin_cli: a welcome that is killed is resumed, and each gets a mail") {
  const Cli cli;
  cli.prepare(150);
  auto killed = cli.start({"welcome", "acme", "--search", "member"});
  const auto planned = killed.read_line();
  REQUIRE(planned.starts_with("Planned job "));
  const auto id = planned.substr(std::string("Planned job ").size(), 32);
  while (cli.mails() < 5) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  killed.kill_now();
  const auto before = cli.mails();
  REQUIRE(before < 150);
  // What the dead one had claimed waits for its lease to end; all else goes now.
  const auto resumed = cli.json({"resume", id});
  CHECK(resumed.at("job").at("state") == "completed");
  const auto report = cli.json({"report", id, "--problems"});
  const auto left = report.at("lines").size();
  CHECK(left <= 100);
  CHECK(resumed.at("exit") == (left > 0 ? 5 : 0));
  CHECK(report.at("mails").at("sent") == 150 - left);
  CHECK(cli.mails() >= 150 - left);
  CHECK(cli.mails() <= 151);  // one name for each mail: repeating one writes the same file
}

}  // namespace ostiary::test
