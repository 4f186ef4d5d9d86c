#pragma once

#include <functional>

#include <ostiary/ports/store.hpp>
#include <ostiary/testing/fault_plan.hpp>

namespace ostiary::inline v0::testing {

/// Rival is what another request did to a store between the facts that a set was decided from and its commit. It
/// answers whether it could. Called on another world that was prepared alike, it does the same there.
using Rival = std::function<bool(Store&)>;

/// FaultyStore hands every call on to another store, but for those that its plan lets fail. Derive from it to bend one
/// call in another way. Safe from many threads.
class OSTIARY_TESTING_EXPORT FaultyStore : public Store {
 public:
  /// Both must outlive it.
  FaultyStore(Store& inner, FaultPlan& plan) : inner_(inner), plan_(plan) {}

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

  /// Sent is a set that was handed on, and whether it was committed, whatever its sender was told.
  struct Sent {
    ChangeSet set{};
    bool committed = false;
  };
  /// sent are the sets since construction, in order; the rivals' are not among them.
  [[nodiscard]] std::vector<Sent> sent() const;
  /// rivals are those that acted since construction.
  [[nodiscard]] std::vector<Rival> rivals() const;
  /// refusals counts the sets that the store refused after their rival had acted.
  [[nodiscard]] std::size_t refusals() const;

 protected:
  [[nodiscard]] Store& inner() const noexcept { return inner_; }

 private:
  [[nodiscard]] Result<CommitAnswer> hand_on(const ChangeSet& set);
  [[nodiscard]] bool let_rival_act(const ChangeSet& set, std::size_t rival);

  Store& inner_;
  FaultPlan& plan_;
  mutable std::mutex mutex_;
  std::vector<Sent> sent_;
  std::vector<Rival> rivals_;
  std::size_t refusals_ = 0;
};

}  // namespace ostiary::inline v0::testing
