#include <ostiary/rules/factor_step.hpp>

#include <ostiary/rules/audit.hpp>
#include <ostiary/rules/factor_requirement.hpp>

namespace ostiary::inline v0 {
namespace {

Result<SecondFactorRequired> ask_factor(const Account& account, const FactorPolicy& policy,
                                        const ByteArray<16>& bound_to, const KeyRing& keys, Fresh& fresh, Instant now) {
  const auto ceremony = begin_ceremony(CeremonyKind::second_factor, account, bound_to, now + ceremony_lifetime, fresh);
  OSTIARY_TRY(auto ticket, seal_ceremony(keys, ceremony, fresh));
  return SecondFactorRequired{
      .ticket = std::move(ticket), .expires_at = ceremony.ends_at, .methods = find_factor_methods(account, policy)};
}

}  // namespace

SignInStep find_step(const Account& account, const Organization& organization, const std::optional<Device>& device,
                     const ClientContext& client, const FactorPolicy& policy, Instant now) {
  const auto due = factor_due(organization, account);
  const bool has_factor = has_second_factor(account);
  if (!has_factor && (!due || now < *due)) {
    return SignInStep::session;
  }
  if (judge_client(organization, account, client.client_id, FactorMoment::signing_in).verdict ==
      ClientVerdict::refuse) {
    return SignInStep::unsupported_client;
  }
  if (!has_factor) {
    return SignInStep::enrolment;
  }
  // A host that shortens the time shortens it for the devices that are remembered already.
  const bool goes_without = is_known_device(device, account, now) && device->remembered &&
                            now < device->remembered->until &&
                            now < device->remembered->proved_at + policy.remembered_for;
  return goes_without ? SignInStep::session : SignInStep::second_factor;
}

Result<Decision<FactorStepOutcome>> decide_step(SignInStep step, const Account& account,
                                                const Organization& organization, const ClientContext& client,
                                                const FactorPolicy& policy, const KeyRing& keys, Fresh& fresh,
                                                Instant now) {
  OSTIARY_TRY(const auto bound_to, bind_to_client(client));
  auto event = make_event(AuditKind::factor_required, account, client, fresh, now);
  Decision<FactorStepOutcome> decision{FactorUnsupported{}, {}};
  if (step == SignInStep::second_factor) {
    OSTIARY_TRY(decision.outcome, ask_factor(account, policy, bound_to, keys, fresh, now));
    event.reason = "asked";
  } else if (step == SignInStep::enrolment) {
    OSTIARY_TRY(auto offer, make_enrolment(keys, account, organization, policy, bound_to, fresh, now));
    decision.outcome = EnrolmentRequired{.offer = std::move(offer)};
    event.reason = "enrolment";
  } else {
    auto conflict = judge_client(organization, account, client.client_id, FactorMoment::signing_in);
    decision.outcome = FactorUnsupported{.application = std::move(conflict.name)};
    event.reason = "unsupported_client";
  }
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

}  // namespace ostiary::inline v0
