#include <ostiary/rules/admin_factor.hpp>

#include <algorithm>

#include "admin_event.hpp"
#include "input_flaws.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t client_id_length_max = 64;
constexpr std::size_t client_name_length_max = 100;
constexpr auto roles_count = static_cast<std::size_t>(Role::manager);

using Flaws = std::vector<InputFlaw>;

void note(Flaws& flaws, std::size_t entry, std::string_view field, std::error_code error) {
  if (error) {
    flaws.push_back({.field = field, .error = error, .entry = entry});
  }
}

std::error_code check_filled(std::string_view text, std::size_t length_max) {
  return text.empty() ? make_error_code(Errc::malformed_text) : check_text(text, length_max);
}

// Whether an entry has the value of an earlier one.
template <class List, class Field>
bool is_repeated(const List& list, std::size_t entry, Field field) {
  const auto earlier = list.first(entry);
  return std::ranges::find(earlier, std::invoke(field, list[entry]), field) != earlier.end();
}

// A list that is too long is not looked at: each entry is compared with those before it.
std::optional<Flaws> check_count(std::string_view list, std::size_t count, std::size_t count_max) {
  if (count <= count_max) {
    return std::nullopt;
  }
  return Flaws{{.field = list, .error = Errc::value_not_allowed, .entry = count_max}};
}

Flaws check(std::span<const FactorDemand> wanted) {
  if (auto too_many = check_count("roles", wanted.size(), roles_count)) {
    return *std::move(too_many);
  }
  Flaws flaws;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto& [role, grace] = wanted[i];
    if (!is_role(role)) {
      note(flaws, i, "role", Errc::value_not_allowed);
    } else if (is_repeated(wanted, i, &FactorDemand::role)) {
      note(flaws, i, "role", Errc::already_taken);
    }
    if (grace < Duration::zero() || grace > factor_grace_max) {
      note(flaws, i, "grace", Errc::value_not_allowed);
    }
  }
  return flaws;
}

Flaws check(std::span<const ClientApplication> wanted) {
  if (auto too_many = check_count("clients", wanted.size(), client_applications_count_max)) {
    return *std::move(too_many);
  }
  Flaws flaws;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto& [id, name, factor] = wanted[i];
    auto flaw = check_filled(id, client_id_length_max);
    if (!flaw && is_repeated(wanted, i, &ClientApplication::id)) {
      flaw = Errc::already_taken;
    }
    note(flaws, i, "id", flaw);
    note(flaws, i, "name", check_filled(name, client_name_length_max));
    if (factor != FactorSupport::supported && factor != FactorSupport::unsupported) {
      note(flaws, i, "factor", Errc::value_not_allowed);
    }
  }
  return flaws;
}

Flaws check(std::span<const std::string> ids, const std::vector<ClientApplication>& registry) {
  if (auto too_many = check_count("clients", ids.size(), needed_clients_count_max)) {
    return *std::move(too_many);
  }
  Flaws flaws;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (std::ranges::find(registry, ids[i], &ClientApplication::id) == registry.end()) {
      note(flaws, i, "id", Errc::value_not_allowed);
    } else if (is_repeated(ids, i, std::identity())) {
      note(flaws, i, "id", Errc::already_taken);
    }
  }
  return flaws;
}

// What both edits of an organisation answer before they write, or nothing where they may.
template <class Outcome>
std::optional<Decision<Outcome>> refuse_edit(const Actor& actor, Operation operation, const Organization& organization,
                                             Version shown, Flaws flaws, Fresh& fresh, Instant now) {
  if (organization.version != shown) {
    return Decision<Outcome>{.outcome = Changed{organization.version},
                             .changes = refuse(actor, operation, "changed", organization.id, fresh, now)};
  }
  if (!flaws.empty()) {
    return Decision<Outcome>{.outcome = InputRefused{std::move(flaws)},
                             .changes = refuse(actor, operation, "input_refused", organization.id, fresh, now)};
  }
  return std::nullopt;
}

Instant required_since(const Organization& organization, Role role, Instant now) {
  const auto before = std::ranges::find(organization.factor_required, role, &FactorRequirement::role);
  return before == organization.factor_required.end() ? now : before->since;
}

}  // namespace

