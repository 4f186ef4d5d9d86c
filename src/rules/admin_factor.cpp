#include <ostiary/rules/admin_factor.hpp>

#include "admin_event.hpp"

namespace ostiary::inline v0 {

Decision<FactorResetOutcome> decide_factor_reset(const Actor& actor, AdminFacts facts, const MailPolicy& policy,
                                                 Fresh& fresh, Instant now) {
  Account& account = facts.account;
  if (!has_second_factor(account)) {
    return {.outcome = StandingUnchanged{},
            .changes = refuse(actor, Operation::reset_second_factor, "unchanged", account, fresh, now)};
  }
  const Version version = account.version;
  account.authenticator.reset();
  account.email_codes_since.reset();
  account.recovery_codes.reset();
  account.epochs = epochs_after(SecurityEvent::factor_reset, account.epochs);
  auto notice = make_mail_intent(MailKind::factor_reset, account, facts.organization, policy, fresh, now);
  auto event = admin_event(AuditKind::factor_reset, actor, account, fresh, now);
  Decision<FactorResetOutcome> decision{
      .outcome = FactorReset{.notice = notice.id, .ended = effects_of(SecurityEvent::factor_reset)},
      .changes = actor.guard(now)};
  decision.changes.emplace_back(PutAccount{.next = std::move(account), .expected = version});
  decision.changes.emplace_back(PutMailIntent{std::move(notice)});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

}  // namespace ostiary::inline v0
