#include <ostiary/rules/suspension.hpp>

#include <algorithm>
#include <iterator>

#include "admin_event.hpp"

namespace ostiary::inline v0 {

Decision<SuspensionOutcome> decide_suspension(const Actor& actor, AdminFacts facts, Fresh& fresh, Instant now) {
  auto& [account, organization] = facts;
  if (account.status != AccountStatus::invited && account.status != AccountStatus::active) {
    return {.outcome = StandingUnchanged{},
            .changes = refuse(actor, Operation::suspend_account, "unchanged", account, fresh, now)};
  }
  Account next = account;
  next.status = AccountStatus::suspended;
  next.epochs = epochs_after(SecurityEvent::suspended, next.epochs);
  auto recounted = recount_managers(std::move(organization), account, next);
  if (!recounted) {
    return {.outcome = LastManager{},
            .changes = refuse(actor, Operation::suspend_account, "last_manager", account, fresh, now)};
  }
  auto event = admin_event(AuditKind::account_suspended, actor, account, fresh, now);
  Decision<SuspensionOutcome> decision{.outcome = Suspended{effects_of(SecurityEvent::suspended)},
                                       .changes = actor.guard(now)};
  std::ranges::move(*recounted, std::back_inserter(decision.changes));
  decision.changes.emplace_back(PutAccount{.next = std::move(next), .expected = account.version});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

Decision<RestorationOutcome> decide_restoration(const Actor& actor, AdminFacts facts, Fresh& fresh, Instant now) {
  auto& [account, organization] = facts;
  if (account.status != AccountStatus::suspended) {
    return {.outcome = StandingUnchanged{},
            .changes = refuse(actor, Operation::restore_account, "unchanged", account, fresh, now)};
  }
  Account next = account;
  next.status = account.setup_completed_at ? AccountStatus::active : AccountStatus::invited;
  auto recounted = recount_managers(std::move(organization), account, next);
  auto event = admin_event(AuditKind::account_restored, actor, account, fresh, now);
  Decision<RestorationOutcome> decision{.outcome = Restored{next.status}, .changes = actor.guard(now)};
  std::ranges::move(*recounted, std::back_inserter(decision.changes));  // counted up, so there always is one
  decision.changes.emplace_back(PutAccount{.next = std::move(next), .expected = account.version});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

}  // namespace ostiary::inline v0
