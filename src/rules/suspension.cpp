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

// A standing that stays as it is was asked about all the same: the answer needs the guard and leaves an event.
AppendAudit refusal_of(std::string reason, const Actor& actor, const Account& account, Fresh& fresh, Instant now) {
  auto event = event_of(AuditKind::operation_refused, actor, account, fresh, now);
  event.reason = std::move(reason);
  return {.event = std::move(event), .mac = {}};
}

// What is removed is answered, and audited, as what is not there.
std::string why_unchanged(const Account& account) {
  return account.status == AccountStatus::removed ? "not_found" : "unchanged";
}

}  // namespace

Decision<SuspensionOutcome> decide_suspension(const Actor& actor, SuspensionFacts facts, Fresh& fresh, Instant now) {
  auto& [account, organization] = facts;
  Decision<SuspensionOutcome> decision{.outcome = StandingUnchanged{}, .changes = actor.guard(now)};
  if (account.status != AccountStatus::invited && account.status != AccountStatus::active) {
    decision.changes.emplace_back(refusal_of("suspend_account:" + why_unchanged(account), actor, account, fresh, now));
    return decision;
  }
  if (account.role == Role::manager && account.status == AccountStatus::active) {
    if (organization.active_managers <= 1) {
      decision.outcome = LastManager{};
      decision.changes.emplace_back(refusal_of("suspend_account:last_manager", actor, account, fresh, now));
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
  decision.outcome = Suspended{effects_of(SecurityEvent::suspended)};
  decision.changes.emplace_back(PutAccount{std::move(account), version});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

Decision<RestorationOutcome> decide_restoration(const Actor& actor, SuspensionFacts facts, Fresh& fresh, Instant now) {
  auto& [account, organization] = facts;
  Decision<RestorationOutcome> decision{.outcome = StandingUnchanged{}, .changes = actor.guard(now)};
  if (account.status != AccountStatus::suspended) {
    decision.changes.emplace_back(refusal_of("restore_account:" + why_unchanged(account), actor, account, fresh, now));
    return decision;
  }
  auto event = event_of(AuditKind::account_restored, actor, account, fresh, now);
  const Version version = account.version;
  account.status = account.setup_completed_at ? AccountStatus::active : AccountStatus::invited;
  decision.outcome = Restored{account.status};
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
