#pragma once

#include <array>
#include <memory>
#include <mutex>

#include <ostiary/ports/store.hpp>
#include <ostiary/testing_export.hpp>

namespace ostiary::inline v0::testing {

/// StoreCall names the operations of a Store.
enum class StoreCall : std::uint8_t {
  find_organization,
  find_organization_by_domain,
  find_account,
  find_account_by_login,
  find_account_by_host_ref,
  list_accounts,
  find_accounts_by_address,
  search_accounts,
  count_accounts,
  count_password_hashes,
  find_link,
  find_link_of,
  find_session,
  list_sessions,
  find_device,
  list_devices,
  find_mail,
  list_mails,
  find_job,
  list_jobs,
  find_job_batch,
  list_audit,
  list_audit_block,
  list_unsealed_audit,
  list_unsealed_streams,
  find_audit_block,
  find_audit_head,
  commit,
  charge,
  claim_mail,
  claim_recovery_requests,
  housekeep,
};
inline constexpr auto store_calls_count = static_cast<std::size_t>(StoreCall::housekeep) + 1;

class MemoryState;
enum class GuardClause : std::uint8_t;

/// MemoryStore is a whole Store in memory, for tests: every sentence of the port holds but durability. It keeps what a
/// database would keep (encoded records and hot fields), so a field that `encode` forgets is lost here too.
/// Threads: safe from many; one at a time gets in.    Bugs: a set that no rule may make (more than `changes_count_max`
/// changes, an account without exactly one designated address, a budget of count 0) ends the process.
class OSTIARY_TESTING_EXPORT MemoryStore final : public Store {
 public:
  MemoryStore();
  ~MemoryStore() override;

  [[nodiscard]] Result<std::optional<Organization>> find_organization(const OrganizationId& id) override;
  [[nodiscard]] Result<std::optional<Organization>> find_organization_by_domain(const Domain& domain) override;
  [[nodiscard]] Result<std::optional<Account>> find_account(const AccountId& id) override;
  [[nodiscard]] Result<std::optional<Account>> find_account_by_login(const LoginName& login) override;
  [[nodiscard]] Result<std::optional<Account>> find_account_by_host_ref(const std::string& host_ref) override;
  [[nodiscard]] Result<Page<Account>> list_accounts(const PageRequest& page) override;
  [[nodiscard]] Result<Page<Account>> find_accounts_by_address(const EmailAddress& address,
                                                               const PageRequest& page) override;
  [[nodiscard]] Result<Page<Account>> search_accounts(const AccountQuery& query, const PageRequest& page) override;
  [[nodiscard]] Result<AccountCount> count_accounts(const AccountQuery& query, std::size_t limit) override;
  [[nodiscard]] Result<std::vector<HashCount>> count_password_hashes() override;
  [[nodiscard]] Result<std::optional<Link>> find_link(const LinkId& id) override;
  [[nodiscard]] Result<std::optional<Link>> find_link_of(const AccountId& account, LinkPurpose purpose) override;
  [[nodiscard]] Result<std::optional<SessionFacts>> find_session(const SessionId& id) override;
  [[nodiscard]] Result<Page<Session>> list_sessions(const AccountId& account, const PageRequest& page) override;
  [[nodiscard]] Result<std::optional<Device>> find_device(const DeviceId& id) override;
  [[nodiscard]] Result<Page<Device>> list_devices(const AccountId& account, const PageRequest& page) override;
  [[nodiscard]] Result<std::optional<MailIntent>> find_mail(const MailId& id) override;
  [[nodiscard]] Result<Page<MailIntent>> list_mails(const AccountId& account, const PageRequest& page) override;
  [[nodiscard]] Result<std::optional<Job>> find_job(const JobId& id) override;
  [[nodiscard]] Result<Page<Job>> list_jobs(const OrganizationId& organization, const PageRequest& page) override;
  [[nodiscard]] Result<std::vector<JobItem>> find_job_batch(const JobId& job, std::uint32_t index) override;
  [[nodiscard]] Result<Page<AuditRow>> list_audit(const AuditStream& stream, const PageRequest& page) override;
  [[nodiscard]] Result<std::vector<AuditRow>> list_audit_block(const AuditStream& stream,
                                                               std::uint64_t number) override;
  [[nodiscard]] Result<std::vector<AuditRow>> list_unsealed_audit(const AuditStream& stream,
                                                                  std::size_t limit) override;
  [[nodiscard]] Result<std::vector<AuditStream>> list_unsealed_streams(std::size_t limit) override;
  [[nodiscard]] Result<std::optional<AuditBlockRow>> find_audit_block(const AuditStream& stream,
                                                                      std::uint64_t number) override;
  [[nodiscard]] Result<std::optional<AuditBlockRow>> find_audit_head(const AuditStream& stream) override;
  [[nodiscard]] Result<CommitAnswer> commit(const ChangeSet& set) override;
  [[nodiscard]] Result<ChargeAnswer> charge(std::span<const Charge> charges, Instant now) override;
  [[nodiscard]] Result<std::vector<MailIntent>> claim_mail(std::size_t limit, Instant now, Instant until,
                                                           const LeaseToken& token) override;
  [[nodiscard]] Result<std::vector<RecoveryRequest>> claim_recovery_requests(std::size_t limit, Instant now,
                                                                             Instant until,
                                                                             const LeaseToken& token) override;
  [[nodiscard]] Result<Housekept> housekeep(Instant now, std::size_t limit) override;

  /// dump is every stored byte, records, keys and hot fields, in one string: search it for what must not be there.
  [[nodiscard]] std::string dump() const;
  /// calls counts the calls of the port since construction.
  [[nodiscard]] std::size_t calls() const;
  [[nodiscard]] std::size_t calls(StoreCall call) const;

 private:
  friend OSTIARY_TESTING_EXPORT std::unique_ptr<Store> make_store_without(GuardClause clause);
  explicit MemoryStore(std::optional<GuardClause> without);  // the kit's own test: one guard switched off

  std::unique_lock<std::mutex> enter(StoreCall call);
  ChargeAnswer charge_one(const Charge& charge, Instant now);

  mutable std::mutex mutex_;
  std::array<std::size_t, store_calls_count> calls_{};
  std::unique_ptr<MemoryState> state_;
  std::optional<GuardClause> without_;
};

}  // namespace ostiary::inline v0::testing
