#include <tuple>

#include "changes.hpp"
#include "rows.hpp"

// Budgets, the outbox's queue, and housekeeping.
namespace host::lmdb {
namespace {

Result<ChargeAnswer> charge_one(const Transaction& db, const Charge& one, Instant now) {
  OSTIARY_TRY(const auto stored, find<StoredBudget>(db, one.key));
  const auto judged = judge_charge(stored ? std::optional(stored->row) : std::nullopt, one, now);
  if (stored || one.direction == ChargeDirection::spend) {
    OSTIARY_TRY(put(db, stored, StoredBudget{.key = one.key, .row = judged.next}));
  }
  return judged.answer;
}

// Adds up to `limit` mails of `state` that are due by `due_by` and under no lease at `now`, earliest due first. What it
// passes over are mails in other workers' hands, which are few.
Result<void> gather(const Transaction& db, MailState state, Instant due_by, Instant now, std::size_t limit,
                    std::vector<MailIntent>& out) {
  const auto prefix = key_in(Table::mails_to_send).choice(state).finish();
  std::size_t count = 0;
  return db.visit(prefix, prefix, [&](ByteView key) -> Result<bool> {
    if (count == limit || Reader(key.subspan(prefix.size())).time() > due_by) {
      return false;
    }
    OSTIARY_TRY(auto mail, find<MailIntent>(db, Reader(key.last(16)).id<MailId>()));
    if (mail && (!mail->lease || mail->lease->until <= now)) {
      out.push_back(std::move(*mail));
      ++count;
    }
    return true;
  });
}

template <class Record>
Result<std::size_t> erase_by_id(const Transaction& db, ByteView id) {
  OSTIARY_TRY(const auto record, find<Record>(db, Reader(id).id<typename Kept<Record>::Id>()));
  if (!record) {
    return Errc::record_unreadable;
  }
  OSTIARY_TRY(erase(db, *record));
  return std::size_t{1};
}

// The entry by which the batches of a job are found that is gone.
Bytes batches_entry(Instant end, ByteView job) {
  return key_in(Table::ends).time(end).choice(Table::job_batches).raw(job).finish();
}

// Up to `limit` batches of a job that is gone, and with the last of them their entry.
Result<std::size_t> erase_batches(const Transaction& db, Instant end, ByteView job, std::size_t limit) {
  std::vector<Bytes> batches;
  const auto prefix = key_in(Table::job_batches).raw(job).finish();
  OSTIARY_TRY(db.visit(prefix, prefix, [&](ByteView key) -> Result<bool> {
    batches.emplace_back(key.begin(), key.end());
    return batches.size() <= limit;
  }));
  const bool are_all = batches.size() <= limit;
  batches.resize(std::min(batches.size(), limit));
  for (const auto& key : batches) {
    OSTIARY_TRY(db.erase(key));
  }
  if (are_all) {
    OSTIARY_TRY(db.erase(batches_entry(end, job)));
  }
  return batches.size();
}

// The job goes first, so that nobody goes on with one whose batches are gone.
Result<std::size_t> erase_job(const Transaction& db, Instant end, ByteView id, std::size_t limit) {
  OSTIARY_TRY(const auto job, erase_by_id<Job>(db, id));
  OSTIARY_TRY(db.put(batches_entry(end, id), {}));
  OSTIARY_TRY(const auto batches, erase_batches(db, end, id, limit - job));
  return job + batches;
}

// What Table::ends may name, and up to `limit` rows with it. Anything else was written by nobody that we know.
Result<std::size_t> erase_ended(const Transaction& db, Instant end, Table table, ByteView id, std::size_t limit) {
  switch (table) {
    case Table::links:
      return erase_by_id<Link>(db, id);
    case Table::sessions:
      return erase_by_id<Session>(db, id);
    case Table::devices:
      return erase_by_id<Device>(db, id);
    case Table::mails:
      return erase_by_id<MailIntent>(db, id);
    case Table::recovery_requests:
      return erase_by_id<RecoveryRequest>(db, id);
    case Table::jobs:
      return erase_job(db, end, id, limit);
    case Table::job_batches:
      return erase_batches(db, end, id, limit);
    case Table::consumed:
      return erase_by_id<ConsumedKey>(db, id);
    case Table::applied:
      return erase_by_id<AppliedSet>(db, id);
    case Table::budgets:
      return erase_by_id<StoredBudget>(db, id);
    case Table::organizations:
    case Table::accounts:
    case Table::audit:
    case Table::audit_blocks:
    case Table::organization_by_domain:
    case Table::account_by_login:
    case Table::account_by_host_ref:
    case Table::account_by_address:
    case Table::link_of:
    case Table::sessions_of:
    case Table::devices_of:
    case Table::mails_of:
    case Table::audit_of:
    case Table::mails_to_send:
    case Table::ends:
    case Table::links_of:
    case Table::jobs_of:
    case Table::words:
    case Table::members:
    case Table::unsealed:
    case Table::sealed:
    case Table::audit_head:
      break;
  }
  return Errc::record_unreadable;
}

}  // namespace

Result<ChargeAnswer> charge(const Transaction& db, std::span<const Charge> charges, Instant now) {
  ChargeAnswer answer{.admitted = true};
  for (std::size_t i = 0; i < charges.size(); ++i) {
    OSTIARY_TRY(auto one, charge_one(db, charges[i], now));
    if (!one.admitted) {
      one.index = i;
      one.lifted = answer.lifted;
      return one;
    }
    answer.lifted += one.lifted;
  }
  return answer;
}

Result<std::vector<MailIntent>> claim_mail(const Transaction& db, std::size_t limit, Instant now, const Lease& lease) {
  std::vector<MailIntent> due;
  OSTIARY_TRY(gather(db, MailState::queued, now, now, limit, due));
  OSTIARY_TRY(gather(db, MailState::sending, Instant::max(), now, limit, due));
  std::ranges::sort(due, {}, [](const MailIntent& mail) { return std::tuple(mail.due_at, mail.id); });
  due.erase(due.begin() + static_cast<std::ptrdiff_t>(std::min(limit, due.size())), due.end());
  for (auto& mail : due) {
    const auto before = std::optional(mail);
    mail.lease = lease;
    OSTIARY_TRY(put(db, before, mail));
  }
  return due;
}

// In the order in which they came.
Result<std::vector<RecoveryRequest>> claim_recovery_requests(const Transaction& db, std::size_t limit, Instant now,
                                                             const Lease& lease) {
  std::vector<RecoveryRequest> free;
  const auto prefix = key_in(Table::recovery_requests).finish();
  OSTIARY_TRY(db.visit(prefix, prefix, [&](ByteView key) -> Result<bool> {
    if (free.size() == limit) {
      return false;
    }
    const auto id = Reader(key.subspan(prefix.size())).id<RecoveryRequestId>();
    OSTIARY_TRY(auto request, find<RecoveryRequest>(db, id));
    if (request && (!request->lease || request->lease->until <= now)) {
      free.push_back(std::move(*request));
    }
    return true;
  }));
  for (auto& request : free) {
    const auto before = std::optional(request);
    request.lease = lease;
    OSTIARY_TRY(put(db, before, request));
  }
  return free;
}

// Everything that ends has its entry in one index, by time: what has ended stands at its beginning, of every kind.
Result<Housekept> housekeep(const Transaction& db, Instant now, std::size_t limit) {
  std::vector<Bytes> ended;
  const auto prefix = key_in(Table::ends).finish();
  OSTIARY_TRY(db.visit(prefix, prefix, [&](ByteView key) -> Result<bool> {
    if (ended.size() >= limit || Reader(key.subspan(prefix.size())).time() > now) {
      return false;
    }
    ended.emplace_back(key.begin(), key.end());
    return true;
  }));
  std::size_t deleted = 0;
  for (auto key = ended.begin(); key != ended.end() && deleted < limit; ++key) {
    Reader in(ByteView(*key).subspan(prefix.size()));
    const auto end = in.time();
    const auto table = in.choice(Table::organizations, Table::audit_head);
    OSTIARY_TRY(const auto rows, erase_ended(db, end, table, in.rest(), limit - deleted));
    deleted += rows;
  }
  return Housekept{.deleted = deleted, .more = deleted >= limit};
}

}  // namespace host::lmdb
