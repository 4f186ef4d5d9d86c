#pragma once

#include <map>
#include <set>
#include <span>

#include <ostiary/testing/faulty_store.hpp>

// What a store holds, read through its port.
namespace ostiary::inline v0::testing {

/// KnownIds name what is read: a Store lists no organisations, and all accounts may be too many.
struct KnownIds {
  std::set<OrganizationId> organizations;
  std::set<AccountId> accounts;
  std::set<LinkId> links;
  std::set<MailId> mails;  ///< Those that a committed set asked for.
};

[[nodiscard]] OSTIARY_TESTING_EXPORT KnownIds ids_named_by(std::span<const FaultyStore::Sent> sent);

struct Records {
  std::map<OrganizationId, Organization> organizations;
  std::map<AccountId, Account> accounts;
  std::map<LinkId, Link> links;
  std::vector<Session> sessions;
  std::vector<Device> devices;
  std::vector<MailIntent> mails;
  std::vector<AuditEvent> audit;
  std::vector<AuditBlock> audit_blocks;
};

[[nodiscard]] OSTIARY_TESTING_EXPORT Result<Records> read_records(Store& store, const KnownIds& known);

/// bytes_of is every record in one string, to search.
[[nodiscard]] OSTIARY_TESTING_EXPORT std::string bytes_of(const Records& records);

/// Described is a state without ids, times, versions and hashes: lines that two runs can be compared by.
struct Described {
  std::multiset<std::string> records;
  std::multiset<std::string> sessions;  ///< And what comes with each sign-in: its device, and the notice of it.
  std::multiset<std::string> mails;
  std::multiset<std::string> decisions;  ///< Events that are no refusals.
};

[[nodiscard]] Described describe(const Records& records);

}  // namespace ostiary::inline v0::testing
