#pragma once

#include <algorithm>

#include "environment.hpp"
#include <ostiary/ports/store.hpp>

// How records lie in the file: each as one row under its id, and beside it one small row for each thing that it is
// found by. The bodies are what ostiary's `encode` writes, so a field that a later release adds is not lost here.
namespace host::lmdb {

/// Table is the first byte of every key. Numbers only grow: they are in the file.
enum class Table : std::uint8_t {
  // Records, by their id.
  organizations = 1,
  accounts,
  links,
  sessions,
  devices,
  mails,
  audit,
  consumed,  ///< Keys of ConsumeOnce.
  applied,   ///< Ids of change sets.
  budgets,
  recovery_requests,
  jobs,
  job_batches,   ///< By job, number.
  audit_blocks,  ///< By stream, number.
  // Indexes. Those of one owner hold its id; the others are ranges, whose keys end in an id of 16 bytes.
  organization_by_domain = 32,
  account_by_login,
  account_by_host_ref,
  account_by_address,
  link_of,        ///< account, purpose
  sessions_of,    ///< account, session
  devices_of,     ///< account, device
  mails_of,       ///< account, mail
  audit_of,       ///< whether there is an organisation, it, event
  mails_to_send,  ///< state (queued or sending), due_at, mail
  ends,           ///< time, table, id: whatever housekeeping deletes, of every table (of batches: their job's id)
  links_of,       ///< account, link
  jobs_of,        ///< organisation, job
  words,          ///< organisation, word, account
  members,        ///< organisation, status (0: any but removed), account
  unsealed,       ///< as audit_of: the events in no block
  sealed,         ///< stream, block, event
  audit_head,     ///< stream: the number of its newest block
};

Writer key_in(Table table);
Bytes domain_key(const Domain& domain);
Bytes login_key(const LoginName& login);
Bytes host_ref_key(const std::string& host_ref);
Bytes link_of_key(const AccountId& account, LinkPurpose purpose);
/// Prefixes of the ranges that are listed by id.
Bytes address_prefix(std::string_view canonical);
Bytes owned_prefix(Table table, const AccountId& account);
Bytes owned_prefix(Table table, const OrganizationId& organization);
Bytes stream_prefix(Table table, const AuditStream& stream);
Bytes sealed_prefix(const AuditStream& stream, std::uint64_t block);
/// Behind every key of words that begins with `word`; a whole word has a zero behind it.
Bytes words_prefix(const OrganizationId& organization, std::string_view word);
Bytes members_prefix(const OrganizationId& organization, const std::optional<AccountStatus>& status);

/// Ids of what is named by two fields.
using BatchId = ByteArray<sizeof(JobId) + sizeof(std::uint32_t)>;
using BlockId = ByteArray<1 + sizeof(OrganizationId) + sizeof(std::uint64_t)>;
BatchId batch_id(const JobId& job, std::uint32_t index);
BlockId block_id(const AuditStream& stream, std::uint64_t number);

/// What the port has no record for.
struct ConsumedKey {
  ByteArray<32> key{};
  Instant until{};
};
struct AppliedSet {
  ChangeId id{};
  Instant at{};
};
struct StoredBudget {
  BudgetKey key{};
  BudgetRow row{};
};
struct StoredBlock {
  BlockId id{};
  AuditBlockRow row{};
};
struct StoredBatch {
  BatchId id{};
  std::vector<JobItem> items{};
};

/// Entry is one key of an index, and what is under it.
struct Entry {
  Bytes key{};
  Bytes value{};

