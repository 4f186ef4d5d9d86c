#include <ostiary/rules/account_removal.hpp>

#include <algorithm>
#include <iterator>

#include "admin_event.hpp"

namespace ostiary::inline v0 {
namespace {

void remove(const Actor& actor, const Account& account, std::vector<Change>& changes, Fresh& fresh, Instant now) {
  auto event = admin_event(AuditKind::account_removed, actor, account, fresh, now);
  changes.emplace_back(PutAccount{.next = erased(account), .expected = account.version});
  changes.emplace_back(EraseAccount{.account = account.id});
  changes.emplace_back(AppendAudit{std::move(event), {}});
}

}  // namespace

Account erased(Account account) {
  Account rest{.id = account.id,
               .version = account.version,
               .organization = account.organization,
               .login = std::move(account.login),
               .status = AccountStatus::removed,
               .role = account.role};
  rest.epochs = epochs_after(SecurityEvent::removed, account.epochs);
  rest.created_at = account.created_at;
  rest.setup_completed_at = account.setup_completed_at;
  return rest;
}

Decision<RemovalOutcome> decide_removal(const Actor& actor, AdminFacts facts, Version shown, Fresh& fresh,
                                        Instant now) {
  const Account& account = facts.account;
  if (account.version != shown) {
    return {.outcome = Changed{account.version},
            .changes = refuse(actor, Operation::remove_account, "changed", account, fresh, now)};
  }
  auto recounted = recount_managers(std::move(facts.organization), account, erased(account));
  if (!recounted) {
    return {.outcome = LastManager{},
            .changes = refuse(actor, Operation::remove_account, "last_manager", account, fresh, now)};
  }
  Decision<RemovalOutcome> decision{.outcome = AccountRemoved{effects_of(SecurityEvent::removed)},
                                    .changes = actor.guard(now)};
  std::ranges::move(*recounted, std::back_inserter(decision.changes));
  remove(actor, account, decision.changes, fresh, now);
  return decision;
}

std::vector<Change> decide_erasure(const Actor& actor, std::span<const Account> accounts, Fresh& fresh, Instant now) {
  auto changes = actor.guard(now);
  for (const Account& account : accounts) {
    remove(actor, account, changes, fresh, now);
  }
  return changes;
}

}  // namespace ostiary::inline v0
