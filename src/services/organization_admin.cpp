#include <ostiary/services/organization_admin.hpp>

#include "administering.hpp"
#include "committing.hpp"
#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0 {
namespace {

using Flaws = std::vector<InputFlaw>;

constexpr OperationRefused not_found{Permission::not_found};

Result<std::optional<Throttled>> charge_mail(const Environment& env, const Actor& actor, const EmailAddress& address,
                                             const OrganizationId& organization) {
  OSTIARY_TRY(const auto charges, mail_charges(*env.keys.current(), env.policies.budgets, address, organization));
  AuditEvent about{.organization = organization, .reason = "mail"};
  describe_actor(about, actor);
  return services::charge(env, charges, about);
}

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
          return Decision<Outcome>{.outcome = InputRefused{std::move(taken)}, .changes = {}};
        }
        auto decision = decide_organization(actor, wanted, env_.policies.mail, fresh, now);
        return Decision<Outcome>{.outcome = std::move(decision.outcome), .changes = std::move(decision.changes)};
      });
}

Result<InviteOutcome> OrganizationAdmin::invite(const Actor& actor, const OrganizationId& organization,
                                                const NewAccount& request) const {
  using Outcome = InviteOutcome;
  OSTIARY_TRY(const auto permission,
              services::permit(env_, actor, Operation::invite_account, organization, std::nullopt));
  if (permission != Permission::allowed) {
    return OperationRefused{permission};
  }
  OSTIARY_TRY(const auto found, env_.store.find_organization(organization));
  if (!found || found->status != OrganizationStatus::active) {
    return not_found;
  }
  // The host's own keys are unique over all organisations: a manager who could try them would learn of others' (R30).
  if (actor.account() && !request.host_ref.empty()) {
    return OperationRefused{Permission::role_too_low};
  }
  auto parsed = parse_new_account(request, found->domain, found->extension_alphabet);
  if (auto* flaws = std::get_if<Flaws>(&parsed)) {
    return InputRefused{std::move(*flaws)};
  }
  const auto& wanted = std::get<ParsedAccount>(parsed);
  OSTIARY_TRY(const auto throttled, charge_mail(env_, actor, wanted.email, organization));
  if (throttled) {
    return *throttled;
  }
  return services::decide_and_commit(
      env_, [&] { return find_taken(env_, wanted); },
      [&](Flaws taken, Fresh& fresh, Instant now) -> Result<Decision<Outcome>> {
        if (!taken.empty()) {
          return Decision<Outcome>{.outcome = InputRefused{std::move(taken)}, .changes = actor.guard(now)};
        }
        auto decision = decide_invitation(actor, wanted, *found, env_.policies.mail, fresh, now);
        return Decision<Outcome>{.outcome = std::move(decision.outcome), .changes = std::move(decision.changes)};
      });
}

namespace {

// What a new welcome mail is decided from.
struct WelcomeFacts {
  std::optional<Account> account;
  std::optional<Organization> organization;
  std::optional<Link> link;
};

Result<WelcomeFacts> load_welcome(const Environment& env, const AccountId& id) {
  WelcomeFacts facts;
  OSTIARY_TRY(facts.account, env.store.find_account(id));
  if (!facts.account) {
    return facts;
  }
  OSTIARY_TRY(facts.organization, env.store.find_organization(facts.account->organization));
  OSTIARY_TRY(facts.link, env.store.find_link_of(id, LinkPurpose::setup));
  return facts;
}

}  // namespace

Result<SendWelcomeOutcome> OrganizationAdmin::send_welcome_mail(const Actor& actor, const AccountId& account) const {
  using Outcome = SendWelcomeOutcome;
  OSTIARY_TRY(const auto seen, load_welcome(env_, account));
  // What does not exist is asked about as another organisation's, so that both are answered and audited alike (R30).
  const OrganizationId organization = seen.account ? seen.account->organization : OrganizationId();
  OSTIARY_TRY(const auto permission,
              services::permit(env_, actor, Operation::send_welcome_mail, organization, account));
  if (permission != Permission::allowed) {
    return OperationRefused{permission};
  }
  if (!seen.account || seen.account->status == AccountStatus::removed || !seen.organization ||
      seen.organization->status != OrganizationStatus::active) {
    return not_found;
  }
  if (seen.account->status == AccountStatus::invited) {
    OSTIARY_TRY(const auto throttled, charge_mail(env_, actor, designated_address(*seen.account), organization));
    if (throttled) {
      return *throttled;
    }
  }
  return services::decide_and_commit(
      env_, [&] { return load_welcome(env_, account); },
      [&](const WelcomeFacts& facts, Fresh& fresh, Instant now) -> Result<Decision<Outcome>> {
        if (!facts.account || !facts.organization) {
          return Decision<Outcome>{.outcome = not_found, .changes = {}};
        }
        auto decision =
            decide_welcome_mail(actor, *facts.account, *facts.organization, facts.link, env_.policies.mail, fresh, now);
        return Decision<Outcome>{
            .outcome = std::visit([](auto outcome) -> Outcome { return outcome; }, decision.outcome),
            .changes = std::move(decision.changes)};
      });
}

namespace {

struct StandingFacts {
  std::optional<Account> account;
  std::optional<Organization> organization;
};

Result<StandingFacts> load_standing(const Environment& env, const AccountId& id) {
  StandingFacts facts;
  OSTIARY_TRY(facts.account, env.store.find_account(id));
  if (facts.account) {
    OSTIARY_TRY(facts.organization, env.store.find_organization(facts.account->organization));
  }
  return facts;
}

// What suspend and restore share: permission, facts, and the answer to an account that is not there.
template <class Outcome, class Decide>
Result<Outcome> change_standing(const Environment& env, const Actor& actor, Operation operation,
                                const AccountId& account, Decide decide) {
  OSTIARY_TRY(const auto seen, env.store.find_account(account));
  const OrganizationId organization = seen ? seen->organization : OrganizationId();
  OSTIARY_TRY(const auto permission, services::permit(env, actor, operation, organization, account));
  if (permission != Permission::allowed) {
    return OperationRefused{permission};
  }
  return services::decide_and_commit(
      env, [&] { return load_standing(env, account); },
      [&](StandingFacts facts, Fresh& fresh, Instant now) -> Result<Decision<Outcome>> {
        if (!facts.account || !facts.organization) {
          return Decision<Outcome>{.outcome = not_found, .changes = {}};
        }
        const bool removed = facts.account->status == AccountStatus::removed;
        auto decision = decide(
            actor,
            SuspensionFacts{.account = *std::move(facts.account), .organization = *std::move(facts.organization)},
            fresh, now);
        return Decision<Outcome>{
            .outcome = removed ? Outcome(not_found)
                               : std::visit([](auto outcome) -> Outcome { return outcome; }, decision.outcome),
            .changes = std::move(decision.changes)};
      });
}

}  // namespace

Result<SuspendOutcome> OrganizationAdmin::suspend(const Actor& actor, const AccountId& account) const {
  return change_standing<SuspendOutcome>(env_, actor, Operation::suspend_account, account, decide_suspension);
}

Result<RestoreOutcome> OrganizationAdmin::restore(const Actor& actor, const AccountId& account) const {
  return change_standing<RestoreOutcome>(env_, actor, Operation::restore_account, account, decide_restoration);
}

}  // namespace ostiary::inline v0
