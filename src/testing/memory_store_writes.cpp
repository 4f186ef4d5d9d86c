#include <algorithm>
#include <utility>

#include "memory_state.hpp"
#include <ostiary/base/assert.hpp>
#include <ostiary/testing/memory_store.hpp>

namespace ostiary::inline v0::testing {
namespace {

constexpr auto change_id_lifetime = std::chrono::hours(24);

// A judge that breaks the one clause that the kit's own test switched off.
JudgedCharge judge_without(GuardClause clause, const std::optional<BudgetRow>& stored, const Charge& charge,
                           Instant now) {
  auto judged = judge_charge(stored, charge, now);
  const auto tat = stored ? stored->tat : FineInstant(now);
  const auto end = FineInstant(now) + charge.budget.window;
  const bool is_refund = charge.direction == ChargeDirection::refund;
  if (clause == GuardClause::charge_limit) {
    judged.answer.admitted = true;
  }
  if (clause == GuardClause::charge_refund_floor && is_refund) {
    judged.next.tat = tat - FineInstant::duration(charge.budget.window) / charge.budget.count;
  }
  if (clause == GuardClause::charge_refund_floor && !is_refund && judged.answer.admitted) {
    judged.next.tat = tat + FineInstant::duration(charge.budget.window) / charge.budget.count;
  }
  if (clause == GuardClause::charge_clock_back && tat > end && !is_refund) {
    return {.next = *stored, .answer = {.retry_after = std::chrono::ceil<Duration>(tat - end), .refusals = 1}};
  }
  if (clause == GuardClause::charge_lifted_when_drained && judged.answer.admitted) {
    judged.answer.lifted += std::exchange(judged.next.refused, 0);
  }
  return judged;
}

bool is_claimable(const StoredMail& mail, Instant now, std::optional<GuardClause> without) {
  const bool lease_ended = !mail.lease || mail.lease->until <= now || without == GuardClause::claim_lease_ended;
  switch (mail.state) {
    case MailState::queued:
      return lease_ended && (mail.due_at <= now || without == GuardClause::claim_due);
    case MailState::sending:
      return lease_ended;
    case MailState::sent:
    case MailState::bounced:
    case MailState::failed:
    case MailState::superseded:
    case MailState::voided:
      return without == GuardClause::claim_state;
  }
  return false;
}

// Housekeeper deletes ended rows of one table after another until its limit is reached.
class Housekeeper {
 public:
  Housekeeper(std::size_t limit, std::optional<GuardClause> without) : limit_(limit), without_(without) {}

  template <class Key, class Row, class Ended, class Erase>
  void sweep(const Table<Key, Row>& table, Ended ended, Erase erase) {
    sweep_rows(table, [&](const Key& /*key*/, const Row& row) { return ended(row); }, erase);
  }
  template <class Key, class Row, class Ended, class Erase>
  void sweep_keys(const Table<Key, Row>& table, Ended ended, Erase erase) {
    sweep_rows(table, [&](const Key& key, const Row& /*row*/) { return ended(key); }, erase);
  }

  [[nodiscard]] Housekept answer() const { return {.deleted = deleted_, .more = deleted_ >= limit_}; }

 private:
  template <class Key, class Row, class Ended, class Erase>
  void sweep_rows(const Table<Key, Row>& table, Ended ended, Erase erase) {
    std::vector<std::pair<Key, Row>> found;
    for (const auto& [key, row] : table.rows()) {
      if (deleted_ + found.size() >= limit_ && without_ != GuardClause::housekeep_limit) {
        break;
      }
      if (ended(key, row) || without_ == GuardClause::housekeep_ended) {
        found.emplace_back(key, row);
      }
    }
    deleted_ += found.size();
    for (const auto& [key, row] : found) {
      erase(key, row);
    }
  }

