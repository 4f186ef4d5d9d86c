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
Result<void> erase_by_id(const Transaction& db, ByteView id) {
  OSTIARY_TRY(const auto record, find<Record>(db, Reader(id).id<typename Kept<Record>::Id>()));
  return record ? erase(db, *record) : Errc::record_unreadable;
}

// What Table::ends may name. Anything else was written by nobody that we know.
Result<void> erase_ended(const Transaction& db, Table table, ByteView id) {
  switch (table) {
    case Table::links:
      return erase_by_id<Link>(db, id);
    case Table::sessions:
      return erase_by_id<Session>(db, id);
    case Table::devices:
      return erase_by_id<Device>(db, id);
    case Table::mails:
      return erase_by_id<MailIntent>(db, id);
    case Table::consumed:
      return erase_by_id<ConsumedKey>(db, id);
    case Table::applied:
      return erase_by_id<AppliedSet>(db, id);
    case Table::budgets:
      return erase_by_id<StoredBudget>(db, id);
    case Table::organizations:
    case Table::accounts:
    case Table::audit:
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
  for (const auto& key : ended) {
    Reader in(ByteView(key).subspan(prefix.size()));
    in.time();
    const auto table = in.choice(Table::organizations, Table::ends);
    OSTIARY_TRY(erase_ended(db, table, in.rest()));
  }
  return Housekept{.deleted = ended.size(), .more = ended.size() >= limit};
}

}  // namespace host::lmdb
