#include <ostiary/services/organization_admin.hpp>

#include "administering.hpp"
#include "rules/admin_event.hpp"

namespace ostiary::inline v0 {
namespace {

using Flaws = std::vector<InputFlaw>;

// The fields of a new account that another one has already.
Result<Flaws> find_taken(const Environment& env, const ParsedAccount& account) {
  Flaws flaws;
  OSTIARY_TRY(const auto same_login, env.store.find_account_by_login(account.login));
  if (same_login) {
    flaws.push_back({.field = "extension", .error = Errc::already_taken});
  }
  if (!account.host_ref.empty()) {
    OSTIARY_TRY(const auto same_ref, env.store.find_account_by_host_ref(account.host_ref));
    if (same_ref) {
      flaws.push_back({.field = "host_ref", .error = Errc::already_taken});
    }
  }
  return flaws;
}

Result<Flaws> find_taken(const Environment& env, const ParsedOrganization& request) {
  Flaws flaws;
  OSTIARY_TRY(const auto same_domain, env.store.find_organization_by_domain(request.organization.domain));
  if (same_domain) {
    flaws.push_back({.field = "domain", .error = Errc::already_taken});
  }
  if (!request.manager.host_ref.empty()) {
    OSTIARY_TRY(const auto same_ref, env.store.find_account_by_host_ref(request.manager.host_ref));
    if (same_ref) {
      flaws.push_back({.field = "manager.host_ref", .error = Errc::already_taken});
    }
  }
  return flaws;
}

}  // namespace

Result<CreateOrganizationOutcome> OrganizationAdmin::create_organization(const Actor& actor,
                                                                         const NewOrganization& request) const {
  using Outcome = CreateOrganizationOutcome;
  OSTIARY_TRY(const auto permission,
              services::permit(env_, actor, Operation::create_organization, std::nullopt, std::nullopt));
  if (permission != Permission::allowed) {
    return OperationRefused{permission};
  }
  auto parsed = parse_new_organization(request);
  if (auto* flaws = std::get_if<Flaws>(&parsed)) {
    return InputRefused{std::move(*flaws)};
  }
  const auto& wanted = std::get<ParsedOrganization>(parsed);
  return services::decide_and_commit(
      env_, [&] { return find_taken(env_, wanted); },
      [&](Flaws taken, Fresh& fresh, Instant now) -> Result<Decision<Outcome>> {
        if (!taken.empty()) {
          return Decision<Outcome>{
              .outcome = InputRefused{std::move(taken)},
              .changes = refuse(actor, Operation::create_organization, "input_refused", std::nullopt, fresh, now)};
        }
        return services::widen<Outcome>(decide_organization(actor, wanted, env_.policies.mail, fresh, now));
      });
}

namespace {

struct InvitationFacts {
  std::optional<Organization> organization;
  Flaws taken;
};

}  // namespace

Result<InviteOutcome> OrganizationAdmin::invite(const Actor& actor, const OrganizationId& organization,
                                                const NewAccount& request) const {
  using Outcome = InviteOutcome;
  constexpr auto operation = Operation::invite_account;
  OSTIARY_TRY(const auto permission, services::permit(env_, actor, operation, organization, std::nullopt));
  if (permission != Permission::allowed) {
    return OperationRefused{permission};
  }
  OSTIARY_TRY(const auto found, env_.store.find_organization(organization));
  if (!found || found->status != OrganizationStatus::active) {
    OSTIARY_TRY(const auto refused, services::reject(env_, actor, operation, Permission::not_found,
                                                     found ? std::optional(organization) : std::nullopt));
    return refused;
  }
  // The host's own keys are unique over all organisations: a manager who could try them would learn of others' (R30).
  if (actor.account() && !request.host_ref.empty()) {
    OSTIARY_TRY(const auto refused, services::reject(env_, actor, operation, Permission::role_too_low, organization));
    return refused;
  }
  auto parsed = parse_new_account(request, found->domain, found->extension_alphabet);
  if (auto* flaws = std::get_if<Flaws>(&parsed)) {
    return InputRefused{std::move(*flaws)};
  }
  const auto& wanted = std::get<ParsedAccount>(parsed);
  services::MailCharge charge(env_, actor);
  OSTIARY_TRY(const auto throttled, charge.take(wanted.email, organization));
  if (throttled) {
    return *throttled;
  }
  const auto load = [&]() -> Result<InvitationFacts> {
    InvitationFacts facts;
    OSTIARY_TRY(facts.organization, env_.store.find_organization(organization));
    OSTIARY_TRY(facts.taken, find_taken(env_, wanted));
    return facts;
  };
  return services::decide_and_commit(
      env_, load, [&](InvitationFacts facts, Fresh& fresh, Instant now) -> Result<Decision<Outcome>> {
        if (!facts.organization || facts.organization->status != OrganizationStatus::active) {
          return services::widen<Outcome>(services::refuse_absent(actor, operation, organization, fresh, now));
        }
        if (!facts.taken.empty()) {
          return Decision<Outcome>{.outcome = InputRefused{std::move(facts.taken)},
                                   .changes = refuse(actor, operation, "input_refused", organization, fresh, now)};
        }
        return services::widen<Outcome>(
            decide_invitation(actor, wanted, *facts.organization, env_.policies.mail, fresh, now));
      });
}

}  // namespace ostiary::inline v0
