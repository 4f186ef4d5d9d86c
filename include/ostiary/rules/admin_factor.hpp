#pragma once

#include <span>

#include <ostiary/rules/actor.hpp>
#include <ostiary/rules/admin_facts.hpp>
#include <ostiary/rules/client_conflict.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/effect_table.hpp>
#include <ostiary/rules/invitation.hpp>

namespace ostiary::inline v0 {

/// FactorReset: the account has no second factor any more; its sessions and devices ended, its owner is told by mail.
struct FactorReset {
  MailId notice{};
  Effects ended{};
};

using FactorResetOutcome = std::variant<FactorReset, StandingUnchanged, WrongStatus>;

/// decide_factor_reset switches the second factor of a lost phone off (R66), whatever became of its password. An account
/// without one is StandingUnchanged. WrongStatus of an account that is not active: a suspended one gets no mails, and its
/// owner would never be told; restore it first.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<FactorResetOutcome> decide_factor_reset(const Actor& actor, AdminFacts facts,
                                                                                   const MailPolicy& policy,
                                                                                   Fresh& fresh, Instant now);

/// FactorDemand asks for a second factor of every account with the role (R56).
struct FactorDemand {
  Role role = Role::member;
  Duration grace{};  ///< 0 to factor_grace_max.
};

inline constexpr Duration factor_grace_max = std::chrono::days(365);

/// FactorPolicySet: the organisation is at version `current` now.
struct FactorPolicySet {
  Version current = 0;
};

using FactorPolicyOutcome = std::variant<FactorPolicySet, Changed, InputRefused>;

/// decide_factor_policy requires a second factor of the roles that `wanted` names and of no other, where the organisation,
/// which is not removed, is still at version `shown`. The grace of a role that was required before goes on from when it
/// began. Nobody's session ends. Flaws: of entry i, "role" (value_not_allowed; already_taken where it stands there twice)
/// and "grace" (value_not_allowed); "roles" (value_not_allowed) of the first one too many.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<FactorPolicyOutcome> decide_factor_policy(
    const Actor& actor, Organization organization, Version shown, std::span<const FactorDemand> wanted, Fresh& fresh,
    Instant now);

/// ClientsSet: the organisation is at version `current` now.
struct ClientsSet {
  Version current = 0;
};

using ClientsOutcome = std::variant<ClientsSet, Changed, InputRefused>;

/// decide_clients replaces the organisation's registry of client applications (R64) as decide_factor_policy does its
/// policy. An account that needs one that is taken out keeps its id, which stands for no conflict until it is registered
/// again; one that can ask for a second factor no more refuses those who have one from then on.
/// Flaws: of entry i, "id" (malformed_text, text_too_long, already_taken), "name" (malformed_text, text_too_long) and
/// "factor" (value_not_allowed); "clients" (value_not_allowed) of the first one too many.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<ClientsOutcome> decide_clients(const Actor& actor, Organization organization,
                                                                          Version shown,
                                                                          std::span<const ClientApplication> wanted,
                                                                          Fresh& fresh, Instant now);

/// NeededClientsSet: the account is at version `current` now.
struct NeededClientsSet {
  Version current = 0;
};

using NeededClientsOutcome = std::variant<NeededClientsSet, Changed, InputRefused, ClientsRefuse>;

/// decide_needed_clients writes which applications the account cannot do without (R64), where it is still at version
/// `shown`. ClientsRefuse where it has a second factor and one of them cannot ask for it, one that it needed before too
/// (FactorMoment::declaring_need). Flaws: of entry i, "id" (value_not_allowed where the registry has none; already_taken);
/// "clients" (value_not_allowed) of the first one too many.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<NeededClientsOutcome> decide_needed_clients(const Actor& actor,
                                                                                       AdminFacts facts, Version shown,
                                                                                       std::span<const std::string> ids,
                                                                                       Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
