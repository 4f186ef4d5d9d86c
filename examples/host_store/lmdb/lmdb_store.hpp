#pragma once

#include "environment.hpp"
#include <ostiary/ports/store.hpp>

namespace host {

using namespace ostiary;  // NOLINT(google-build-using-namespace): an example reads better so

struct LmdbOptions {
  /// The file. It is created, readable by its owner alone, where it does not exist; its folder must. LMDB keeps one more
  /// beside it (`-lock`). Never on a network file system.
  std::filesystem::path path{};
  /// How large the file may grow, the same in every process. It takes address space only, so be generous: a full map has
  /// no room to delete either (a change is written beside what it replaces), and is opened again with a larger one.
  std::size_t map_bytes = std::size_t{1} << 30U;
};

/// LmdbStore keeps ostiary's records in one LMDB file, for one machine: its threads and its processes.
///
/// Durable: a commit and a charge that were answered survive a power cut.
/// Writes:  one at a time. They wait for each other without a limit, so there is never Errc::contention.
/// Errors:  store_unavailable — no memory, or 510 reads at once. store_failure — the map is full, another process opened
///          it with a larger one, or the file is damaged; nothing was written. commit_unknown — the disk failed or is
///          full.
/// Threads: every call from any; stores of one process on one file share what is open. Do not fork with one open.
class LmdbStore final : public Store {
 public:
  /// open creates the file or takes what is there. Errors besides those above: invalid_configuration — no path, or no
  /// size. file_unwritable. store_schema_newer — a newer release laid the rows out.
  [[nodiscard]] static Result<std::unique_ptr<LmdbStore>> open(const LmdbOptions& options);

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

 private:
  [[nodiscard]] Result<lmdb::Transaction> read() const;
  [[nodiscard]] Result<lmdb::Transaction> write() const;
  explicit LmdbStore(lmdb::Environment::Handle environment) noexcept : environment_(std::move(environment)) {}

  lmdb::Environment::Handle environment_;
};

}  // namespace host
