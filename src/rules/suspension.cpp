#include <ostiary/rules/suspension.hpp>

#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0 {
namespace {

AuditEvent event_of(AuditKind kind, const Actor& actor, const Account& account, Fresh& fresh, Instant now) {
  AuditEvent event{
      .id = fresh.id<AuditId>(), .at = now, .organization = account.organization, .kind = kind, .subject = account.id};
  describe_actor(event, actor);
  return event;
}

std::vector<Change> guarded(const Actor& actor, Instant now) {
  std::vector<Change> changes;
  if (const auto guard = actor.guard(now)) {
    changes.emplace_back(*guard);
  }
  return changes;
}

}  // namespace

Decision<SuspensionOutcome> decide_suspension(const Actor& actor, SuspensionFacts facts, Fresh& fresh, Instant now) {
  auto& [account, organization] = facts;
  if (account.status != AccountStatus::invited && account.status != AccountStatus::active) {
    return {.outcome = StandingUnchanged{}, .changes = {}};
  }
  Decision<SuspensionOutcome> decision{.outcome = Suspended{effects_of(SecurityEvent::suspended)},
                                       .changes = guarded(actor, now)};
  if (account.role == Role::manager && account.status == AccountStatus::active) {
    if (organization.active_managers <= 1) {
      auto refusal = event_of(AuditKind::operation_refused, actor, account, fresh, now);
      refusal.reason = "suspend_account:last_manager";
      decision.outcome = LastManager{};
      decision.changes.emplace_back(AppendAudit{std::move(refusal), {}});
      return decision;
    }
    --organization.active_managers;
    const Version version = organization.version;
    decision.changes.emplace_back(PutOrganization{std::move(organization), version});
  }
  auto event = event_of(AuditKind::account_suspended, actor, account, fresh, now);
  const Version version = account.version;
  account.status = AccountStatus::suspended;
  account.epochs = epochs_after(SecurityEvent::suspended, account.epochs);
  decision.changes.emplace_back(PutAccount{std::move(account), version});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

Decision<RestorationOutcome> decide_restoration(const Actor& actor, SuspensionFacts facts, Fresh& fresh, Instant now) {
  auto& [account, organization] = facts;
  if (account.status != AccountStatus::suspended) {
    return {.outcome = StandingUnchanged{}, .changes = {}};
  }
  auto event = event_of(AuditKind::account_restored, actor, account, fresh, now);
  const Version version = account.version;
  account.status = account.setup_completed_at ? AccountStatus::active : AccountStatus::invited;
  Decision<RestorationOutcome> decision{.outcome = Restored{account.status}, .changes = guarded(actor, now)};
  if (account.role == Role::manager && account.status == AccountStatus::active) {
    ++organization.active_managers;
    const Version organization_version = organization.version;
    decision.changes.emplace_back(PutOrganization{std::move(organization), organization_version});
  }
  decision.changes.emplace_back(PutAccount{std::move(account), version});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

}  // namespace ostiary::inline v0
