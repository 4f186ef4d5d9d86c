#pragma once

#include <algorithm>
#include <map>
#include <set>

#include "services/world.hpp"
#include <ostiary/services/bulk_welcome.hpp>
#include <ostiary/testing/faulty_store.hpp>

// What the scenarios of bulk welcomes share.
namespace ostiary::test {

inline std::vector<ImportRow> invited_rows(int count, int first = 1000) {
  std::vector<ImportRow> rows;
  for (int i = 0; i < count; ++i) {
    const auto extension = std::to_string(first + i);
    rows.push_back({.extension = extension,
                    .display_name = "Member " + extension,
                    .email = "m" + extension + "@acme.example",
                    .status = AccountStatus::invited});
  }
  return rows;
}

// An organisation with its manager signed in, and so many invited accounts that were never mailed.
struct BulkWorld : World {
  explicit BulkWorld(int accounts, const Policies& policies = {})
      : World(policies), acme(found_active()), boss(manager()), bulk(env) {
    static_cast<void>(deliver());  // the notice of the manager's setup
    add(acme.organization, accounts);
  }

  void add(const OrganizationId& organization, int accounts, int first = 1000) {
    const auto rows = invited_rows(accounts, first);
    const auto report = organizations.import_accounts(host(), organization, rows, ImportMode::commit).value();
    REQUIRE(std::get<ImportReport>(report).created == rows.size());
  }
  AccountId id_of(const std::string& login) {
    return store.find_account_by_login(LoginName::parse(login).value()).value().value().id;
  }
  Job plan(const BulkSelection& selection = AccountSearch{}) {
    return std::get<Job>(bulk.plan(boss, acme.organization, selection).value());
  }
  Job run(const JobId& job) { return std::get<Job>(bulk.run(boss, job).value()); }
  Job run_all(const JobId& job) {
    auto now = run(job);
    while (now.state == JobState::running) {
      now = run(job);
    }
    return now;
  }
  std::vector<BulkLine> lines(const JobId& job) {
    std::vector<BulkLine> out;
    for (std::uint32_t batch = 0;; ++batch) {
      const auto report = std::get<BulkReport>(bulk.report(boss, job, batch).value());
      if (report.lines.empty()) {
        return out;
      }
      out.insert(out.end(), report.lines.begin(), report.lines.end());
    }
  }
  void deliver_all() {
    while (outbox.deliver(500).value().claimed > 0) {
    }
  }
  // The mails that left since the last call.
  std::vector<OutgoingMail> new_mails() {
    deliver_all();
    auto all = mailer.mails();
    std::vector<OutgoingMail> out(all.begin() + static_cast<std::ptrdiff_t>(mails_seen), all.end());
    mails_seen = all.size();
    return out;
  }
  // How often each kind stands in the organisation's audit.
  std::map<std::string, std::size_t> events() {
    std::map<std::string, std::size_t> out;
    for (const auto& kind : kinds(acme.organization)) {
      ++out[kind.substr(0, kind.find(':'))];
    }
    return out;
  }

  OrganizationCreated acme;
  Actor boss;
  BulkWelcome bulk;
  std::size_t mails_seen = 0;
};

inline JobState unready(const Result<BulkOutcome>& outcome) { return std::get<JobUnready>(outcome.value()).state; }
inline Permission refusal(const Result<BulkOutcome>& outcome) {
  return std::get<OperationRefused>(outcome.value()).reason;
}

}  // namespace ostiary::test
