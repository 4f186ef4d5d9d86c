#pragma once

#include <functional>
#include <map>
#include <tuple>
#include <utility>

#include "testing/guard_clause.hpp"

namespace ostiary::inline v0::testing {

/// Journal holds what takes the writes of a set back, in the order of the writes.
using Journal = std::vector<std::function<void()>>;

/// Table is one table or one index: rows by key, in ascending order.
template <class Key, class Row>
class Table {
 public:
  [[nodiscard]] const std::map<Key, Row>& rows() const noexcept { return rows_; }
  [[nodiscard]] const Row* find(const Key& key) const {
    const auto at = rows_.find(key);
    return at == rows_.end() ? nullptr : &at->second;
  }
  void put(const Key& key, Row row, Journal& journal) {
    remember(key, journal);
    rows_.insert_or_assign(key, std::move(row));
  }
  void erase(const Key& key, Journal& journal) {
    remember(key, journal);
    rows_.erase(key);
  }

 private:
  void remember(const Key& key, Journal& journal) {
    const Row* row = find(key);
    journal.emplace_back([this, key, before = row == nullptr ? std::optional<Row>() : std::optional<Row>(*row)] {
      if (before) {
        rows_.insert_or_assign(key, *before);
      } else {
        rows_.erase(key);
      }
    });
  }

  std::map<Key, Row> rows_;
};

/// Present is the row of an index that has only keys.
struct Present {};

struct StoredOrganization {
  Bytes body;
  Version version = 0;
  std::string domain;
  OrganizationStatus status = OrganizationStatus::removed;
};

struct StoredAccount {
  Bytes body;  // with an empty hash: it is hot, and stands below
  Version version = 0;
  AccountKeys keys;
  CredentialId password;
  std::string hash;
  SecondFactorMarks marks;  // hot likewise
};

struct StoredSession {
  Bytes body;
  AccountId account;
  std::uint32_t epoch = 0;
  Instant proved_at;
  Instant last_seen_at;
  Instant ends_at;
};

struct StoredDevice {
  Bytes body;
  AccountId account;
  std::uint32_t epoch = 0;
  Instant created_at;
  Instant last_seen_at;
  Instant ends_at;
};

struct StoredMail {
  Bytes body;
  std::vector<AccountId> accounts;  // of its parts
  Instant ends_at;
  MailState state = MailState::queued;
  std::uint32_t attempts = 0;
  Instant due_at;
  std::string reason;
  std::optional<Lease> lease;
};

struct StoredRecoveryRequest {
  Bytes body;
  Instant ends_at;
  std::optional<Lease> lease;
};

struct StoredJob {
  Bytes body;
  Version version = 0;
  OrganizationId organization;
  Instant ends_at;
};

struct StoredAudit {
  Bytes body;
  AuditMac mac;
  AuditStream stream;
  std::uint64_t block = 0;
};

struct StoredAuditBlock {
  Bytes body;
  AuditMac mac;
};

/// WordKey is a row of the search index: bytewise by word inside an organisation.
using WordKey = std::tuple<OrganizationId, std::string, AccountId>;

/// MemoryState is what a MemoryStore keeps.
class MemoryState {
 public:
  Table<OrganizationId, StoredOrganization> organizations;
  Table<std::string, OrganizationId> domains;
  Table<AccountId, StoredAccount> accounts;
  Table<std::string, AccountId> logins;
  Table<std::string, AccountId> host_refs;
  Table<std::pair<std::string, AccountId>, Present> addresses;
  Table<WordKey, Present> words;
  Table<std::pair<OrganizationId, AccountId>, Present> members;
  Table<LinkId, Link> links;
  Table<std::pair<AccountId, LinkPurpose>, LinkId> links_of;
  Table<std::pair<AccountId, LinkId>, Present> links_by;  // every link of an account
  Table<SessionId, StoredSession> sessions;
  Table<std::pair<AccountId, SessionId>, Present> sessions_of;
  Table<DeviceId, StoredDevice> devices;
  Table<std::pair<AccountId, DeviceId>, Present> devices_of;
  Table<MailId, StoredMail> mails;
  Table<std::pair<AccountId, MailId>, Present> mails_of;
  Table<AuditId, StoredAudit> audit;
  Table<RecoveryRequestId, StoredRecoveryRequest> recovery_requests;
  Table<JobId, StoredJob> jobs;
  Table<std::pair<OrganizationId, JobId>, Present> jobs_of;
  Table<std::pair<JobId, std::uint32_t>, Bytes> job_batches;
  Table<std::pair<AuditStream, AuditId>, Present> audit_of;
  Table<std::pair<AuditStream, AuditId>, Present> unsealed;
  Table<std::pair<AuditStream, std::uint64_t>, StoredAuditBlock> audit_blocks;
  Table<ByteArray<32>, Instant> consumed;
  Table<ChangeId, Instant> applied;
  Table<BudgetKey, BudgetRow> budgets;

