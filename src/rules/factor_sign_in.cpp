#include <ostiary/rules/factor_sign_in.hpp>

#include <algorithm>

#include "proof_use.hpp"
#include "session_start.hpp"
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

// The "no" of somebody who is not signed in: of whom it speaks is known, who asks is not.
template <class Outcome, class No>
Decision<Outcome> refuse(No no, std::string_view reason, const std::optional<Account>& account,
                         const ClientContext& client, Fresh& fresh, Instant now) {
  auto event = make_event(AuditKind::factor_refused, account, client, fresh, now);
  event.reason = reason;
  return {.outcome = std::move(no), .changes = {AppendAudit{std::move(event), {}}}};
}

template <class Range>
void append(std::vector<Change>& changes, Range&& more) {
  std::ranges::move(std::forward<Range>(more), std::back_inserter(changes));
}

std::string reason_of(const std::string& method, std::string_view standing, const SessionStart& start) {
  return method + ":" + std::string(standing) + (start.remembered ? ":remembered" : "");
}

}  // namespace

Result<std::string_view> factor_ticket_refusal(const Ceremony& ceremony, const FactorSignInFacts& facts,
                                               const ClientContext& client, Instant now) {
  OSTIARY_TRY(const auto bound_to, bind_to_client(client));
  const auto refusal = ceremony_refusal(ceremony, facts.account, facts.organization, bound_to, now);
  if (!refusal.empty()) {
    return refusal;
  }
  const bool is_enrolment = ceremony.kind == CeremonyKind::enrolment;
  if (!is_enrolment && !has_second_factor(*facts.account)) {
    return "no_factor";
  }
  if (is_enrolment && has_second_factor(*facts.account)) {
    return "has_factor";
  }
  const auto conflict = judge_client(*facts.organization, *facts.account, client.client_id, FactorMoment::signing_in);
  return conflict.verdict == ClientVerdict::refuse ? "unsupported_client" : "";
}

Result<Decision<FactorSignInOutcome>> decide_factor_sign_in(const Ceremony& ceremony, const FactorSignInFacts& facts,
                                                            FactorVerdict verdict, RememberDevice remember,
                                                            const ClientContext& client, const SignInPolicies& policies,
                                                            const KeyRing& keys, Fresh& fresh, Instant now) {
  using Outcome = FactorSignInOutcome;
  OSTIARY_TRY(const auto refusal, factor_ticket_refusal(ceremony, facts, client, now));
  if (!refusal.empty()) {
    return refuse<Outcome>(TicketRefused{}, refusal, facts.account, client, fresh, now);
  }
  if (!verdict.is_right) {
    return refuse<Outcome>(FactorRefused{}, verdict.reason, facts.account, client, fresh, now);
  }
  const Account& account = *facts.account;
  SessionStart start{.account = account,
                     .organization = *facts.organization,
                     .device = facts.device,
                     .cookie = facts.cookie,
                     .may_notify = facts.may_notify,
                     .proved_at = now};
  if (remember == RememberDevice::yes && policies.factor.remembered_for > Duration::zero()) {
    start.remembered = RememberedFactor{.proved_at = now, .until = now + policies.factor.remembered_for};
  }
  OSTIARY_TRY(auto started, start_session(start, client, policies, keys, fresh, now));
  Decision<Outcome> decision{std::move(started.success), {consume_ceremony(ceremony)}};
  const auto method = verdict.reason;
  const auto event = [&](AuditKind kind, std::string_view reason) {
    return event_of(kind, reason, account, client, fresh, now);
  };
  use_proof({.account = account,
             .organization = *facts.organization,
             .client = client,
             .mail = policies.mail,
             .event = event},
            std::move(verdict), "signed_in", decision.changes, fresh, now);
  if (Account next = account; reseal_factor(keys, next, fresh).is_changed) {
    decision.changes.emplace_back(PutAccount{.next = std::move(next), .expected = account.version});
    decision.changes.emplace_back(event(AuditKind::factor_resealed, "used"));
  }
  append(decision.changes, std::move(started.changes));
  decision.changes.emplace_back(event(AuditKind::signed_in, reason_of(method, started.standing, start)));
  return decision;
}

