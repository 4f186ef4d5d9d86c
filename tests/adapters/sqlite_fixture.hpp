#pragma once

#include <filesystem>
#include <random>

#include <doctest/doctest.h>

#include "../temporary_folder.hpp"
#include <ostiary/adapters/sqlite_store.hpp>
#include <ostiary/model/change_set.hpp>

namespace ostiary::test {

inline constexpr Instant start{std::chrono::hours(490'000)};

/// must takes the value, or fails the test with the error's text.
template <class T>
T must(Result<T> result) {
  if (!result) {
    FAIL(result.error().message());
  }
  return std::move(result).value();
}

inline std::unique_ptr<SqliteStore> open_store(const std::filesystem::path& path) {
  return must(SqliteStore::open({.path = path}));
}

/// IdSource makes ids that are unique within a seed, and ascend.
class IdSource {
 public:
  explicit IdSource(std::uint32_t seed = 1) : engine_(seed) {}
  template <class IdType>
  IdType next() {
    ByteArray<10> random{};
    for (auto& byte : random) {
      byte = static_cast<std::byte>(engine_() & 0xffU);
    }
    return IdType::make(at_ += Duration(1), random);
  }

 private:
  std::mt19937 engine_;
  Instant at_ = start;
};

inline Organization make_organization(IdSource& ids, std::string_view domain = "acme") {
  return {.id = ids.next<OrganizationId>(), .domain = must(Domain::parse(domain)), .name = "Acme", .locale = {}};
}

inline Account make_account(IdSource& ids, const OrganizationId& organization, std::string_view login) {
  Account account{.id = ids.next<AccountId>(), .organization = organization, .login = must(LoginName::parse(login))};
  account.status = AccountStatus::active;
  account.display_name = "Ada";
  account.addresses.push_back(
      {.address = must(EmailAddress::parse("ada@mail.example")), .purposes = {AddressPurpose::designated}});
  account.password = {.id = ids.next<CredentialId>(), .hash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"};
  return account;
}

inline Session make_session(IdSource& ids, const Account& account) {
  return {.id = ids.next<SessionId>(),
          .account = account.id,
          .epoch = account.epochs.sessions,
          .client_id = "web",
          .last_seen_at = start,
          .ends_at = start + std::chrono::hours(10)};
}

inline AuditEvent make_event(IdSource& ids) { return {.id = ids.next<AuditId>(), .at = start}; }

inline ChangeSet make_set(IdSource& ids, std::vector<Change> changes) {
  return {.id = ids.next<ChangeId>(), .at = start, .changes = std::move(changes)};
}

inline bool is_committed(const Result<CommitAnswer>& answer) {
  return answer.has_value() && std::holds_alternative<Committed>(answer.value());
}

inline bool is_refused(const Result<CommitAnswer>& answer) {
  return answer.has_value() && std::holds_alternative<Refused>(answer.value());
}

/// read_audit_ids gives every event of the system's stream.
inline std::vector<AuditId> read_audit_ids(Store& store) {
  std::vector<AuditId> ids;
  PageRequest request{.limit = PageRequest::limit_max};
  do {
    const auto page = must(store.list_audit(std::nullopt, request));
    for (const auto& row : page.records) {
      ids.push_back(row.event.id);
    }
    request.after = page.next;
  } while (!request.after.empty());
  return ids;
}

}  // namespace ostiary::test
