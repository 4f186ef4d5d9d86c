#include "lmdb_store.hpp"

#include <map>

#include "changes.hpp"
#include "rows.hpp"
#include "search.hpp"

namespace host {

using lmdb::Transaction;

namespace {

// A page of the records whose ids stand, in order, behind `prefix`. The one id too many only says that there is a next.
template <class Record>
Result<Page<Record>> page_of(const Transaction& db, const Bytes& prefix, const PageRequest& request) {
  using RecordId = typename lmdb::Kept<Record>::Id;
  auto first = prefix;
  RecordId after;
  if (!request.after.empty()) {
    OSTIARY_TRY(after, RecordId::parse(request.after));
    first = lmdb::Writer().raw(prefix).raw(after.bytes()).finish();
  }
  const auto limit = std::clamp<std::size_t>(request.limit, 1, PageRequest::limit_max);
  Page<Record> page;
  OSTIARY_TRY(db.visit(prefix, first, [&](ByteView key) -> Result<bool> {
    const auto id = lmdb::Reader(key.subspan(prefix.size())).id<RecordId>();
    if (!request.after.empty() && id == after) {
      return true;
    }
    if (page.records.size() == limit) {
      page.next = lmdb::Kept<Record>::id(page.records.back()).to_string();
      return false;
    }
    OSTIARY_TRY(auto record, lmdb::find<Record>(db, id));
    if (!record) {
      return Errc::record_unreadable;  // an index that names nothing
    }
    page.records.push_back(std::move(*record));
    return true;
  }));
  return page;
}

// Up to `limit` events whose ids end the keys behind `prefix`, from `first` on, in the keys' order.
Result<std::vector<AuditRow>> events_of(const Transaction& db, const Bytes& prefix, const Bytes& first,
                                        std::size_t limit) {
  std::vector<AuditRow> events;
  OSTIARY_TRY(db.visit(prefix, first, [&](ByteView key) -> Result<bool> {
    if (events.size() == limit) {
      return false;
    }
    OSTIARY_TRY(auto event, lmdb::find<AuditRow>(db, lmdb::Reader(key.last(sizeof(AuditId))).id<AuditId>()));
    if (!event) {
      return Errc::record_unreadable;
    }
    events.push_back(std::move(*event));
    return true;
  }));
  return events;
}

}  // namespace

Result<std::unique_ptr<LmdbStore>> LmdbStore::open(const LmdbOptions& options) {
  if (options.path.empty() || options.map_bytes == 0) {
    return Errc::invalid_configuration;
  }
  OSTIARY_TRY(auto environment, lmdb::Environment::open(options.path, options.map_bytes));
  return std::unique_ptr<LmdbStore>(new LmdbStore(std::move(environment)));
}

Result<Transaction> LmdbStore::read() const { return Transaction::begin(*environment_, Transaction::Access::read); }

Result<Transaction> LmdbStore::write() const { return Transaction::begin(*environment_, Transaction::Access::write); }

// Reads: each in one transaction, so it sees one committed state whatever is written meanwhile.

Result<std::optional<Organization>> LmdbStore::find_organization(const OrganizationId& id) {
  OSTIARY_TRY(const auto db, read());
  return lmdb::find<Organization>(db, id);
}

Result<std::optional<Organization>> LmdbStore::find_organization_by_domain(const Domain& domain) {
  OSTIARY_TRY(const auto db, read());
  return lmdb::find_by<Organization>(db, lmdb::domain_key(domain));
}

Result<std::optional<Account>> LmdbStore::find_account(const AccountId& id) {
  OSTIARY_TRY(const auto db, read());
  return lmdb::find<Account>(db, id);
}

Result<std::optional<Account>> LmdbStore::find_account_by_login(const LoginName& login) {
  OSTIARY_TRY(const auto db, read());
  return lmdb::find_by<Account>(db, lmdb::login_key(login));
}

Result<std::optional<Account>> LmdbStore::find_account_by_host_ref(const std::string& host_ref) {
  OSTIARY_TRY(const auto db, read());
  return lmdb::find_by<Account>(db, lmdb::host_ref_key(host_ref));
}

Result<Page<Account>> LmdbStore::list_accounts(const PageRequest& page) {
  OSTIARY_TRY(const auto db, read());
  return page_of<Account>(db, lmdb::key_in(lmdb::Table::accounts).finish(), page);
}

Result<Page<Account>> LmdbStore::find_accounts_by_address(const EmailAddress& address, const PageRequest& page) {
  OSTIARY_TRY(const auto db, read());
  return page_of<Account>(db, lmdb::address_prefix(address.canonical()), page);
}

Result<Page<Account>> LmdbStore::search_accounts(const AccountQuery& query, const PageRequest& page) {
  OSTIARY_TRY(const auto db, read());
  return lmdb::search_accounts(db, query, page);
}

Result<AccountCount> LmdbStore::count_accounts(const AccountQuery& query, std::size_t limit) {
  OSTIARY_TRY(const auto db, read());
  return lmdb::count_accounts(db, query, limit);
}

// Reads every account: it is asked for hourly. A store of millions keeps a row for each form, with its count.
Result<std::vector<HashCount>> LmdbStore::count_password_hashes() {
  OSTIARY_TRY(const auto db, read());
  const auto prefix = lmdb::key_in(lmdb::Table::accounts).finish();
  std::map<std::string, std::uint64_t> counts;
  OSTIARY_TRY(db.visit(prefix, prefix, [&](ByteView key) -> Result<bool> {
    OSTIARY_TRY(const auto account, lmdb::find<Account>(db, lmdb::Reader(key.subspan(prefix.size())).id<AccountId>()));
    if (account && account->password) {
      ++counts[hash_form(account->password->hash)];
    }
    return true;
  }));
  std::vector<HashCount> out;
  out.reserve(counts.size());
  for (const auto& [form, count] : counts) {
    out.push_back({.form = form, .count = count});
  }
  return out;
}

Result<std::optional<Link>> LmdbStore::find_link(const LinkId& id) {
  OSTIARY_TRY(const auto db, read());
  return lmdb::find<Link>(db, id);
}

Result<std::optional<Link>> LmdbStore::find_link_of(const AccountId& account, LinkPurpose purpose) {
  OSTIARY_TRY(const auto db, read());
  return lmdb::find_by<Link>(db, lmdb::link_of_key(account, purpose));
}

Result<std::optional<SessionFacts>> LmdbStore::find_session(const SessionId& id) {
  OSTIARY_TRY(const auto db, read());
  OSTIARY_TRY(const auto session, lmdb::find<Session>(db, id));
  if (!session) {
    return std::optional<SessionFacts>();
  }
  OSTIARY_TRY(const auto account, lmdb::find<Account>(db, session->account));
  if (!account) {
    return Errc::record_unreadable;  // accounts are never deleted
  }
  OSTIARY_TRY(const auto organization, lmdb::find<Organization>(db, account->organization));
  if (!organization) {
    return Errc::record_unreadable;
  }
  return SessionFacts{.session = *session, .account = standing_of(*account), .organization = organization->status};
}

Result<Page<Session>> LmdbStore::list_sessions(const AccountId& account, const PageRequest& page) {
  OSTIARY_TRY(const auto db, read());
  return page_of<Session>(db, lmdb::owned_prefix(lmdb::Table::sessions_of, account), page);
}

Result<std::optional<Device>> LmdbStore::find_device(const DeviceId& id) {
  OSTIARY_TRY(const auto db, read());
  return lmdb::find<Device>(db, id);
}

Result<Page<Device>> LmdbStore::list_devices(const AccountId& account, const PageRequest& page) {
  OSTIARY_TRY(const auto db, read());
  return page_of<Device>(db, lmdb::owned_prefix(lmdb::Table::devices_of, account), page);
}

Result<std::optional<MailIntent>> LmdbStore::find_mail(const MailId& id) {
  OSTIARY_TRY(const auto db, read());
  return lmdb::find<MailIntent>(db, id);
}

Result<Page<MailIntent>> LmdbStore::list_mails(const AccountId& account, const PageRequest& page) {
  OSTIARY_TRY(const auto db, read());
  return page_of<MailIntent>(db, lmdb::owned_prefix(lmdb::Table::mails_of, account), page);
}

Result<std::optional<Job>> LmdbStore::find_job(const JobId& id) {
  OSTIARY_TRY(const auto db, read());
  return lmdb::find<Job>(db, id);
}

Result<Page<Job>> LmdbStore::list_jobs(const OrganizationId& organization, const PageRequest& page) {
  OSTIARY_TRY(const auto db, read());
  return page_of<Job>(db, lmdb::owned_prefix(lmdb::Table::jobs_of, organization), page);
}

Result<std::vector<JobItem>> LmdbStore::find_job_batch(const JobId& job, std::uint32_t index) {
  OSTIARY_TRY(const auto db, read());
  OSTIARY_TRY(const auto batch, lmdb::find<lmdb::StoredBatch>(db, lmdb::batch_id(job, index)));
  return batch ? batch->items : std::vector<JobItem>();
}

Result<Page<AuditRow>> LmdbStore::list_audit(const AuditStream& stream, const PageRequest& page) {
  OSTIARY_TRY(const auto db, read());
  return page_of<AuditRow>(db, lmdb::stream_prefix(lmdb::Table::audit_of, stream), page);
}

Result<std::vector<AuditRow>> LmdbStore::list_audit_block(const AuditStream& stream, std::uint64_t number) {
  OSTIARY_TRY(const auto db, read());
  const auto prefix = lmdb::sealed_prefix(stream, number);
  return events_of(db, prefix, prefix, audit_block_events_max);
}

Result<std::vector<AuditRow>> LmdbStore::list_unsealed_audit(const AuditStream& stream, std::size_t limit) {
  OSTIARY_TRY(const auto db, read());
  const auto prefix = lmdb::stream_prefix(lmdb::Table::unsealed, stream);
  OSTIARY_TRY(auto events, events_of(db, prefix, prefix, limit));
  // Whatever stands behind the newest block is in none.
  OSTIARY_TRY(const auto newest, lmdb::newest_block(db, stream));
  OSTIARY_TRY(auto strays, events_of(db, lmdb::stream_prefix(lmdb::Table::sealed, stream),
                                     lmdb::sealed_prefix(stream, newest + 1), limit));
  std::ranges::move(strays, std::back_inserter(events));
  std::ranges::sort(events, {}, [](const AuditRow& row) { return row.event.id; });
  events.resize(std::min(events.size(), limit));
  return events;
}

// From each stream it goes on behind the last event that the stream could have: it does not matter how many there are.
Result<std::vector<AuditStream>> LmdbStore::list_unsealed_streams(std::size_t limit) {
  OSTIARY_TRY(const auto db, read());
  const auto prefix = lmdb::key_in(lmdb::Table::unsealed).finish();
  std::vector<AuditStream> streams;
  auto first = prefix;
  for (bool found = true; found && streams.size() < limit;) {
    found = false;
    OSTIARY_TRY(db.visit(prefix, first, [&](ByteView key) -> Result<bool> {
      lmdb::Reader in(key.subspan(prefix.size()));
      const bool has_organization = in.number<std::uint8_t>() != 0;
      const auto organization = in.id<OrganizationId>();
      streams.push_back(has_organization ? AuditStream(organization) : AuditStream());
      found = true;
      return false;
    }));
    if (found) {
      const Bytes behind(sizeof(AuditId) + 1, std::byte{0xff});
      first = lmdb::Writer().raw(lmdb::stream_prefix(lmdb::Table::unsealed, streams.back())).raw(behind).finish();
    }
  }
  return streams;
}

Result<std::optional<AuditBlockRow>> LmdbStore::find_audit_block(const AuditStream& stream, std::uint64_t number) {
  OSTIARY_TRY(const auto db, read());
  OSTIARY_TRY(const auto block, lmdb::find<lmdb::StoredBlock>(db, lmdb::block_id(stream, number)));
  return block ? std::optional(block->row) : std::nullopt;
}

Result<std::optional<AuditBlockRow>> LmdbStore::find_audit_head(const AuditStream& stream) {
  OSTIARY_TRY(const auto db, read());
  OSTIARY_TRY(const auto block,
              lmdb::find_by<lmdb::StoredBlock>(db, lmdb::stream_prefix(lmdb::Table::audit_head, stream)));
  return block ? std::optional(block->row) : std::nullopt;
}

// Writes: each in one transaction. One that is not committed is taken back when it goes out of scope.

// [commit]
Result<CommitAnswer> LmdbStore::commit(const ChangeSet& set) {
  OSTIARY_TRY(auto db, write());
  OSTIARY_TRY(const auto answer, lmdb::apply(db, set));
  if (std::holds_alternative<Committed>(answer)) {
    OSTIARY_TRY(db.commit());
  }
  return answer;
}
// [commit]

Result<ChargeAnswer> LmdbStore::charge(std::span<const Charge> charges, Instant now) {
  OSTIARY_TRY(auto db, write());
  OSTIARY_TRY(const auto answer, lmdb::charge(db, charges, now));
  OSTIARY_TRY(db.commit());
  return answer;
}

Result<std::vector<MailIntent>> LmdbStore::claim_mail(std::size_t limit, Instant now, Instant until,
                                                      const LeaseToken& token) {
  OSTIARY_TRY(auto db, write());
  OSTIARY_TRY(auto mails, lmdb::claim_mail(db, limit, now, {.token = token, .until = until}));
  OSTIARY_TRY(db.commit());
  return mails;
}

Result<std::vector<RecoveryRequest>> LmdbStore::claim_recovery_requests(std::size_t limit, Instant now, Instant until,
                                                                        const LeaseToken& token) {
  OSTIARY_TRY(auto db, write());
  OSTIARY_TRY(auto requests, lmdb::claim_recovery_requests(db, limit, now, {.token = token, .until = until}));
  OSTIARY_TRY(db.commit());
  return requests;
}

Result<Housekept> LmdbStore::housekeep(Instant now, std::size_t limit) {
  OSTIARY_TRY(environment_->free_dead_readers());
  OSTIARY_TRY(auto db, write());
  OSTIARY_TRY(const auto answer, lmdb::housekeep(db, now, limit));
  OSTIARY_TRY(db.commit());
  return answer;
}

}  // namespace host