Decision<FactorResetOutcome> decide_factor_reset(const Actor& actor, AdminFacts facts, const MailPolicy& policy,
                                                 Fresh& fresh, Instant now) {
  constexpr auto operation = Operation::reset_second_factor;
  Account& account = facts.account;
  if (account.status != AccountStatus::active) {
    return {.outcome = WrongStatus{account.status},
            .changes = refuse(actor, operation, "wrong_status", account, fresh, now)};
  }
  if (!has_second_factor(account)) {
    return {.outcome = StandingUnchanged{}, .changes = refuse(actor, operation, "unchanged", account, fresh, now)};
  }
  const Version version = account.version;
  account.authenticator.reset();
  account.email_codes_since.reset();
  account.recovery_codes.reset();
  account.epochs = epochs_after(SecurityEvent::factor_reset, account.epochs);
  // Where the designated address was changed lately, its former holder is told too. From where the actor works is not
  // the owner's to know.
  auto notices =
      make_owner_notices(MailKind::factor_reset, account, facts.organization, std::nullopt, policy, fresh, now);
  auto event = admin_event(AuditKind::factor_reset, actor, account, fresh, now);
  Decision<FactorResetOutcome> decision{
      .outcome = FactorReset{.notice = notices.front().mail.id, .ended = effects_of(SecurityEvent::factor_reset)},
      .changes = actor.guard(now)};
  decision.changes.emplace_back(PutAccount{.next = std::move(account), .expected = version});
  std::ranges::move(notices, std::back_inserter(decision.changes));
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

Decision<FactorPolicyOutcome> decide_factor_policy(const Actor& actor, Organization organization, Version shown,
                                                   std::span<const FactorDemand> wanted, Fresh& fresh, Instant now) {
  using Outcome = FactorPolicyOutcome;
  if (auto refusal =
          refuse_edit<Outcome>(actor, Operation::set_factor_policy, organization, shown, check(wanted), fresh, now)) {
    return *std::move(refusal);
  }
  std::vector<FactorRequirement> required;
  for (const auto& [role, grace] : wanted) {
    required.push_back({.role = role, .since = required_since(organization, role, now), .grace = grace});
  }
  std::ranges::sort(required, {}, &FactorRequirement::role);
  std::string reason;  // the roles: at most 25 bytes
  for (const auto& one : required) {
    reason.append(reason.empty() ? "" : ",").append(role_name(one.role));
  }
  organization.factor_required = std::move(required);
  return {.outcome = FactorPolicySet{shown + 1},
          .changes = put_organization(actor, AuditKind::factor_policy_changed, reason.empty() ? "none" : reason,
                                      std::move(organization), fresh, now)};
}

Decision<ClientsOutcome> decide_clients(const Actor& actor, Organization organization, Version shown,
                                        std::span<const ClientApplication> wanted, Fresh& fresh, Instant now) {
  using Outcome = ClientsOutcome;
  if (auto refusal = refuse_edit<Outcome>(actor, Operation::set_client_applications, organization, shown, check(wanted),
                                          fresh, now)) {
    return *std::move(refusal);
  }
  organization.clients.assign(wanted.begin(), wanted.end());
  return {.outcome = ClientsSet{shown + 1},
          .changes = put_organization(actor, AuditKind::clients_changed, {}, std::move(organization), fresh, now)};
}

Decision<NeededClientsOutcome> decide_needed_clients(const Actor& actor, AdminFacts facts, Version shown,
                                                     std::span<const std::string> ids, Fresh& fresh, Instant now) {
  constexpr auto operation = Operation::set_needed_clients;
  auto& [account, organization] = facts;
  if (account.version != shown) {
    return {.outcome = Changed{account.version}, .changes = refuse(actor, operation, "changed", account, fresh, now)};
  }
  if (auto flaws = check(ids, organization.clients); !flaws.empty()) {
    return {.outcome = InputRefused{std::move(flaws)},
            .changes = refuse(actor, operation, "input_refused", account, fresh, now)};
  }
  account.needed_clients.assign(ids.begin(), ids.end());
  if (has_second_factor(account)) {
    auto conflicts = find_client_conflicts(organization, account, FactorMoment::declaring_need);
    if (is_refused(conflicts)) {
      return {.outcome = ClientsRefuse{std::move(conflicts)},
              .changes = refuse(actor, operation, "clients", account, fresh, now)};
    }
  }
  auto event = admin_event(AuditKind::needed_clients_changed, actor, account, fresh, now);
  Decision<NeededClientsOutcome> decision{.outcome = NeededClientsSet{shown + 1}, .changes = actor.guard(now)};
  decision.changes.emplace_back(PutAccount{.next = std::move(account), .expected = shown});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

}  // namespace ostiary::inline v0
