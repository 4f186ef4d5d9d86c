#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <ostiary/model/budget.hpp>
#include <ostiary/model/change_set.hpp>
#include <ostiary/model/password_hash.hpp>
#include <ostiary/model/search.hpp>

namespace ostiary::inline v0 {

/// PageRequest asks for records by ascending id, after one that is known already.
struct PageRequest {
  static constexpr std::size_t limit_max = 500;
  std::string after{};      ///< `Page::next` of the page before; empty for the first. Unreadable: Errc::malformed_id.
  std::size_t limit = 100;  ///< 1 to limit_max; more is taken as limit_max, 0 as 1.
};

template <class Record>
struct Page {
  std::vector<Record> records{};
  std::string next{};  ///< Empty on the last page.
};

/// Housekept says how many rows of each kind were deleted.
struct Housekept {
  std::size_t deleted = 0;
  bool more = false;  ///< The limit was reached: call again.
};

/// Store keeps ostiary's records. A host implements it on its own database, or takes SqliteStore.
///
/// Reads:   each sees one consistent, committed state, and everything committed before the call began. Absent is an
///          empty optional, never an error. Identifiers are compared as bytes: no collation, no trimming, no case.
/// Writes:  `commit` for everything that is decided; `charge`, `claim_mail` and `housekeep` return something besides.
/// Errors:  store_unavailable — nothing was written. commit_unknown — it may have been; ostiary sends the same set once
///          more. contention — wrote and judged nothing (SQLITE_BUSY, SQLSTATE 40001); sent again twice after a pause.
///          store_failure, record_unreadable — an operator has to look. Return commit_unknown, never store_unavailable,
///          when a connection breaks after the write was sent.
/// Threads: called from many threads and processes at once. Must not throw, call back into ostiary, read a clock, or
///          log what it is given (records hold digests and hashes).
/// Proof:   run ostiary::testing::store_conformance against your class.    Source: design.md 4.
class OSTIARY_CORE_EXPORT Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  [[nodiscard]] virtual Result<std::optional<Organization>> find_organization(const OrganizationId& id) = 0;
  [[nodiscard]] virtual Result<std::optional<Organization>> find_organization_by_domain(const Domain& domain) = 0;

  [[nodiscard]] virtual Result<std::optional<Account>> find_account(const AccountId& id) = 0;
  [[nodiscard]] virtual Result<std::optional<Account>> find_account_by_login(const LoginName& login) = 0;
  [[nodiscard]] virtual Result<std::optional<Account>> find_account_by_host_ref(const std::string& host_ref) = 0;
  /// Every account of every organisation, by ascending id; for an operator's work on all of them.
  [[nodiscard]] virtual Result<Page<Account>> list_accounts(const PageRequest& page) = 0;
  /// Every account that has the address, verified or not, whatever its purposes: a range, never one (R19).
  [[nodiscard]] virtual Result<Page<Account>> find_accounts_by_address(const EmailAddress& address,
                                                                       const PageRequest& page) = 0;

  /// The accounts that the query asks for. Without words by ascending id; else by the least word that begins with one of
  /// `words` (of two alike, by id): a bytewise prefix range over AccountKeys::search_words, never a scan. The first page
  /// chooses that word (leading_word), the cursor keeps it. Once it looked at search_visits_max entries of the range a
  /// page ends, short or empty, with a `next`: go on while there is one.
  [[nodiscard]] virtual Result<Page<Account>> search_accounts(const AccountQuery& query, const PageRequest& page) = 0;
  /// How many accounts the query asks for, counted no further than `limit`, and with words no further than
  /// search_visits_max entries of the range: then there may be `more`.
  [[nodiscard]] virtual Result<AccountCount> count_accounts(const AccountQuery& query, std::size_t limit) = 0;

  /// How many accounts hold a password hash of each form (hash_form), by ascending form. Keep the form beside the
  /// hash, indexed: every process asks hourly.
  [[nodiscard]] virtual Result<std::vector<HashCount>> count_password_hashes() = 0;

  [[nodiscard]] virtual Result<std::optional<Link>> find_link(const LinkId& id) = 0;
  [[nodiscard]] virtual Result<std::optional<Link>> find_link_of(const AccountId& account, LinkPurpose purpose) = 0;

  /// The per-request read: the session, and its account's and organisation's standing, in one state.
  [[nodiscard]] virtual Result<std::optional<SessionFacts>> find_session(const SessionId& id) = 0;
  /// Every stored session of the account, also those of an older epoch; by ascending id.
  [[nodiscard]] virtual Result<Page<Session>> list_sessions(const AccountId& account, const PageRequest& page) = 0;

  [[nodiscard]] virtual Result<std::optional<Device>> find_device(const DeviceId& id) = 0;
  /// Every stored device of the account, also those of an older epoch; by ascending id.
  [[nodiscard]] virtual Result<Page<Device>> list_devices(const AccountId& account, const PageRequest& page) = 0;

