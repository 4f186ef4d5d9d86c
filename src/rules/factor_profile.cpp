#include <ostiary/rules/factor_profile.hpp>

#include <algorithm>

#include "owner.hpp"
#include "proof_use.hpp"
#include <ostiary/rules/factor_requirement.hpp>
#include <ostiary/rules/recovery_codes.hpp>

namespace ostiary::inline v0 {
namespace {

// One operation of an owner on the own second factor.
struct Operation {
  const SignedIn& owner;
  const ClientContext& client;
  const MailPolicy& mail;
  Fresh& fresh;
  Instant now;

  /// use appends what goes with a proof of the present factor, if one was asked for.
  void use(FactorFacts& facts, std::string_view reason, std::vector<Change>& changes) const {
    if (facts.verdict) {
      use_proof({.account = facts.account,
                 .organization = facts.organization,
                 .client = client,
                 .mail = mail,
                 .event = [this](AuditKind kind, std::string_view why) { return event(kind, why); }},
                *std::move(facts.verdict), reason, changes, fresh, now);
    }
  }

  template <class Outcome, class No>
  [[nodiscard]] Decision<Outcome> refuse(No no, std::string reason) const {
    return {.outcome = std::move(no),
            .changes = refusal_of(AuditKind::factor_refused, std::move(reason), owner, client, fresh, now)};
  }
  [[nodiscard]] AppendAudit event(AuditKind kind, std::string_view reason) const {
    auto event = event_of(kind, owner, client, fresh, now);
    event.reason = reason;
    return {.event = std::move(event), .mac = {}};
  }
};

template <class Range>
void append(std::vector<Change>& changes, Range&& more) {
  std::ranges::move(std::forward<Range>(more), std::back_inserter(changes));
}

// The "no" of a password that is not the account's, if it is one.
template <class Outcome>
std::optional<Decision<Outcome>> refuse_password(const Operation& operation, const FactorFacts& facts) {
  switch (judge_current_password(facts.current, facts.account)) {
    case PasswordProof::stale:
      return Decision<Outcome>{.outcome = StaleVerdict{}, .changes = {}};
    case PasswordProof::wrong:
      return operation.refuse<Outcome>(CurrentPasswordRefused{}, "wrong_password");
    case PasswordProof::right:
      break;
  }
  return std::nullopt;
}

// The "no" of an account with a second factor whose proof is missing or wrong.
template <class Outcome>
std::optional<Decision<Outcome>> refuse_proof(const Operation& operation, const FactorFacts& facts) {
  if (!has_second_factor(facts.account)) {
    return std::nullopt;
  }
  if (!facts.verdict) {
    return Decision<Outcome>{.outcome = FactorProofRequired{}, .changes = {}};
  }
  return facts.verdict->is_right ? std::nullopt
                                 : std::optional(operation.refuse<Outcome>(FactorRefused{}, facts.verdict->reason));
}

template <class Outcome>
std::optional<Decision<Outcome>> refuse_unproved(const Operation& operation, const FactorFacts& facts) {
  auto refusal = refuse_password<Outcome>(operation, facts);
  return refusal ? std::move(refusal) : refuse_proof<Outcome>(operation, facts);
}

// An account whose second factor changes, and all that goes with it: the older proof is used up, other sessions end by
// the effect table and this one is proved, the owner is told.
struct FactorChange {
  Account next;
  SecurityEvent event;
  MailKind notice;
  AppendAudit audit;
};

std::vector<Change> write(const Operation& operation, FactorFacts& facts, FactorChange change, const KeyRing& keys,
                          std::vector<Change> once) {
  std::vector<Change> changes{guard_of(operation.owner, operation.now)};
  append(changes, std::move(once));
  operation.use(facts, audit_kind_name(change.audit.event.kind), changes);
  static_cast<void>(reseal_factor(keys, change.next, operation.fresh));  // what does not open stays as it is
  change.next.epochs = epochs_after(change.event, change.next.epochs);
  auto notices = make_owner_notices(change.notice, change.next, facts.organization, mail_client(operation.client),
                                    operation.mail, operation.fresh, operation.now);
  const auto epoch = change.next.epochs.sessions;
  changes.emplace_back(PutAccount{.next = std::move(change.next), .expected = facts.account.version});
  changes.emplace_back(RestampSession{.id = operation.owner.session(), .epoch = epoch});
  changes.emplace_back(
      ProveSession{.id = operation.owner.session(), .account = facts.account.id, .proved_at = operation.now});
  append(changes, std::move(notices));
  changes.emplace_back(std::move(change.audit));
  return changes;
}

std::optional<std::vector<ClientConflict>> refusing_clients(const FactorFacts& facts) {
  const auto moment =
      factor_due(facts.organization, facts.account) ? FactorMoment::enrolling_due : FactorMoment::switching_on;
  auto conflicts = find_client_conflicts(facts.organization, facts.account, moment);
  return is_refused(conflicts) ? std::optional(std::move(conflicts)) : std::nullopt;
}

}  // namespace

Result<Decision<ConfirmFactorOutcome>> decide_confirm_factor(const SignedIn& owner, FactorFacts facts,
                                                             const Ceremony& ceremony, const SecretString& code,
                                                             const ClientContext& client,
                                                             const SignInPolicies& policies, const KeyRing& keys,
                                                             Fresh& fresh, Instant now) {
  using Outcome = ConfirmFactorOutcome;
  const Operation operation{.owner = owner, .client = client, .mail = policies.mail, .fresh = fresh, .now = now};
  OSTIARY_TRY(const auto bound_to, bind_to_session(owner.session()));
  const auto ticket = ceremony.account == owner.account().id
                          ? ceremony_refusal(ceremony, facts.account, facts.organization, bound_to, now)
                          : "other_account";
  if (!ticket.empty()) {
    return operation.refuse<Outcome>(TicketRefused{}, std::string(ticket));
  }
  if (auto refusal = refuse_unproved<Outcome>(operation, facts)) {
    return *std::move(refusal);
  }
  OSTIARY_TRY(const auto step, match_enrolment(ceremony, code, policies.factor, now));
  if (!step) {
    return operation.refuse<Outcome>(FactorRefused{}, "enrolment:wrong");
  }
  if (auto conflicts = refusing_clients(facts)) {
    return operation.refuse<Outcome>(ClientsRefuse{*std::move(conflicts)}, "clients");
  }
  const bool is_replaced = facts.account.authenticator.has_value();
  FactorChange change{
      .next = facts.account,
      .event = SecurityEvent::factor_enabled,
      .notice = MailKind::factor_enabled,
      .audit = operation.event(is_replaced ? AuditKind::factor_replaced : AuditKind::factor_enabled, "totp")};
  OSTIARY_TRY(auto codes, enrol(keys, change.next, ceremony, *step, policies.factor, fresh, now));
  Decision<Outcome> decision{
      FactorEnabled{.recovery_codes = std::move(codes), .ended = effects_of(SecurityEvent::factor_enabled)}, {}};
  decision.changes = write(operation, facts, std::move(change), keys, {consume_ceremony(ceremony)});
  return decision;
}

Result<Decision<ConfirmFactorOutcome>> decide_enable_email_codes(const SignedIn& owner, FactorFacts facts,
                                                                 const SecretString& code, const ClientContext& client,
                                                                 const SignInPolicies& policies, const KeyRing& keys,
                                                                 Fresh& fresh, Instant now) {
  using Outcome = ConfirmFactorOutcome;
  const Operation operation{.owner = owner, .client = client, .mail = policies.mail, .fresh = fresh, .now = now};
  if (auto refusal = refuse_unproved<Outcome>(operation, facts)) {
    return *std::move(refusal);
  }
  if (facts.account.email_codes_since) {
    return operation.refuse<Outcome>(FactorRefused{}, "already_on");
  }
  // Held against the account as if it had the factor already.
  FactorChange change{.next = facts.account,
                      .event = SecurityEvent::factor_enabled,
                      .notice = MailKind::factor_enabled,
                      .audit = operation.event(AuditKind::factor_enabled, "email_code")};
  change.next.email_codes_since = now;
  const FactorProof proof{.method = FactorMethod::email_code, .code = SecretString(code.reveal())};
  OSTIARY_TRY(auto typed, judge_factor(keys, change.next, facts.mailed, proof, policies.factor, now));
  if (!typed.is_right) {
    return operation.refuse<Outcome>(FactorRefused{}, typed.reason);
  }
  if (auto conflicts = refusing_clients(facts)) {
    return operation.refuse<Outcome>(ClientsRefuse{*std::move(conflicts)}, "clients");
  }
  FactorEnabled enabled{.ended = effects_of(SecurityEvent::factor_enabled)};
  if (!has_second_factor(facts.account)) {
    OSTIARY_TRY(auto made,
                make_recovery_codes(keys, facts.account.id, policies.factor.recovery_codes_count, fresh, now));
    change.next.recovery_codes = std::move(made.stored);
    enabled.recovery_codes = std::move(made.codes);
  }
  auto changes = write(operation, facts, std::move(change), keys, std::move(typed.changes));
  return Decision<Outcome>{std::move(enabled), std::move(changes)};
}

Decision<FactorCodeQueued> decide_profile_code(const SignedIn& owner, const FactorFacts& facts,
                                               const ClientContext& client, const MailPolicy& policy, Fresh& fresh,
                                               Instant now) {
  const Operation operation{.owner = owner, .client = client, .mail = policy, .fresh = fresh, .now = now};
  auto mail = make_linked_mail(MailKind::factor_code, LinkPurpose::factor_code, facts.mailed, facts.account,
                               facts.organization, policy, fresh, now);
  mail.mail.client = mail_client(client);
  return {.outcome = {mail.mail.id},
          .changes = {guard_of(owner, now), mail.link, PutMailIntent{std::move(mail.mail)},
                      operation.event(AuditKind::factor_code_queued, "profile")}};
}

Result<Decision<DisableFactorOutcome>> decide_disable_factor(const SignedIn& owner, FactorFacts facts,
                                                             FactorMethod which, const ClientContext& client,
                                                             const SignInPolicies& policies, const KeyRing& keys,
                                                             Fresh& fresh, Instant now) {
  using Outcome = DisableFactorOutcome;
  const Operation operation{.owner = owner, .client = client, .mail = policies.mail, .fresh = fresh, .now = now};
  const bool is_totp = which == FactorMethod::totp;
  const bool is_on = is_totp ? facts.account.authenticator.has_value()
                             : which == FactorMethod::email_code && facts.account.email_codes_since.has_value();
  if (!is_on) {
    return operation.refuse<Outcome>(FactorAbsent{}, "absent");
  }
  if (auto refusal = refuse_unproved<Outcome>(operation, facts)) {
    return *std::move(refusal);
  }
  FactorChange change{.next = facts.account,
                      .event = SecurityEvent::factor_disabled,
                      .notice = MailKind::factor_disabled,
                      .audit = operation.event(AuditKind::factor_disabled, factor_method_name(which))};
  if (is_totp) {
    change.next.authenticator.reset();
  }
  if (!is_totp || policies.factor.email_codes == EmailCodes::off) {  // what the host does not offer is no factor left
    change.next.email_codes_since.reset();
  }
  if (!has_second_factor(change.next)) {
    if (factor_due(facts.organization, facts.account)) {
      return operation.refuse<Outcome>(FactorDemanded{}, "demanded");
    }
    change.next.recovery_codes.reset();
  }
  auto changes = write(operation, facts, std::move(change), keys, {});
  return Decision<Outcome>{FactorDisabled{.ended = effects_of(SecurityEvent::factor_disabled)}, std::move(changes)};
}

Result<Decision<RecoveryCodesOutcome>> decide_recovery_codes(const SignedIn& owner, FactorFacts facts,
                                                             const ClientContext& client,
                                                             const SignInPolicies& policies, const KeyRing& keys,
                                                             Fresh& fresh, Instant now) {
  using Outcome = RecoveryCodesOutcome;
  const Operation operation{.owner = owner, .client = client, .mail = policies.mail, .fresh = fresh, .now = now};
  if (!has_second_factor(facts.account)) {
    return operation.refuse<Outcome>(FactorAbsent{}, "absent");
  }
  if (auto refusal = refuse_unproved<Outcome>(operation, facts)) {
    return *std::move(refusal);
  }
  FactorChange change{.next = facts.account,
                      .event = SecurityEvent::recovery_codes_made,
                      .notice = MailKind::recovery_code_used,
                      .audit = operation.event(AuditKind::recovery_codes_made, "")};
  OSTIARY_TRY(auto made, make_recovery_codes(keys, facts.account.id, policies.factor.recovery_codes_count, fresh, now));
  change.next.recovery_codes = std::move(made.stored);
  auto changes = write(operation, facts, std::move(change), keys, {});
  return Decision<Outcome>{RecoveryCodesMade{.recovery_codes = std::move(made.codes)}, std::move(changes)};
}

Result<Decision<StepUpOutcome>> decide_step_up(const SignedIn& owner, FactorFacts facts, const ClientContext& client,
                                               const SignInPolicies& policies, Fresh& fresh, Instant now) {
  using Outcome = StepUpOutcome;
  const Operation operation{.owner = owner, .client = client, .mail = policies.mail, .fresh = fresh, .now = now};
  const bool has_factor = has_second_factor(facts.account);
  auto refusal = has_factor ? refuse_proof<Outcome>(operation, facts) : refuse_password<Outcome>(operation, facts);
  if (refusal) {
    return *std::move(refusal);
  }
  Decision<Outcome> decision{SessionProved{now}, {guard_of(owner, now)}};
  const auto by = has_factor ? facts.verdict->reason : "password";
  if (has_factor) {
    operation.use(facts, "session_proved", decision.changes);
  }
  decision.changes.emplace_back(ProveSession{.id = owner.session(), .account = owner.account().id, .proved_at = now});
  decision.changes.emplace_back(operation.event(AuditKind::session_proved, by));
  return decision;
}

}  // namespace ostiary::inline v0
