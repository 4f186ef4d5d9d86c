#include <ostiary/rules/password_choice.hpp>

#include <algorithm>

#include "session_start.hpp"
#include <ostiary/rules/audit.hpp>
#include <ostiary/rules/factor_requirement.hpp>

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

// The session of the chosen password, or what has to come before it.
Result<Decision<PasswordChoiceOutcome>> go_on(const Account& account, const Organization& organization,
                                              const std::vector<DeviceEntry>& cookie, const ClientContext& client,
                                              const SignInPolicies& policies, const KeyRing& keys, Fresh& fresh,
                                              Instant now) {
  const std::optional<Device> no_device;  // those from before the change are unknown now
  const auto step = find_step(account, organization, no_device, client, policies.factor, now);
  if (step != SignInStep::session) {
    OSTIARY_TRY(auto answer, decide_step(step, account, organization, client, policies.factor, keys, fresh, now));
    return Decision<PasswordChoiceOutcome>{
        std::visit([](auto&& each) -> PasswordChoiceOutcome { return std::forward<decltype(each)>(each); },
                   std::move(answer.outcome)),
        std::move(answer.changes)};
  }
  // The notice of the changed password is the notice of the device too.
  OSTIARY_TRY(auto started, start_session({.account = account,
                                           .organization = organization,
                                           .device = no_device,
                                           .cookie = cookie,
                                           .may_notify = false,
                                           .proved_at = now,
                                           .enrol_by = factor_due(organization, account)},
                                          client, policies, keys, fresh, now));
  started.changes.emplace_back(event_of(AuditKind::signed_in, "password_chosen", account, client, fresh, now));
  return Decision<PasswordChoiceOutcome>{
      PasswordChosen{.signed_in = std::move(started.success), .ended = effects_of(SecurityEvent::password_changed)},
      std::move(started.changes)};
}

}  // namespace

Result<Decision<PasswordChoiceOutcome>> decide_password_choice(
    const Ceremony& ceremony, const PasswordChoiceFacts& facts, const std::string& password_hash,
    const std::vector<DeviceEntry>& cookie, const ClientContext& client, const SignInPolicies& policies,
    const KeyRing& keys, Fresh& fresh, Instant now) {
  OSTIARY_TRY(const auto bound_to, bind_to_client(client));
  auto refusal = ceremony_refusal(ceremony, facts.account, facts.organization, bound_to, now);
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
  auto notices = make_owner_notices(MailKind::password_changed, account, *facts.organization, mail_client(client),
                                    policies.mail, fresh, now);
  auto changed = event_of(AuditKind::password_changed, "temporary_password", account, client, fresh, now);
  OSTIARY_TRY(auto next, go_on(account, *facts.organization, cookie, client, policies, keys, fresh, now));

  Decision<PasswordChoiceOutcome> decision{std::move(next.outcome), {}};
  decision.changes.emplace_back(consume_ceremony(ceremony));
  decision.changes.emplace_back(PutAccount{.next = std::move(account), .expected = facts.account->version});
  std::ranges::move(notices, std::back_inserter(decision.changes));
  decision.changes.emplace_back(std::move(changed));
  std::ranges::move(next.changes, std::back_inserter(decision.changes));
  return decision;
}

}  // namespace ostiary::inline v0
