#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include <ostiary/ports/store.hpp>
#include <ostiary/sqlite_export.hpp>

struct sqlite3;  // <sqlite3.h>

namespace ostiary::inline v0 {

/// OnSqliteCommit is what a host does in the transaction of each change set, to keep its own tables in step with ours.
///
/// Called:  once `set` was applied, before COMMIT; not for a set that is refused, nor for one sent again that was applied
///          before. It may be called again for the same set after its writes were rolled back, so it must have no
///          effect but through `transaction`, the connection to write with (sqlite3_prepare_v2, sqlite3_step, ...).
/// Returns: an error refuses this set only: it is taken back with all that was written here, and the caller of `commit`
///          gets this error. Errc::contention is tried again. Sets that share the transaction are not touched.
/// Must:    finalize its statements; leave transaction, pragmas and hooks of the connection as they are; not write to
///          ostiary_* tables; not throw. Foreign keys are on. Where its own COMMIT fails in the end (a deferred
///          constraint), the set is Errc::store_failure.
/// Threads: one call at a time, but on any thread that is in `commit`, also for another thread's set (group commit). It
///          must not call this store, which would wait for itself, nor wait for a thread that does.
/// Secrets: `set` holds digests and hashes. Do not log it.
using OnSqliteCommit = std::function<Result<void>(::sqlite3* transaction, const ChangeSet& set)>;

/// SqliteOptions says where the file is and how long to wait for it.
struct SqliteOptions {
  /// The database file. It is created, readable by its owner alone (0600), where it does not exist; its folder must. A
  /// file that is there keeps its mode: a host with tables of its own in it opens the store first, or sees to the mode.
  /// SQLite keeps two more files beside it (`-wal`, `-shm`), and we one (`-gate`: processes take turns by it, those that
  /// can open it), all with the mode of the database. Never on a network file system.
  std::filesystem::path path{};
  /// How long one call waits for other writers, of this process and of others, before Errc::contention.
  Duration busy_deadline = std::chrono::seconds(5);
  /// Open connections at most, 2 or more: one writes, the others read. They are opened when first needed. Each that
  /// reads keeps up to 16 MiB of the file in memory.
  std::size_t connections_max = 5;
  /// The file never grows past so many pages of 4,096 bytes (then Errc::store_failure, and nothing is lost); 0: no
  /// limit.
  std::uint32_t pages_max = 0;
  /// What the host writes with each change set; empty: nothing.
  OnSqliteCommit on_commit{};
};

/// SqliteStore keeps everything in one SQLite file (3.37 or later), for one machine: its threads and its processes.
///
/// Durable: a commit that was answered survives a power cut (write-ahead log, synchronous = FULL); a charge survives a
///          killed process. Reads never wait for a write or its fsync; writes stand in a queue, first come, first
///          served, and take turns with other processes. Change sets that wait at the same time share one fsync.
/// Schema:  tables are named `ostiary_*`, so a host may keep its own in the same file. `open` migrates, from any number
///          of processes at once.
/// Errors:  contention — the deadline passed. store_unavailable — no file handle or memory; nothing was written.
///          store_failure — the disk is full, failed or read-only, or the file is damaged; nothing was written.
///          commit_unknown — the disk failed while the commit was being written.
/// Threads: every call from any. Calls block, so fiber servers call from a pool. Do not fork with one open.
class OSTIARY_SQLITE_EXPORT SqliteStore final : public Store {
 public:
  /// open creates or migrates the file. Errors besides those above: invalid_configuration — no path, fewer than 2
  /// connections, a negative deadline. file_unwritable — the file can be neither created nor opened for writing.
  /// store_schema_newer — a newer release has migrated it; it stays as it is. unsupported_capability — SQLite is too
  /// old or built without threads, or the file system has no shared memory.
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(const SqliteOptions& options);
  ~SqliteStore() override;

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
  struct Connections;
  explicit SqliteStore(std::unique_ptr<Connections> connections);
  std::unique_ptr<Connections> connections_;
};

}  // namespace ostiary::inline v0
