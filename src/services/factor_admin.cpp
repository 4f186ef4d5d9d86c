#include <ostiary/services/factor_admin.hpp>

#include "administering.hpp"

namespace ostiary::inline v0 {
namespace {

// What a reset is decided from, and whether its mail may go out.
struct ResetFacts {
  services::LoadedSubject subject;
  std::optional<Throttled> throttled;
};

Result<ResetFacts> load_reset(const Environment& env, const Actor& actor, const AccountId& account,
                              services::MailCharge& charge) {
  ResetFacts facts;
  OSTIARY_TRY(facts.subject, services::load_subject(env, account));
  if (services::may(actor, Operation::reset_second_factor, facts.subject) && services::is_open(facts.subject) &&
      facts.subject.account->status == AccountStatus::active && has_second_factor(*facts.subject.account)) {
    const auto& found = *facts.subject.account;
    OSTIARY_TRY(facts.throttled, charge.take(designated_address(found), found.organization));
  }
  return facts;
}

}  // namespace

Result<ResetFactorOutcome> FactorAdmin::reset_second_factor(const Actor& actor, const AccountId& account) const {
  using Outcome = ResetFactorOutcome;
  constexpr auto operation = Operation::reset_second_factor;
  services::MailCharge charge(env_, actor);
  return services::administer<Outcome>(
      env_, actor, operation, [&] { return load_reset(env_, actor, account, charge); },
      [&](ResetFacts facts, Fresh& fresh, Instant now) -> Decision<Outcome> {
        if (!services::is_open(facts.subject)) {
          return services::widen<Outcome>(services::refuse_absent(actor, operation, facts.subject, fresh, now));
        }
        if (facts.throttled) {
          return {.outcome = *facts.throttled, .changes = {}};
        }
        return services::widen<Outcome>(
            decide_factor_reset(actor, services::facts_of(std::move(facts.subject)), env_.policies.mail, fresh, now));
      });
}

Result<SetNeededClientsOutcome> FactorAdmin::set_needed_clients(const Actor& actor, const AccountId& account,
                                                                Version shown, std::span<const std::string> ids) const {
  return services::administer_account<SetNeededClientsOutcome>(
      env_, actor, Operation::set_needed_clients, account, [&](AdminFacts facts, Fresh& fresh, Instant now) {
        return decide_needed_clients(actor, std::move(facts), shown, ids, fresh, now);
      });
}

Result<SetFactorPolicyOutcome> FactorAdmin::set_factor_policy(const Actor& actor, const OrganizationId& organization,
                                                              Version shown,
                                                              std::span<const FactorDemand> wanted) const {
  return services::administer_organization<SetFactorPolicyOutcome>(
      env_, actor, Operation::set_factor_policy, organization, [&](Organization found, Fresh& fresh, Instant now) {
        return decide_factor_policy(actor, std::move(found), shown, wanted, fresh, now);
      });
}

Result<SetClientsOutcome> FactorAdmin::set_client_applications(const Actor& actor, const OrganizationId& organization,
                                                               Version shown,
                                                               std::span<const ClientApplication> wanted) const {
  return services::administer_organization<SetClientsOutcome>(
      env_, actor, Operation::set_client_applications, organization,
      [&](Organization found, Fresh& fresh, Instant now) {
        return decide_clients(actor, std::move(found), shown, wanted, fresh, now);
      });
}

}  // namespace ostiary::inline v0
