#include <ostiary/adapters/sqlite_store.hpp>

#include <cerrno>
#include <sys/stat.h>

#include "budgets.hpp"
#include "group_commit.hpp"
#include "housekeeping.hpp"
#include "migrations.hpp"
#include "outbox.hpp"
#include "pages.hpp"
#include "pool.hpp"
#include "records.hpp"
#include "search.hpp"

namespace ostiary::inline v0 {

using sqlite::Connection;
using sqlite::Deadline;
using sqlite::Durability;
using sqlite::limit_of;
using sqlite::page_of;
using sqlite::Pool;
using sqlite::start_of;
using sqlite::Transaction;

namespace {

// mknod makes the file without opening it: closing a handle would drop the locks that another SqliteStore of this
// process holds on it (POSIX), and SQLite itself would create it readable by all.
Result<void> create_for_owner(const std::string& path) {
  if (::mknod(path.c_str(), S_IFREG | S_IRUSR | S_IWUSR, 0) != 0 && errno != EEXIST) {
    return Errc::file_unwritable;
  }
  return success();
}

// A file that cannot be opened is a mistake in the configuration at first, and later a lack of handles.
template <class T>
Result<T> as_first_open(Result<T> opened) {
  if (!opened && opened.error() == Errc::store_unavailable) {
    return Errc::file_unwritable;
  }
  return opened;
}

}  // namespace

struct SqliteStore::Connections {
  explicit Connections(SqliteOptions options_given, std::string path_given)
      : options(std::move(options_given)),
        path(std::move(path_given)),
        writer(1, [this](Deadline deadline) { return open(deadline, sqlite::Access::write); }),
        readers(options.connections_max - 1,
                [this](Deadline deadline) { return open(deadline, sqlite::Access::read); }),
        group(writer, options.on_commit) {}

  [[nodiscard]] Result<std::unique_ptr<Connection>> open(Deadline deadline, sqlite::Access access) const {
    return Connection::open(path, deadline, access, options.pages_max);
  }
  [[nodiscard]] Deadline deadline() const { return std::chrono::steady_clock::now() + options.busy_deadline; }
  [[nodiscard]] Result<Pool::Lease> read() { return readers.take(deadline()); }
  [[nodiscard]] Result<Pool::Lease> write() { return writer.take(deadline()); }

  SqliteOptions options;
  std::string path;
  Pool writer;
  Pool readers;
  sqlite::GroupCommit group;
};

SqliteStore::SqliteStore(std::unique_ptr<Connections> connections) : connections_(std::move(connections)) {}

SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const SqliteOptions& options) {
  constexpr auto deadline_max = std::chrono::hours(24);
  if (options.path.empty() || options.connections_max < 2 || options.busy_deadline < Duration::zero() ||
      options.busy_deadline > deadline_max) {
    return Errc::invalid_configuration;
  }
  std::error_code unknown_folder;
  // Absolute: connections are opened later too, and then `:memory:` and `file:` have no meaning of their own.
  auto path = std::filesystem::absolute(options.path, unknown_folder).string();
  if (unknown_folder || path.find('\0') != std::string::npos) {
    return Errc::invalid_configuration;
  }
  OSTIARY_TRY(create_for_owner(path));
  auto connections = std::make_unique<Connections>(options, std::move(path));
  {
    OSTIARY_TRY(const auto connection, as_first_open(connections->write()));
    OSTIARY_TRY(sqlite::migrate(*connection));
  }
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(connections)));
}

Result<std::optional<Organization>> SqliteStore::find_organization(const OrganizationId& id) {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->first("SELECT body, version FROM ostiary_organizations WHERE id = ?", sqlite::read_organization, id);
}

Result<std::optional<Organization>> SqliteStore::find_organization_by_domain(const Domain& domain) {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->first("SELECT body, version FROM ostiary_organizations WHERE domain = ?", sqlite::read_organization,
                   domain.canonical());
}

Result<std::optional<Account>> SqliteStore::find_account(const AccountId& id) {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->first(
      "SELECT a.body, a.version, h.credential, h.hash, a.authenticator, a.accepted_step, a.recovery_codes, "
      "a.used_codes FROM ostiary_accounts a "
      "LEFT JOIN ostiary_password_hashes h ON h.account = a.id WHERE a.id = ?",
      sqlite::read_account, id);
}

Result<std::optional<Account>> SqliteStore::find_account_by_login(const LoginName& login) {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->first(
      "SELECT a.body, a.version, h.credential, h.hash, a.authenticator, a.accepted_step, a.recovery_codes, "
      "a.used_codes FROM ostiary_accounts a "
      "LEFT JOIN ostiary_password_hashes h ON h.account = a.id WHERE a.login = ?",
      sqlite::read_account, login.canonical());
}