  [[nodiscard]] virtual Result<std::optional<MailIntent>> find_mail(const MailId& id) = 0;
  /// Every mail that speaks of the account, by ascending id.
  [[nodiscard]] virtual Result<Page<MailIntent>> list_mails(const AccountId& account, const PageRequest& page) = 0;

  [[nodiscard]] virtual Result<std::optional<Job>> find_job(const JobId& id) = 0;
  /// The organisation's jobs, by ascending id.
  [[nodiscard]] virtual Result<Page<Job>> list_jobs(const OrganizationId& organization, const PageRequest& page) = 0;
  /// The items of one batch; none where there is no such batch.
  [[nodiscard]] virtual Result<std::vector<JobItem>> find_job_batch(const JobId& job, std::uint32_t index) = 0;

  /// The events of one stream, by ascending id.
  [[nodiscard]] virtual Result<Page<AuditRow>> list_audit(const AuditStream& stream, const PageRequest& page) = 0;
  /// The events of one block, by ascending id; none where there is no such block.
  [[nodiscard]] virtual Result<std::vector<AuditRow>> list_audit_block(const AuditStream& stream,
                                                                       std::uint64_t number) = 0;
  /// Up to `limit` events of the stream that are in no block, by ascending id. Where somebody else writes the database
  /// too: also those whose row names a block that the stream has not, so that none is out of verification's sight (R69).
  [[nodiscard]] virtual Result<std::vector<AuditRow>> list_unsealed_audit(const AuditStream& stream,
                                                                          std::size_t limit) = 0;
  /// Up to `limit` streams that have an event in no block, in any order.
  [[nodiscard]] virtual Result<std::vector<AuditStream>> list_unsealed_streams(std::size_t limit) = 0;
  /// Errc::record_unreadable where the block under the number is another's: of another stream or number.
  [[nodiscard]] virtual Result<std::optional<AuditBlockRow>> find_audit_block(const AuditStream& stream,
                                                                              std::uint64_t number) = 0;
  /// The block of the stream with the highest number. Errors: as find_audit_block.
  [[nodiscard]] virtual Result<std::optional<AuditBlockRow>> find_audit_head(const AuditStream& stream) = 0;

  /// commit applies `set` entirely or not at all.
  ///
  /// Guards:  as each Change says (change_set.hpp), evaluated in order, each seeing the changes before it in the set
  ///          and other sets wholly or not at all. The first that misses refuses the set: `Refused{its index}`, nothing
  ///          written. Say `Refused` only of durable state.
  /// Repeats: a set whose ChangeId was applied is answered `Committed` and changes nothing, for at least 24 hours from
  ///          `set.at`. A refused id may be sent again.
  /// Durable: `Committed` survives a power cut.
  [[nodiscard]] virtual Result<CommitAnswer> commit(const ChangeSet& set) = 0;

  /// charge takes `charges` in order, in one atomic write, and stops at the first that is refused; what came before it
  /// stays charged. Each key is one row {key, tat, refused}, tat in microseconds; judge_charge (budget.hpp) says of each
  /// what to write and to answer. A refund of a key without a row writes none. Survives a killed process; need not
  /// survive a power cut.
  [[nodiscard]] virtual Result<ChargeAnswer> charge(std::span<const Charge> charges, Instant now) = 0;

  /// claim_mail leases up to `limit` mails to `token` until `until`, and gives them as they are then: those queued and
  /// due (due_at <= now), and those sending, due or not, earliest due first; of both only those without a lease, or
  /// whose lease has ended (until <= now). No mail is ever under two leases that have not ended at `now`.
  [[nodiscard]] virtual Result<std::vector<MailIntent>> claim_mail(std::size_t limit, Instant now, Instant until,
                                                                   const LeaseToken& token) = 0;

  /// claim_recovery_requests leases up to `limit` requests to `token` until `until`, oldest first, and gives them: those
  /// without a lease, or whose lease has ended (until <= now). None is ever under two leases that have not ended at
  /// `now`.
  [[nodiscard]] virtual Result<std::vector<RecoveryRequest>> claim_recovery_requests(std::size_t limit, Instant now,
                                                                                     Instant until,
                                                                                     const LeaseToken& token) = 0;

  /// housekeep deletes up to `limit` rows that have ended: links, sessions, devices, mails, recovery requests, jobs
  /// (each before its batches, so that none is left with some of them; a batch counts as a row), consumed keys (until)
  /// and budgets (tat) whose end is <= now, and change ids older than 24 hours. A budget with refusals ends
  /// refused_budget_grace later: its count is not lost before it is told. Safe from every process at once.
  [[nodiscard]] virtual Result<Housekept> housekeep(Instant now, std::size_t limit) = 0;
};

}  // namespace ostiary::inline v0