  friend bool operator==(const Entry&, const Entry&) = default;
};

/// Kept<Record> says how a record is kept: under which id in which table, as which bytes, and found by what else.
/// `read` answers Errc::record_unreadable for a row that `write` did not write.
template <class Record>
struct Kept;

#define HOST_LMDB_KEPT(Record, IdType, table_name, id_expression)       \
  template <>                                                           \
  struct Kept<Record> {                                                 \
    using Id = IdType; /* NOLINT(bugprone-macro-parentheses): a type */ \
    static constexpr Table table = Table::table_name;                   \
    static Id id(const Record& record) { return record.id_expression; } \
    static Bytes write(const Record& record);                           \
    static Result<Record> read(const Id& id, ByteView row);             \
    static std::vector<Entry> index(const Record& record);              \
  }

HOST_LMDB_KEPT(Organization, OrganizationId, organizations, id);
HOST_LMDB_KEPT(Account, AccountId, accounts, id);
HOST_LMDB_KEPT(Link, LinkId, links, id);
HOST_LMDB_KEPT(Session, SessionId, sessions, id);
HOST_LMDB_KEPT(Device, DeviceId, devices, id);
HOST_LMDB_KEPT(MailIntent, MailId, mails, id);
HOST_LMDB_KEPT(AuditRow, AuditId, audit, event.id);
HOST_LMDB_KEPT(RecoveryRequest, RecoveryRequestId, recovery_requests, id);
HOST_LMDB_KEPT(Job, JobId, jobs, id);
HOST_LMDB_KEPT(StoredBatch, BatchId, job_batches, id);
HOST_LMDB_KEPT(StoredBlock, BlockId, audit_blocks, id);
HOST_LMDB_KEPT(ConsumedKey, ByteArray<32>, consumed, key);
HOST_LMDB_KEPT(AppliedSet, ChangeId, applied, id);
HOST_LMDB_KEPT(StoredBudget, BudgetKey, budgets, key);
#undef HOST_LMDB_KEPT

template <class Record>
Bytes key_of(const typename Kept<Record>::Id& id) {
  return key_in(Kept<Record>::table).raw(bytes_of(id)).finish();
}

template <class Record>
Result<std::optional<Record>> find(const Transaction& db, const typename Kept<Record>::Id& id) {
  OSTIARY_TRY(const auto row, db.get(key_of<Record>(id)));
  if (!row) {
    return std::optional<Record>();
  }
  OSTIARY_TRY(auto record, Kept<Record>::read(id, *row));
  return std::optional(std::move(record));
}

/// owner_of gives the id under a key of an index that has one owner.
template <class IdType>
Result<std::optional<IdType>> owner_of(const Transaction& db, ByteView index_key) {
  OSTIARY_TRY(const auto value, db.get(index_key));
  return value ? std::optional(Reader(*value).id<IdType>()) : std::nullopt;
}

template <class Record>
Result<std::optional<Record>> find_by(const Transaction& db, ByteView index_key) {
  OSTIARY_TRY(const auto id, owner_of<typename Kept<Record>::Id>(db, index_key));
  if (!id) {
    return std::optional<Record>();
  }
  return find<Record>(db, *id);
}

/// put writes `next` in the place of `before`, and of its indexes only what differs.
template <class Record>
Result<void> put(const Transaction& db, const std::optional<Record>& before, const Record& next) {
  const auto stale = before ? Kept<Record>::index(*before) : std::vector<Entry>();
  const auto fresh = Kept<Record>::index(next);
  for (const auto& entry : stale) {
    if (std::ranges::find(fresh, entry) == fresh.end()) {
      OSTIARY_TRY(db.erase(entry.key));
    }
  }
  for (const auto& entry : fresh) {
    if (std::ranges::find(stale, entry) == stale.end()) {
      OSTIARY_TRY(db.put(entry.key, entry.value));
    }
  }
  return db.put(key_of<Record>(Kept<Record>::id(next)), Kept<Record>::write(next));
}

/// ids_of gives the ids of 16 bytes under an index's prefix.
template <class IdType>
Result<std::vector<IdType>> ids_of(const Transaction& db, const Bytes& prefix) {
  std::vector<IdType> ids;
  OSTIARY_TRY(db.visit(prefix, prefix, [&](ByteView key) -> Result<bool> {
    ids.push_back(Reader(key.subspan(prefix.size())).id<IdType>());
    return true;
  }));
  return ids;
}

/// add_proofs lays the sessions of format 1 out as format 2 has them: with when they were proved, which is long ago. An
/// operation that asks for a fresh proof asks once more; any later time would be a proof that nobody gave.
Result<void> add_proofs(const Transaction& db);

/// newest_block is the number of the stream's newest block; 0: it has none.
Result<std::uint64_t> newest_block(const Transaction& db, const AuditStream& stream);

template <class Record>
Result<void> erase(const Transaction& db, const Record& record) {
  for (const auto& entry : Kept<Record>::index(record)) {
    OSTIARY_TRY(db.erase(entry.key));
  }
  return db.erase(key_of<Record>(Kept<Record>::id(record)));
}

}  // namespace host::lmdb