Result<std::optional<Account>> SqliteStore::find_account_by_host_ref(const std::string& host_ref) {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->first(
      "SELECT a.body, a.version, h.credential, h.hash, a.authenticator, a.accepted_step, a.recovery_codes, "
      "a.used_codes FROM ostiary_accounts a "
      "LEFT JOIN ostiary_password_hashes h ON h.account = a.id WHERE a.host_ref = ?",
      sqlite::read_account, as_bytes(host_ref));
}

Result<Page<Account>> SqliteStore::list_accounts(const PageRequest& page) {
  OSTIARY_TRY(const auto after, start_of<AccountId>(page));
  OSTIARY_TRY(const auto db, connections_->read());
  OSTIARY_TRY(auto found, db->all("SELECT a.body, a.version, h.credential, h.hash, a.authenticator, a.accepted_step, "
                                  "a.recovery_codes, a.used_codes FROM ostiary_accounts a "
                                  "LEFT JOIN ostiary_password_hashes h ON h.account = a.id "
                                  "WHERE a.id > ?1 ORDER BY a.id LIMIT ?2",
                                  sqlite::read_account, after, limit_of(page) + 1));
  return page_of(std::move(found), page, [](const Account& account) { return account.id; });
}

Result<Page<Account>> SqliteStore::find_accounts_by_address(const EmailAddress& address, const PageRequest& page) {
  OSTIARY_TRY(const auto after, start_of<AccountId>(page));
  OSTIARY_TRY(const auto db, connections_->read());
  OSTIARY_TRY(auto found, db->all("SELECT a.body, a.version, h.credential, h.hash, a.authenticator, a.accepted_step, "
                                  "a.recovery_codes, a.used_codes FROM ostiary_account_addresses x "
                                  "JOIN ostiary_accounts a ON a.id = x.account "
                                  "LEFT JOIN ostiary_password_hashes h ON h.account = a.id "
                                  "WHERE x.address = ?1 AND x.account > ?2 ORDER BY x.account LIMIT ?3",
                                  sqlite::read_account, address.canonical(), after, limit_of(page) + 1));
  return page_of(std::move(found), page, [](const Account& account) { return account.id; });
}

Result<Page<Account>> SqliteStore::search_accounts(const AccountQuery& query, const PageRequest& page) {
  OSTIARY_TRY(const auto db, connections_->read());
  return sqlite::search_accounts(*db, query, page);
}

Result<AccountCount> SqliteStore::count_accounts(const AccountQuery& query, std::size_t limit) {
  OSTIARY_TRY(const auto db, connections_->read());
  return sqlite::count_accounts(*db, query, limit);
}

Result<std::vector<HashCount>> SqliteStore::count_password_hashes() {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->all("SELECT form, count(*) FROM ostiary_password_hashes GROUP BY form ORDER BY form",
                 [](const sqlite::Row& row) -> Result<HashCount> {
                   const auto form = row.bytes(0);
                   return HashCount{.form = {reinterpret_cast<const char*>(form.data()), form.size()},
                                    .count = row.number<std::uint64_t>(1)};
                 });
}

Result<std::optional<Link>> SqliteStore::find_link(const LinkId& id) {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->first(
      "SELECT id, account, purpose, issued, live, used, epoch, expires_at, ends_at, sent_to FROM ostiary_links WHERE "
      "id = ?",
      sqlite::read_link, id);
}

// Setup, reset and factor_code (1, 2, 5) are written out: only then does SQLite see that the partial index will do.
static_assert(has_one_row(LinkPurpose::setup) && has_one_row(LinkPurpose::reset) &&
              !has_one_row(LinkPurpose::confirm_address) && !has_one_row(LinkPurpose::revoke_address_change) &&
              has_one_row(LinkPurpose::factor_code) && static_cast<int>(LinkPurpose::reset) == 2 &&
              static_cast<int>(LinkPurpose::factor_code) == 5);

Result<std::optional<Link>> SqliteStore::find_link_of(const AccountId& account, LinkPurpose purpose) {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->first(
      "SELECT id, account, purpose, issued, live, used, epoch, expires_at, ends_at, sent_to FROM ostiary_links "
      "WHERE account = ?1 AND purpose = ?2 AND purpose IN (1, 2, 5)",
      sqlite::read_link, account, purpose);
}

Result<std::optional<SessionFacts>> SqliteStore::find_session(const SessionId& id) {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->first(
      "SELECT s.body, s.epoch, s.last_seen_at, s.proved_at, a.id, a.organization, a.login_typed, a.status, a.role, "
      "a.sessions_epoch, a.links_epoch, a.devices_epoch, o.status FROM ostiary_sessions s "
      "JOIN ostiary_accounts a ON a.id = s.account JOIN ostiary_organizations o ON o.id = a.organization "
      "WHERE s.id = ?",
      sqlite::read_session_facts, id);
}

