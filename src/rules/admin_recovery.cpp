#include <ostiary/rules/admin_recovery.hpp>

#include "admin_event.hpp"

namespace ostiary::inline v0 {

Decision<ResetMailOutcome> decide_reset_mail(const Actor& actor, const AdminFacts& facts,
                                             const std::optional<Link>& stored, const MailPolicy& policy, Fresh& fresh,
                                             Instant now) {
  const Account& account = facts.account;
  if (account.status != AccountStatus::active) {
    return {.outcome = WrongStatus{account.status},
            .changes = refuse(actor, Operation::send_reset_link, "wrong_status", account, fresh, now)};
  }
  auto mail = make_linked_mail(MailKind::reset_password, LinkPurpose::reset, stored, account, facts.organization,
                               policy, fresh, now);
  auto event = admin_event(AuditKind::recovery_mail_queued, actor, account, fresh, now);
  event.reason = operation_name(Operation::send_reset_link);
  Decision<ResetMailOutcome> decision{.outcome = ResetLinkQueued{mail.mail.id}, .changes = actor.guard(now)};
  decision.changes.emplace_back(mail.link);
  decision.changes.emplace_back(PutMailIntent{std::move(mail.mail)});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

Decision<TemporaryPasswordOutcome> decide_temporary_password(const Actor& actor, AdminFacts facts, std::string hash,
                                                             const AdminPolicy& policy, const MailPolicy& mail,
                                                             Fresh& fresh, Instant now) {
  Account& account = facts.account;
  if (account.status != AccountStatus::active) {
    return {.outcome = WrongStatus{account.status},
            .changes = refuse(actor, Operation::set_temporary_password, "wrong_status", account, fresh, now)};
  }
  const Version version = account.version;
  const Instant until = now + policy.temporary_password_lifetime;
  account.password =
      Password{.id = fresh.id<CredentialId>(), .hash = std::move(hash), .set_at = now, .temporary_until = until};
  account.epochs = epochs_after(SecurityEvent::temporary_password_set, account.epochs);
  auto notice = make_mail_intent(MailKind::temporary_password_set, account, facts.organization, mail, fresh, now);
  auto event = admin_event(AuditKind::temporary_password_set, actor, account, fresh, now);
  Decision<TemporaryPasswordOutcome> decision{
      .outcome =
          TemporaryPasswordSet{
              .until = until, .notice = notice.id, .ended = effects_of(SecurityEvent::temporary_password_set)},
      .changes = actor.guard(now)};
  decision.changes.emplace_back(PutAccount{.next = std::move(account), .expected = version});
  decision.changes.emplace_back(PutMailIntent{std::move(notice)});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

}  // namespace ostiary::inline v0