Result<Decision<EnrolmentSignInOutcome>> decide_enrolment_sign_in(const Ceremony& ceremony,
                                                                  const FactorSignInFacts& facts,
                                                                  const SecretString& code, const ClientContext& client,
                                                                  const SignInPolicies& policies, const KeyRing& keys,
                                                                  Fresh& fresh, Instant now) {
  using Outcome = EnrolmentSignInOutcome;
  OSTIARY_TRY(const auto refusal, factor_ticket_refusal(ceremony, facts, client, now));
  if (!refusal.empty()) {
    return refuse<Outcome>(TicketRefused{}, refusal, facts.account, client, fresh, now);
  }
  OSTIARY_TRY(const auto step, match_enrolment(ceremony, code, policies.factor, now));
  if (!step) {
    return refuse<Outcome>(FactorRefused{}, "enrolment:wrong", facts.account, client, fresh, now);
  }
  Account account = *facts.account;
  OSTIARY_TRY(auto codes, enrol(keys, account, ceremony, *step, policies.factor, fresh, now));
  account.epochs = epochs_after(SecurityEvent::factor_enabled, account.epochs);
  auto notices = make_owner_notices(MailKind::factor_enabled, account, *facts.organization, mail_client(client),
                                    policies.mail, fresh, now);
  const std::optional<Device> no_device;  // those from before are unknown now; the notice tells of this one
  OSTIARY_TRY(auto started, start_session({.account = account,
                                           .organization = *facts.organization,
                                           .device = no_device,
                                           .cookie = facts.cookie,
                                           .may_notify = false,
                                           .proved_at = now},
                                          client, policies, keys, fresh, now));
  Decision<Outcome> decision{EnrolledAndSignedIn{.signed_in = std::move(started.success),
                                                 .recovery_codes = std::move(codes),
                                                 .ended = effects_of(SecurityEvent::factor_enabled)},
                             {consume_ceremony(ceremony)}};
  decision.changes.emplace_back(PutAccount{.next = account, .expected = facts.account->version});
  append(decision.changes, std::move(started.changes));
  append(decision.changes, std::move(notices));
  decision.changes.emplace_back(event_of(AuditKind::factor_enabled, "totp", account, client, fresh, now));
  decision.changes.emplace_back(event_of(AuditKind::signed_in, "enrolled", account, client, fresh, now));
  return decision;
}

Result<Decision<FactorCodeOutcome>> decide_factor_code(const Ceremony& ceremony, const FactorSignInFacts& facts,
                                                       const ClientContext& client, const SignInPolicies& policies,
                                                       Fresh& fresh, Instant now) {
  using Outcome = FactorCodeOutcome;
  OSTIARY_TRY(const auto refusal, factor_ticket_refusal(ceremony, facts, client, now));
  if (!refusal.empty()) {
    return refuse<Outcome>(TicketRefused{}, refusal, facts.account, client, fresh, now);
  }
  const auto methods = find_factor_methods(*facts.account, policies.factor);
  if (std::ranges::find(methods, FactorMethod::email_code) == methods.end()) {
    return refuse<Outcome>(FactorRefused{}, "email_code:not_available", facts.account, client, fresh, now);
  }
  auto mail = make_linked_mail(MailKind::factor_code, LinkPurpose::factor_code, facts.mailed, *facts.account,
                               *facts.organization, policies.mail, fresh, now);
  mail.mail.client = mail_client(client);
  Decision<Outcome> decision{FactorCodeQueued{mail.mail.id}, {}};
  decision.changes.emplace_back(mail.link);
  decision.changes.emplace_back(PutMailIntent{std::move(mail.mail)});
  decision.changes.emplace_back(event_of(AuditKind::factor_code_queued, "sign_in", *facts.account, client, fresh, now));
  return decision;
}

}  // namespace ostiary::inline v0