  [[nodiscard]] std::string dump() const;
};

/// read gives a row as the port shows it: the decoded body, and the hot fields over it.
Result<Organization> read(const StoredOrganization& row);
Result<Account> read(const StoredAccount& row);
Result<Session> read(const StoredSession& row);
Result<Device> read(const StoredDevice& row);
Result<MailIntent> read(const StoredMail& row);
Result<AuditRow> read(const StoredAudit& row);
Result<RecoveryRequest> read(const StoredRecoveryRequest& row);
Result<Job> read(const StoredJob& row);
Result<AuditBlockRow> read(const StoredAuditBlock& row);

/// code_bit is the bit of a recovery code in SecondFactorMarks::used_codes; none past the last code that there can be.
constexpr std::uint32_t code_bit(std::uint8_t index) noexcept {
  return index < recovery_codes_count_max ? std::uint32_t{1} << index : 0;
}

/// Guards tells of each Change whether its guard holds in `state`.
class Guards {
 public:
  Guards(const MemoryState& state, std::optional<GuardClause> without) : state_(state), without_(without) {}

  bool operator()(const RequireActor& change) const;
  bool operator()(const PutOrganization& change) const;
  bool operator()(const PutAccount& change) const;
  bool operator()(const UpgradeHash& change) const;
  bool operator()(const AdvanceTotpStep& change) const;
  bool operator()(const ConsumeRecoveryCode& change) const;
  bool operator()(const PutLink& change) const;
  bool operator()(const ConsumeLink& change) const;
  bool operator()(const ConsumeOnce& change) const;
  bool operator()(const PutSession& change) const;
  bool operator()(const TouchSession& change) const;
  bool operator()(const ProveSession& change) const;
  bool operator()(const RestampSession& change) const;
  bool operator()(const EndSession& change) const;
  bool operator()(const PutDevice& change) const;
  bool operator()(const TouchDevice& change) const;
  bool operator()(const EndDevice& change) const;
  bool operator()(const PutMailIntent& change) const;
  bool operator()(const BeginHandOver& change) const;
  bool operator()(const RestoreLink& change) const;
  bool operator()(const MarkMail& change) const;
  bool operator()(const BounceMail& change) const;
  bool operator()(const PutRecoveryRequest& change) const;
  bool operator()(const SettleRecoveryRequest& change) const;
  bool operator()(const PutJob& change) const;
  bool operator()(const PutJobBatch& change) const;
  bool operator()(const EraseAccount& change) const;
  bool operator()(const AppendAudit& change) const;
  bool operator()(const PutAuditBlock& change) const;

 private:
  [[nodiscard]] bool is(GuardClause clause, bool holds) const { return holds || is_off(clause); }
  [[nodiscard]] bool is_off(GuardClause clause) const;
  [[nodiscard]] bool admits(const PartHandOver& part) const;
  [[nodiscard]] bool admits(const LinkHandOver& hand_over, const StoredAccount& account) const;
  [[nodiscard]] bool admits(const AuditId& event, const AuditStream& stream) const;
  [[nodiscard]] bool is_removed(const AccountId& account) const;
  [[nodiscard]] const StoredAccount* owner_of(const AccountId& account) const { return state_.accounts.find(account); }

  const MemoryState& state_;
  std::optional<GuardClause> without_;
};

/// Effects applies each Change to `state`. A change of something absent does nothing: its guard has spoken before.
class Effects {
 public:
  Effects(MemoryState& state, Journal& journal, std::optional<GuardClause> without)
      : state_(state), journal_(journal), without_(without) {}

  void operator()(const RequireActor& change) const;
  void operator()(const PutOrganization& change) const;
  void operator()(const PutAccount& change) const;
  void operator()(const UpgradeHash& change) const;
  void operator()(const AdvanceTotpStep& change) const;
  void operator()(const ConsumeRecoveryCode& change) const;
  void operator()(const PutLink& change) const;
  void operator()(const ConsumeLink& change) const;
  void operator()(const ConsumeOnce& change) const;
  void operator()(const PutSession& change) const;
  void operator()(const TouchSession& change) const;
  void operator()(const ProveSession& change) const;
  void operator()(const RestampSession& change) const;
  void operator()(const EndSession& change) const;
  void operator()(const PutDevice& change) const;
  void operator()(const TouchDevice& change) const;
  void operator()(const EndDevice& change) const;
  void operator()(const PutMailIntent& change) const;
  void operator()(const BeginHandOver& change) const;
  void operator()(const RestoreLink& change) const;
  void operator()(const MarkMail& change) const;
  void operator()(const BounceMail& change) const;
  void operator()(const PutRecoveryRequest& change) const;
  void operator()(const SettleRecoveryRequest& change) const;
  void operator()(const PutJob& change) const;
  void operator()(const PutJobBatch& change) const;
  void operator()(const EraseAccount& change) const;
  void operator()(const AppendAudit& change) const;
  void operator()(const PutAuditBlock& change) const;

 private:
  void drop_surplus(const Device& newest) const;
  [[nodiscard]] SecondFactorMarks kept(const SecondFactorMarks& stored, const SecondFactorMarks& next) const;
  void drop_keys(const AccountKeys& keys) const;
  void add_keys(const AccountKeys& keys) const;
  void make_live(const LinkHandOver& hand_over) const;

  MemoryState& state_;
  Journal& journal_;
  std::optional<GuardClause> without_;
};

}  // namespace ostiary::inline v0::testing
