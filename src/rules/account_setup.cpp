#include <ostiary/rules/account_setup.hpp>

#include <ostiary/rules/audit.hpp>
#include <ostiary/rules/effect_table.hpp>

namespace ostiary::inline v0 {
namespace {

// The link proves the address that it was handed over to, and no other: a manager may have sent it to two.
Account completed(const Account& invited, const std::optional<EmailAddress>& proved, SetupCredentials credentials,
                  Fresh& fresh, Instant now) {
  Account account = invited;
  account.status = AccountStatus::active;
  account.password =
      Password{.id = fresh.id<CredentialId>(), .hash = std::move(credentials.password_hash), .set_at = now};
  account.pin = Pin{.sealed = std::move(credentials.sealed_pin), .set_at = now};
  account.epochs = epochs_after(SecurityEvent::setup_completed, account.epochs);
  account.setup_completed_at = now;
  for (auto& address : account.addresses) {
    if (proved != address.address) {
      continue;
    }
    address.verified_at = now;
    if (address.purposes.has(AddressPurpose::designated)) {
      address.purposes.add(AddressPurpose::sign_in);
    }
  }
  return account;
}

}  // namespace

Decision<SetupDecisionOutcome> decide_setup(const LinkTicket& ticket, const LinkFacts& facts,
                                            std::optional<SetupCredentials> credentials, const ClientContext& client,
                                            const MailPolicy& policy, Fresh& fresh, Instant now) {
  auto verdict = judge_link(ticket, facts, now);
  if (verdict == LinkVerdict::good && !credentials) {
    verdict = LinkVerdict::expired;  // handed over or opened again since the earlier look: the next try gets in
  }
  if (verdict != LinkVerdict::good) {
    auto event = make_event(AuditKind::setup_refused, facts.account, client, fresh, now);
    event.reason = link_verdict_name(verdict);
    return {.outcome = LinkRefused{verdict}, .changes = {AppendAudit{std::move(event), {}}}};
  }
  Account account = completed(*facts.account, facts.link->sent_to, *std::move(credentials), fresh, now);
  auto notice = make_mail_intent(MailKind::setup_completed, account, *facts.organization, policy, fresh, now);
  auto event = make_event(AuditKind::setup_completed, facts.account, client, fresh, now);
  event.actor_kind = AuditActorKind::account;
  event.actor = account.id;

  Decision<SetupDecisionOutcome> decision{.outcome = SetupCompleted{.account = account.id, .login = account.login},
                                          .changes = {}};
  decision.changes.emplace_back(ConsumeLink{.id = ticket.id, .generation = ticket.generation, .now = now});
  if (account.role == Role::manager) {
    Organization organization = *facts.organization;
    ++organization.active_managers;
    decision.changes.emplace_back(PutOrganization{std::move(organization), facts.organization->version});
  }
  decision.changes.emplace_back(PutAccount{std::move(account), facts.account->version});
  decision.changes.emplace_back(PutMailIntent{std::move(notice)});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

}  // namespace ostiary::inline v0
