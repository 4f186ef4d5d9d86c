#include <array>

#include "conformance.hpp"

// The lists: by ascending id, in pages of every size.
namespace ostiary::inline v0::testing::conformance {
namespace {

constexpr std::size_t records_count = 6;
constexpr std::array<std::size_t, records_count> shuffled = {4, 1, 5, 0, 3, 2};

// Holds one list against the ids that it must give, in order.
template <class Record, class Id, class List, class IdOf>
void check_pages(Trial& trial, std::string_view what, const std::vector<Id>& ids, List list, IdOf id_of) {
  for (const auto limit : std::to_array<std::size_t>({1, 2, 3, 4, 6, 7, 500})) {
    std::vector<Id> came;
    for (const auto& record : walk<Record>(trial, list, limit, what)) {
      came.push_back(id_of(record));
    }
    trial.expect(came == ids,
                 std::string(what) + ": every record once, by ascending id, in pages of " + std::to_string(limit));
  }
  const auto exact = trial.value(list(PageRequest{.after = {}, .limit = ids.size()}), what);
  trial.expect(exact.records.size() == ids.size() && exact.next.empty(),
               std::string(what) + ": a last page that is full has no next");
  trial.expect_count(trial.value(list(PageRequest{.after = {}, .limit = 0}), what).records.size(), 1,
                     std::string(what) + ": limit 0 is taken as 1");
  trial.expect_count(
      trial.value(list(PageRequest{.after = {}, .limit = static_cast<std::size_t>(-1)}), what).records.size(),
      ids.size(), std::string(what) + ": a huge limit gives all");
  for (const std::string_view after : {"x", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef0",
                                       "0123456789abcdef0123456789abcdeg", "' OR 1=1 --"}) {
    const auto page = list(PageRequest{.after = std::string(after), .limit = 1});
    trial.expect(page.has_error() && page.assume_error() == Errc::malformed_id,
                 std::string(what) + ": malformed_id for the `after` " + std::string(after));
  }
}

void sessions_come_in_pages(Trial& trial) {
  const auto world = trial.world();
  std::vector<Session> sessions;
  std::vector<SessionId> ids;
  sessions.reserve(records_count);
  ids.reserve(records_count);
  for (std::size_t i = 0; i < records_count; ++i) {
    sessions.push_back(trial.session(world.account));
    ids.push_back(sessions.back().id);
  }
  for (const auto i : shuffled) {
    trial.commits("a session", {PutSession{.session = sessions[i]}});
  }
  const auto other = trial.account(world.organization);
  trial.commits("another account's", {PutAccount{.next = other}, PutSession{.session = trial.session(other)}});
  check_pages<Session>(
      trial, "list_sessions", ids,
      [&](const PageRequest& page) { return trial.store().list_sessions(world.account.id, page); },
      [](const Session& session) { return session.id; });
}

void devices_come_in_pages(Trial& trial) {
  const auto world = trial.world();
  std::vector<Device> devices;
  std::vector<DeviceId> ids;
  devices.reserve(records_count);
  ids.reserve(records_count);
  for (std::size_t i = 0; i < records_count; ++i) {
    devices.push_back(trial.device(world.account));
    ids.push_back(devices.back().id);
  }
  for (const auto i : shuffled) {
    trial.commits("a device", {PutDevice{.device = devices[i]}});
  }
  const auto other = trial.account(world.organization);
  trial.commits("another account's", {PutAccount{.next = other}, PutDevice{.device = trial.device(other)}});
  check_pages<Device>(
      trial, "list_devices", ids,
      [&](const PageRequest& page) { return trial.store().list_devices(world.account.id, page); },
      [](const Device& device) { return device.id; });
}

void mails_come_in_pages(Trial& trial) {
  const auto world = trial.world();
  std::vector<MailIntent> mails;
  std::vector<MailId> ids;
  mails.reserve(records_count);
  ids.reserve(records_count);
  for (std::size_t i = 0; i < records_count; ++i) {
    mails.push_back(trial.mail(world.account));
    ids.push_back(mails.back().id);
  }
  for (const auto i : shuffled) {
    trial.commits("a mail", {PutMailIntent{.mail = mails[i]}});
  }
  const auto other = trial.account(world.organization);
  trial.commits("another account's", {PutAccount{.next = other}, PutMailIntent{.mail = trial.mail(other)}});
  check_pages<MailIntent>(
      trial, "list_mails", ids,
      [&](const PageRequest& page) { return trial.store().list_mails(world.account.id, page); },
      [](const MailIntent& mail) { return mail.id; });
}

void check_audit_pages(Trial& trial, const std::optional<OrganizationId>& stream) {
  std::vector<AppendAudit> events;
  std::vector<AuditId> ids;
  events.reserve(records_count);
  ids.reserve(records_count);
  for (std::size_t i = 0; i < records_count; ++i) {
    events.push_back(trial.event(stream));
    ids.push_back(events.back().event.id);
  }
  for (const auto i : shuffled) {
    trial.commits("an event", {events[i]});
  }
  check_pages<AuditRow>(
      trial, "list_audit", ids, [&](const PageRequest& page) { return trial.store().list_audit(stream, page); },
      [](const AuditRow& row) { return row.event.id; });
}

void events_come_in_pages(Trial& trial) {
  const auto world = trial.world();
  check_audit_pages(trial, world.organization.id);
  check_audit_pages(trial, std::nullopt);
}

// Another process may have accounts of its own in the store meanwhile: those are passed over.
void expect_listed(Trial& trial, const std::vector<AccountId>& ids) {
  const auto list = [&](const PageRequest& page) { return trial.store().list_accounts(page); };
  for (const auto limit : std::to_array<std::size_t>({1, 3, 500})) {
    std::vector<AccountId> came;
    for (const auto& account : walk<Account>(trial, list, limit, "list_accounts")) {
      if (std::ranges::find(ids, account.id) != ids.end()) {
        came.push_back(account.id);
      }
    }
    trial.expect(came == ids,
                 "list_accounts: every account once, by ascending id, in pages of " + std::to_string(limit));
  }
  const auto unreadable = list(PageRequest{.after = "x", .limit = 1});
  trial.expect(unreadable.has_error() && unreadable.assume_error() == Errc::malformed_id,
               "list_accounts: malformed_id for an unreadable `after`");
}

void accounts_of_an_address_come_in_pages(Trial& trial) {
  const auto world = trial.world();
  const auto shared = EmailAddress::parse("family@example.com").value();
  std::vector<Account> accounts;
  std::vector<AccountId> ids;
  accounts.reserve(records_count);
  ids.reserve(records_count);
  for (std::size_t i = 0; i < records_count; ++i) {
    accounts.push_back(trial.account(world.organization));
    accounts.back().addresses.push_back({.address = shared, .purposes = {}, .verified_at = {}, .added_at = base_time});
    ids.push_back(accounts.back().id);
  }
  for (const auto i : shuffled) {
    trial.commits("an account", {PutAccount{.next = accounts[i]}});
  }
  check_pages<Account>(
      trial, "find_accounts_by_address", ids,
      [&](const PageRequest& page) { return trial.store().find_accounts_by_address(shared, page); },
      [](const Account& account) { return account.id; });
  ids.insert(ids.begin(), world.account.id);  // the older one, which has not the address
  expect_listed(trial, ids);
  check_pages<Account>(
      trial, "search_accounts without words", ids,
      [&](const PageRequest& page) {
        return trial.store().search_accounts({.organization = world.organization.id, .words = {}, .status = {}}, page);
      },
      [](const Account& account) { return account.id; });
}

void jobs_come_in_pages(Trial& trial) {
  const auto world = trial.world();
  std::vector<Job> jobs;
  std::vector<JobId> ids;
  for (std::size_t i = 0; i < records_count; ++i) {
    jobs.push_back(trial.job(world.organization));
    ids.push_back(jobs.back().id);
  }
  for (const auto i : shuffled) {
    trial.commits("a job", {PutJob{.next = jobs[i]}});
  }
  trial.commits("another organisation's", {PutJob{.next = trial.job(trial.organization())}});
  check_pages<Job>(
      trial, "list_jobs", ids,
      [&](const PageRequest& page) { return trial.store().list_jobs(world.organization.id, page); },
      [](const Job& job) { return job.id; });
}

void a_page_has_a_largest_size(Trial& trial) {
  const auto world = trial.world();
  std::vector<Change> changes;
  changes.reserve(PageRequest::limit_max + 1);
  for (std::size_t i = 0; i < PageRequest::limit_max + 1; ++i) {
    changes.emplace_back(trial.event(world.organization.id));
  }
  trial.commits("one event more than a page takes", changes);
  PageRequest request{.after = {}, .limit = 100'000};
  const auto page = trial.value(trial.store().list_audit(world.organization.id, request));
  trial.expect_count(page.records.size(), PageRequest::limit_max, "records on a page of a huge limit");
  trial.expect(!page.next.empty(), "and there is a next page");
  request.after = page.next;
  trial.expect_count(trial.value(trial.store().list_audit(world.organization.id, request)).records.size(), 1,
                     "records on the next page");
}

constexpr NamedCheck checks[] = {
    {"list_sessions: pages by ascending id", sessions_come_in_pages},
    {"list_devices: pages by ascending id", devices_come_in_pages},
    {"list_mails: pages by ascending id", mails_come_in_pages},
    {"list_audit: pages by ascending id", events_come_in_pages},
    {"list_jobs: pages by ascending id", jobs_come_in_pages},
    {"find_accounts_by_address, list_accounts, search_accounts: pages by ascending id",
     accounts_of_an_address_come_in_pages},
    {"a page has no more than PageRequest::limit_max", a_page_has_a_largest_size},
};

}  // namespace

std::span<const NamedCheck> page_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