Result<Page<Session>> SqliteStore::list_sessions(const AccountId& account, const PageRequest& page) {
  OSTIARY_TRY(const auto after, start_of<SessionId>(page));
  OSTIARY_TRY(const auto db, connections_->read());
  OSTIARY_TRY(auto found, db->all("SELECT body, epoch, last_seen_at, proved_at FROM ostiary_sessions "
                                  "WHERE account = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
                                  sqlite::read_session, account, after, limit_of(page) + 1));
  return page_of(std::move(found), page, [](const Session& session) { return session.id; });
}

Result<std::optional<Device>> SqliteStore::find_device(const DeviceId& id) {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->first("SELECT body, last_seen_at, ends_at FROM ostiary_devices WHERE id = ?", sqlite::read_device, id);
}

Result<Page<Device>> SqliteStore::list_devices(const AccountId& account, const PageRequest& page) {
  OSTIARY_TRY(const auto after, start_of<DeviceId>(page));
  OSTIARY_TRY(const auto db, connections_->read());
  OSTIARY_TRY(auto found, db->all("SELECT body, last_seen_at, ends_at FROM ostiary_devices "
                                  "WHERE account = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
                                  sqlite::read_device, account, after, limit_of(page) + 1));
  return page_of(std::move(found), page, [](const Device& device) { return device.id; });
}

Result<std::optional<MailIntent>> SqliteStore::find_mail(const MailId& id) {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->first("SELECT body, state, attempts, due_at, reason, lease, lease_until FROM ostiary_mails WHERE id = ?",
                   sqlite::read_mail, id);
}

Result<Page<MailIntent>> SqliteStore::list_mails(const AccountId& account, const PageRequest& page) {
  OSTIARY_TRY(const auto after, start_of<MailId>(page));
  OSTIARY_TRY(const auto db, connections_->read());
  OSTIARY_TRY(auto found, db->all("SELECT m.body, m.state, m.attempts, m.due_at, m.reason, m.lease, m.lease_until "
                                  "FROM ostiary_mail_accounts x CROSS JOIN ostiary_mails m ON m.id = x.mail "
                                  "WHERE x.account = ?1 AND x.mail > ?2 ORDER BY x.mail LIMIT ?3",
                                  sqlite::read_mail, account, after, limit_of(page) + 1));
  return page_of(std::move(found), page, [](const MailIntent& mail) { return mail.id; });
}

Result<std::optional<Job>> SqliteStore::find_job(const JobId& id) {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->first("SELECT body, version FROM ostiary_jobs WHERE id = ?", sqlite::read_job, id);
}

Result<Page<Job>> SqliteStore::list_jobs(const OrganizationId& organization, const PageRequest& page) {
  OSTIARY_TRY(const auto after, start_of<JobId>(page));
  OSTIARY_TRY(const auto db, connections_->read());
  OSTIARY_TRY(auto found, db->all("SELECT body, version FROM ostiary_jobs "
                                  "WHERE organization = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
                                  sqlite::read_job, organization, after, limit_of(page) + 1));
  return page_of(std::move(found), page, [](const Job& job) { return job.id; });
}

Result<std::vector<JobItem>> SqliteStore::find_job_batch(const JobId& job, std::uint32_t index) {
  OSTIARY_TRY(const auto db, connections_->read());
  OSTIARY_TRY(auto items, db->first("SELECT items FROM ostiary_job_batches WHERE job = ?1 AND number = ?2",
                                    sqlite::read_job_items, job, index));
  return std::move(items).value_or(std::vector<JobItem>());
}

Result<Page<AuditRow>> SqliteStore::list_audit(const AuditStream& stream, const PageRequest& page) {
  OSTIARY_TRY(const auto after, start_of<AuditId>(page));
  OSTIARY_TRY(const auto db, connections_->read());
  OSTIARY_TRY(auto found, db->all("SELECT body, mac_key, mac, block FROM ostiary_audit "
                                  "WHERE stream = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
                                  sqlite::read_audit, sqlite::bytes_of(stream), after, limit_of(page) + 1));
  return page_of(std::move(found), page, [](const AuditRow& row) { return row.event.id; });
}

Result<std::vector<AuditRow>> SqliteStore::list_audit_block(const AuditStream& stream, std::uint64_t number) {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->all("SELECT body, mac_key, mac, block FROM ostiary_audit WHERE stream = ?1 AND block = ?2 ORDER BY id",
                 sqlite::read_audit, sqlite::bytes_of(stream), number);
}

