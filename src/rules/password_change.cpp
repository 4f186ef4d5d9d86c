#include <ostiary/rules/password_change.hpp>

#include <algorithm>

#include "owner.hpp"

namespace ostiary::inline v0 {
Decision<PasswordChangeOutcome> decide_password_change(const SignedIn& owner, const OwnerFacts& facts,
                                                       const std::optional<CurrentPassword>& current,
                                                       std::string new_hash, const ClientContext& client,
                                                       const MailPolicy& policy, Fresh& fresh, Instant now) {
  switch (judge_current_password(current, facts.account)) {
    case PasswordProof::stale:
      return {.outcome = StaleVerdict{}, .changes = {}};
    case PasswordProof::wrong:
      return {.outcome = CurrentPasswordRefused{},
              .changes = refusal_of(AuditKind::password_change_refused, "wrong_password", owner, client, fresh, now)};
    case PasswordProof::right:
      break;
  }
  Account next = facts.account;
  next.password = Password{.id = fresh.id<CredentialId>(), .hash = std::move(new_hash), .set_at = now};
  next.epochs = epochs_after(SecurityEvent::password_changed, next.epochs);
  auto notices =
      make_owner_notices(MailKind::password_changed, next, facts.organization, mail_client(client), policy, fresh, now);
  const RestampSession stays{.id = owner.session(), .epoch = next.epochs.sessions};
  Decision<PasswordChangeOutcome> decision{
      .outcome = PasswordChanged{.ended = effects_of(SecurityEvent::password_changed)},
      .changes = {guard_of(owner, now), PutAccount{.next = std::move(next), .expected = facts.account.version}, stays}};
  std::ranges::move(notices, std::back_inserter(decision.changes));
  decision.changes.emplace_back(AppendAudit{event_of(AuditKind::password_changed, owner, client, fresh, now), {}});
  return decision;
}

Decision<PinChangeOutcome> decide_pin_change(const SignedIn& owner, const OwnerFacts& facts,
                                             const std::optional<CurrentPassword>& current, Bytes sealed_pin,
                                             const ClientContext& client, Fresh& fresh, Instant now) {
  switch (judge_current_password(current, facts.account)) {
    case PasswordProof::stale:
      return {.outcome = StaleVerdict{}, .changes = {}};
    case PasswordProof::wrong:
      return {
          .outcome = CurrentPasswordRefused{},
          .changes = refusal_of(AuditKind::operation_refused, "change_pin:wrong_password", owner, client, fresh, now)};
    case PasswordProof::right:
      break;
  }
  Account next = facts.account;
  next.pin = Pin{.sealed = std::move(sealed_pin), .set_at = now};
  return {.outcome = PinChanged{},
          .changes = {guard_of(owner, now), PutAccount{.next = std::move(next), .expected = facts.account.version},
                      AppendAudit{event_of(AuditKind::pin_changed, owner, client, fresh, now), {}}}};
}

}  // namespace ostiary::inline v0
