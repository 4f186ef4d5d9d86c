#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include <sqlite3.h>

#include "adapters/child_process.hpp"
#include "adapters/sqlite_fixture.hpp"
#include "kill/kill_log.hpp"
#include "testing/invariants.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

std::size_t kills_wanted() {
  const char* const value = std::getenv("OSTIARY_LONG");  // NOLINT(concurrency-mt-unsafe): no test sets one
  return value != nullptr && std::string(value) == "1" ? 500 : 15;
}

// The first column of a statement, of every row.
std::vector<std::string> query(const std::filesystem::path& path, const char* sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  std::vector<std::string> values;
  const auto keep = [](void* out, int /*count*/, char** columns, char** /*names*/) {
    static_cast<std::vector<std::string>*>(out)->emplace_back(columns[0]);
    return 0;
  };
  CHECK(sqlite3_exec(db, sql, keep, &values, nullptr) == SQLITE_OK);
  sqlite3_close(db);
  return values;
}

template <class IdType>
std::set<IdType> ids_in(const std::filesystem::path& path, const std::string& table) {
  std::set<IdType> ids;
  for (const auto& id : query(path, ("SELECT hex(id) FROM " + table).c_str())) {
    ids.insert(IdType::parse(id).value());
  }
  return ids;
}

testing::Records read_all(Store& store, const std::filesystem::path& path) {
  const testing::KnownIds known{.organizations = ids_in<OrganizationId>(path, "ostiary_organizations"),
                                .accounts = ids_in<AccountId>(path, "ostiary_accounts"),
                                .links = ids_in<LinkId>(path, "ostiary_links"),
                                .mails = {}};
  auto records = testing::read_records(store, known).value();
  CHECK(records.sessions.size() == query(path, "SELECT hex(id) FROM ostiary_sessions").size());
  CHECK(records.mails.size() == query(path, "SELECT hex(id) FROM ostiary_mails").size());
  return records;
}

// Checker reads what a killed driver left.
struct Checker {
  const std::filesystem::path& folder;
  testing::Findings findings;

  testing::Records check() {
    const auto file = folder / "ostiary.db";
    const auto store = open_store(file);
    CHECK(query(file, "PRAGMA integrity_check") == std::vector<std::string>{"ok"});
    CHECK(query(file, "PRAGMA foreign_key_check").empty());
    auto records = read_all(*store, file);
    testing::check_links(records, findings);
    testing::check_standing_events(records, findings);
    testing::check_sessions(records, proofs(*store), findings);
    check_said(*store);
    return records;
  }

  // The driver writes a proof down before it gives it.
  [[nodiscard]] std::map<AccountId, std::size_t> proofs(Store& store) const {
    std::map<AccountId, std::size_t> out;
    for (const auto& line : read_words(folder / proof_log)) {
      const auto account = store.find_account_by_login(must(LoginName::parse(line.at(0))));
      if (account.value()) {
        ++out[account.value()->id];
      }
    }
    return out;
  }

  // What was answered is there.
  void check_said(Store& store) const {
    for (const auto& line : read_words(folder / said_log)) {
      if (line.at(0) == "session") {
        CHECK(store.find_session(must(SessionId::parse(line.at(1)))).value().has_value());
        continue;
      }
      const auto account = store.find_account_by_login(must(LoginName::parse(line.at(1)))).value();
      REQUIRE(account.has_value());
      CHECK((line.at(0) == "invited" || account->status == AccountStatus::active));
    }
  }

  void report() {
    for (const auto& finding : findings) {
      FAIL_CHECK("invariant " << static_cast<int>(finding.invariant) << ": " << finding.seen);
    }
  }
};

// A mail found in `sending` whose link is newer or used is taken for sent: its worker may have been killed before the
// mailer was called, and then the newer mail is the one that left.
bool is_taken_for_sent(const MailIntent& mail) {
  return mail.state == MailState::sent && (mail.reason == "newer_mail" || mail.reason == "link_used");
}

// How often the mailer was called by the driver of each round for mails that a later call repeated: the kill of that
// round cut these calls off from their marks.
std::map<std::string, std::size_t> count_repeated(const std::vector<std::vector<std::string>>& calls) {
  std::map<std::string, std::string> last_round;
  std::map<std::string, std::size_t> repeated;
  for (const auto& call : calls) {
    const auto [found, is_first] = last_round.try_emplace(call.at(0), call.at(1));
    if (!is_first) {
      ++repeated[found->second];
      found->second = call.at(1);
    }
  }
  return repeated;
}

}  // namespace

TEST_CASE("R28: a host killed at random leaves nothing half done, loses no mail, repeats at most 1 a kill and worker") {
  const auto kills = kills_wanted();
  constexpr std::size_t check_every = 50;
  const TemporaryFolder folder;
  Checker checker{.folder = folder.path(), .findings = {}};
  std::mt19937 engine(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): repeatable on purpose
  const auto run = [&](std::size_t round, const std::string& verb) {
    return ChildProcess({OSTIARY_KILL_DRIVER, folder.path().string(), std::to_string(round), verb});
  };
  for (std::size_t round = 1; round <= kills; ++round) {
    auto driver = run(round, "work");
    constexpr std::size_t early_every = 5;  // these may die while they open the file
    if (round % early_every != 0) {
      REQUIRE(driver.read_line() == "ready");
    }
    std::this_thread::sleep_for(std::chrono::microseconds(engine() % 250'000));  // the random moment itself
    driver.kill_now();
    if (round % check_every == 0) {
      checker.check();
    }
  }
  auto driver = run(kills + 1, "finish");
  CHECK(driver.wait() == 0);

  auto records = checker.check();
  testing::MailerCalls calls;
  const auto mail_calls = read_words(folder.path() / mail_log);
  for (const auto& call : mail_calls) {
    calls.called.push_back(call.at(0));
  }
  calls.accepted.insert(calls.called.begin(), calls.called.end());
  const auto repeated = calls.called.size() - calls.accepted.size();
  for (const auto& [round, count] : count_repeated(mail_calls)) {
    CAPTURE(round);
    CHECK(count <= kill_workers);
  }
  std::size_t open = 0;
  for (const auto& mail : records.mails) {
    open += mail.state == MailState::queued || mail.state == MailState::sending ? 1 : 0;
    CHECK(mail.state != MailState::failed);
  }
  CHECK(open == 0);
  const auto mails_count = records.mails.size();
  const auto uncalled = std::erase_if(records.mails, [&](const MailIntent& mail) {
    return is_taken_for_sent(mail) && !calls.accepted.contains(mail.id.to_string() + "@portal.example");
  });
  // A worker has one mail in hand at a time: its death repeats that, or leaves it to a newer one, or neither.
  CHECK(repeated + uncalled <= kills * kill_workers);
  std::set<MailId> asked_for;
  for (const auto& id : ids_in<MailId>(folder.file(), "ostiary_mails")) {
    asked_for.insert(id);
  }
  testing::check_mails(records, calls, asked_for, checker.findings);
  checker.report();
  MESSAGE(kills << " kills: " << records.accounts.size() << " accounts, " << records.sessions.size() << " sessions, "
                << mails_count << " mails, " << calls.called.size() << " mailer calls, " << repeated << " repeated, "
                << uncalled << " overtaken before they left");
  CHECK(records.accounts.size() > kills);
  CHECK(calls.called.size() > kills);
}