Result<std::vector<AuditRow>> SqliteStore::list_unsealed_audit(const AuditStream& stream, std::size_t limit) {
  OSTIARY_TRY(const auto db, connections_->read());
  // Behind the first part: rows that somebody else put into a block that is not there.
  return db->all(
      "SELECT body, mac_key, mac, block, id FROM ostiary_audit WHERE stream = ?1 AND block IS NULL UNION ALL "
      "SELECT body, mac_key, mac, block, id FROM ostiary_audit WHERE stream = ?1 AND block < 1 UNION ALL "
      "SELECT body, mac_key, mac, block, id FROM ostiary_audit WHERE stream = ?1 AND "
      "block > (SELECT coalesce(max(number), 0) FROM ostiary_audit_blocks WHERE stream = ?1) ORDER BY id LIMIT ?2",
      sqlite::read_audit, sqlite::bytes_of(stream), limit);
}

// Goes from each stream to the next one in the index, so that it does not matter how many events each has. A stream
// with none but misplaced rows, which no operation leaves, is not looked for: it is listed again with its next event.
Result<std::vector<AuditStream>> SqliteStore::list_unsealed_streams(std::size_t limit) {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->all(
      "WITH RECURSIVE streams (stream) AS (SELECT min(stream) FROM ostiary_audit WHERE block IS NULL UNION ALL "
      "SELECT (SELECT min(stream) FROM ostiary_audit WHERE block IS NULL AND stream > streams.stream) FROM streams "
      "WHERE stream IS NOT NULL) SELECT stream FROM streams WHERE stream IS NOT NULL LIMIT ?1",
      [](const sqlite::Row& row) -> Result<AuditStream> {
        return row.bytes(0).empty() ? AuditStream() : AuditStream(row.id<OrganizationId>(0));
      },
      limit);
}

Result<std::optional<AuditBlockRow>> SqliteStore::find_audit_block(const AuditStream& stream, std::uint64_t number) {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->first(
      "SELECT body, mac_key, mac, stream, number FROM ostiary_audit_blocks WHERE stream = ?1 AND number = ?2",
      sqlite::read_audit_block, sqlite::bytes_of(stream), number);
}

Result<std::optional<AuditBlockRow>> SqliteStore::find_audit_head(const AuditStream& stream) {
  OSTIARY_TRY(const auto db, connections_->read());
  return db->first(
      "SELECT body, mac_key, mac, stream, number FROM ostiary_audit_blocks WHERE stream = ?1 ORDER BY number DESC "
      "LIMIT 1",
      sqlite::read_audit_block, sqlite::bytes_of(stream));
}

Result<CommitAnswer> SqliteStore::commit(const ChangeSet& set) {
  return connections_->group.commit(set, connections_->deadline());
}

Result<ChargeAnswer> SqliteStore::charge(std::span<const Charge> charges, Instant now) {
  OSTIARY_TRY(const auto db, connections_->write());
  OSTIARY_TRY(auto transaction, Transaction::begin(*db, Durability::process_kill));
  OSTIARY_TRY(const auto answer, sqlite::charge(*db, charges, now));
  OSTIARY_TRY(transaction.commit());
  return answer;
}

Result<std::vector<MailIntent>> SqliteStore::claim_mail(std::size_t limit, Instant now, Instant until,
                                                        const LeaseToken& token) {
  OSTIARY_TRY(const auto db, connections_->write());
  OSTIARY_TRY(auto transaction, Transaction::begin(*db, Durability::power_cut));
  OSTIARY_TRY(auto mails, sqlite::claim_mail(*db, limit, now, until, token));
  OSTIARY_TRY(transaction.commit());
  return mails;
}

Result<std::vector<RecoveryRequest>> SqliteStore::claim_recovery_requests(std::size_t limit, Instant now, Instant until,
                                                                          const LeaseToken& token) {
  OSTIARY_TRY(const auto db, connections_->write());
  OSTIARY_TRY(auto transaction, Transaction::begin(*db, Durability::power_cut));
  OSTIARY_TRY(auto requests, sqlite::claim_recovery_requests(*db, limit, now, until, token));
  OSTIARY_TRY(transaction.commit());
  return requests;
}

Result<Housekept> SqliteStore::housekeep(Instant now, std::size_t limit) {
  OSTIARY_TRY(const auto db, connections_->write());
  OSTIARY_TRY(auto transaction, Transaction::begin(*db, Durability::power_cut));
  OSTIARY_TRY(const auto answer, sqlite::housekeep(*db, now, limit));
  OSTIARY_TRY(transaction.commit());
  return answer;
}

}  // namespace ostiary::inline v0