  std::size_t limit_;
  std::optional<GuardClause> without_;
  std::size_t deleted_ = 0;
};

}  // namespace

Result<ChargeAnswer> MemoryStore::charge(std::span<const Charge> charges, Instant now) {
  const auto lock = enter(StoreCall::charge);
  ChargeAnswer answer{.admitted = true};
  for (std::size_t i = 0; i < charges.size(); ++i) {
    const auto one = charge_one(charges[i], now);
    if (one.admitted) {
      answer.lifted += one.lifted;
      continue;
    }
    if (answer.admitted) {
      const auto lifted = answer.lifted;
      answer = one;
      answer.index = i;
      answer.lifted = lifted;
    }
    if (without_ != GuardClause::charge_stops) {
      break;
    }
  }
  return answer;
}

ChargeAnswer MemoryStore::charge_one(const Charge& charge, Instant now) {
  OSTIARY_ASSERT(charge.budget.count > 0);
  const auto* row = state_->budgets.find(charge.key);
  const auto stored = row == nullptr ? std::nullopt : std::optional(*row);
  const auto judged = without_ ? judge_without(*without_, stored, charge, now) : judge_charge(stored, charge, now);
  if (stored || charge.direction == ChargeDirection::spend) {
    Journal journal;
    state_->budgets.put(charge.key, judged.next, journal);
  }
  return judged.answer;
}

Result<std::vector<MailIntent>> MemoryStore::claim_mail(std::size_t limit, Instant now, Instant until,
                                                        const LeaseToken& token) {
  const auto lock = enter(StoreCall::claim_mail);
  std::vector<std::pair<Instant, MailId>> due;
  for (const auto& [id, mail] : state_->mails.rows()) {
    if (is_claimable(mail, now, without_)) {
      due.emplace_back(mail.due_at, id);
    }
  }
  std::ranges::sort(due);
  due.resize(std::min(due.size(), limit));
  Journal journal;
  std::vector<MailIntent> claimed;
  for (const auto& [due_at, id] : due) {
    auto mail = *state_->mails.find(id);
    mail.lease = {.token = token, .until = until};
    OSTIARY_TRY(auto record, read(mail));
    claimed.push_back(std::move(record));
    state_->mails.put(id, std::move(mail), journal);
  }
  return claimed;
}

Result<std::vector<RecoveryRequest>> MemoryStore::claim_recovery_requests(std::size_t limit, Instant now, Instant until,
                                                                          const LeaseToken& token) {
  const auto lock = enter(StoreCall::claim_recovery_requests);
  std::vector<RecoveryRequestId> free;
  for (const auto& [id, request] : state_->recovery_requests.rows()) {
    const bool leased = request.lease && now < request.lease->until;
    if (free.size() < limit && (!leased || without_ == GuardClause::claim_recovery_lease_ended)) {
      free.push_back(id);
    }
  }
  Journal journal;
  std::vector<RecoveryRequest> claimed;
  for (const auto& id : free) {
    auto request = *state_->recovery_requests.find(id);
    request.lease = {.token = token, .until = until};
    OSTIARY_TRY(auto record, read(request));
    claimed.push_back(std::move(record));
    state_->recovery_requests.put(id, std::move(request), journal);
  }
  return claimed;
}

Result<Housekept> MemoryStore::housekeep(Instant now, std::size_t limit) {
  const auto lock = enter(StoreCall::housekeep);
  Journal journal;
  Housekeeper keeper(limit, without_);
  auto& state = *state_;
  const auto has_ended = [&](const auto& row) { return row.ends_at <= now; };
  const auto keys_kept_from = without_ == GuardClause::housekeep_change_ids ? now : now - change_id_lifetime;
  keeper.sweep(state.links, has_ended, [&](const LinkId& id, const Link& link) {
    if (has_one_row(link.purpose)) {
      state.links_of.erase({link.account, link.purpose}, journal);
    }
    state.links_by.erase({link.account, id}, journal);
    state.links.erase(id, journal);
  });
  keeper.sweep(state.sessions, has_ended, [&](const SessionId& id, const StoredSession& session) {
    state.sessions_of.erase({session.account, id}, journal);
    state.sessions.erase(id, journal);
  });
  keeper.sweep(state.devices, has_ended, [&](const DeviceId& id, const StoredDevice& device) {
    state.devices_of.erase({device.account, id}, journal);
    state.devices.erase(id, journal);
  });
  keeper.sweep(state.mails, has_ended, [&](const MailId& id, const StoredMail& mail) {
    for (const auto& account : mail.accounts) {
      state.mails_of.erase({account, id}, journal);
    }
    state.mails.erase(id, journal);
  });
  keeper.sweep(state.recovery_requests, has_ended,
               [&](const RecoveryRequestId& id, const auto& /*row*/) { state.recovery_requests.erase(id, journal); });
  keeper.sweep(state.jobs, has_ended, [&](const JobId& id, const StoredJob& job) {
    state.jobs_of.erase({job.organization, id}, journal);
    state.jobs.erase(id, journal);
  });
  keeper.sweep_keys(
      state.job_batches, [&](const auto& key) { return state.jobs.find(key.first) == nullptr; },
      [&](const auto& key, const auto& /*row*/) { state.job_batches.erase(key, journal); });
  keeper.sweep(
      state.consumed, [&](Instant until) { return until <= now; },
      [&](const auto& key, Instant /*until*/) { state.consumed.erase(key, journal); });
  keeper.sweep(
      state.budgets,
      [&](const BudgetRow& budget) {
        const bool is_kept = budget.refused > 0 && without_ != GuardClause::housekeep_refused_budgets;
        return budget.tat <= now - (is_kept ? refused_budget_grace : Duration::zero());
      },
      [&](const BudgetKey& key, const BudgetRow& /*budget*/) { state.budgets.erase(key, journal); });
  keeper.sweep(
      state.applied, [&](Instant at) { return at < keys_kept_from; },
      [&](const ChangeId& id, Instant /*at*/) { state.applied.erase(id, journal); });
  return keeper.answer();
}

}  // namespace ostiary::inline v0::testing
