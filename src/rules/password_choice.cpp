#include <ostiary/rules/password_choice.hpp>

#include <algorithm>

#include "new_session.hpp"
#include "signed_in_maker.hpp"
#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0 {
namespace {

AppendAudit event_of(AuditKind kind, std::string_view reason, const Account& account, const ClientContext& client,
                     Fresh& fresh, Instant now) {
  auto event = make_event(kind, account, client, fresh, now);
  event.actor_kind = AuditActorKind::account;
  event.actor = account.id;
  event.reason = reason;
  return {.event = std::move(event), .mac = {}};
}

}  // namespace

std::string_view ticket_refusal(const Ceremony& ceremony, const PasswordChoiceFacts& facts, Instant now) noexcept {
  if (now >= ceremony.ends_at) {
    return "expired";
  }
  if (!facts.account || facts.account->status != AccountStatus::active) {
    return "account_inactive";
  }
  if (!facts.organization || facts.organization->status != OrganizationStatus::active) {
    return "organization_inactive";
  }
  return facts.account->password && facts.account->password->id == ceremony.credential ? "" : "password_replaced";
}

Result<Decision<PasswordChoiceOutcome>> decide_password_choice(
    const Ceremony& ceremony, const PasswordChoiceFacts& facts, const std::string& password_hash,
    const std::vector<DeviceEntry>& cookie, const ClientContext& client, const SignInPolicies& policies,
    const KeyRing& keys, Fresh& fresh, Instant now) {
  auto refusal = ticket_refusal(ceremony, facts, now);
  if (refusal.empty() && password_hash.empty()) {
    refusal = "expired";  // it works again since the earlier look: the next try gets in
  }
  if (!refusal.empty()) {
    auto event = make_event(AuditKind::password_change_refused, facts.account, client, fresh, now);
    event.reason = refusal;
    return Decision<PasswordChoiceOutcome>{TicketRefused{}, {AppendAudit{std::move(event), {}}}};
  }
  Account account = *facts.account;
  account.password = Password{.id = fresh.id<CredentialId>(), .hash = password_hash, .set_at = now};
  account.epochs = epochs_after(SecurityEvent::password_changed, account.epochs);
  OSTIARY_TRY(auto begun, make_session(account, client, policies.session, fresh, now));
  auto device = make_device(account, client, policies.device, fresh, now);
  OSTIARY_TRY(auto device_cookie, renew_device_cookie(keys, cookie, account.login, device.id, device.ends_at, fresh));
  auto notices =
      make_owner_notices(MailKind::password_changed, account, *facts.organization, client, policies.mail, fresh, now);

  Decision<PasswordChoiceOutcome> decision{
      PasswordChosen{.signed_in = {.token = std::move(begun.token),
                                   .who = SignedInMaker::make(standing_of(account), begun.session),
                                   .device_cookie = std::move(device_cookie)},
                     .ended = effects_of(SecurityEvent::password_changed)},
      {}};
  decision.changes.emplace_back(consume_ceremony(ceremony));
  auto changed = event_of(AuditKind::password_changed, "temporary_password", account, client, fresh, now);
  auto signed_in = event_of(AuditKind::signed_in, "password_chosen", account, client, fresh, now);
  decision.changes.emplace_back(PutAccount{.next = std::move(account), .expected = facts.account->version});
  decision.changes.emplace_back(PutSession{std::move(begun.session)});
  decision.changes.emplace_back(PutDevice{std::move(device)});
  std::ranges::move(notices, std::back_inserter(decision.changes));
  decision.changes.emplace_back(std::move(changed));
  decision.changes.emplace_back(std::move(signed_in));
  return decision;
}

}  // namespace ostiary::inline v0
