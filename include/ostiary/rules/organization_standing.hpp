#pragma once

#include <ostiary/model/fresh.hpp>
#include <ostiary/rules/actor.hpp>
#include <ostiary/rules/admin_facts.hpp>
#include <ostiary/rules/decision.hpp>

namespace ostiary::inline v0 {

/// OrganizationSuspended: nobody of it signs in, and no session of it is taken, until it is restored; sessions that have
/// not ended by then go on.
struct OrganizationSuspended {};
struct OrganizationRestored {};

using OrganizationSuspensionOutcome = std::variant<OrganizationSuspended, StandingUnchanged>;
using OrganizationRestorationOutcome = std::variant<OrganizationRestored, StandingUnchanged>;

/// decide_organization_suspension suspends an active organisation; `organization` is not removed.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<OrganizationSuspensionOutcome> decide_organization_suspension(
    const Actor& actor, Organization organization, Fresh& fresh, Instant now);

/// decide_organization_restoration ends a suspension; `organization` is not removed.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<OrganizationRestorationOutcome> decide_organization_restoration(
    const Actor& actor, Organization organization, Fresh& fresh, Instant now);

/// decide_organization_removal marks an organisation removed: from this commit on no session of it is taken and nobody
/// signs in. Its name and support contact are erased; id and domain stay reserved (R75). Its accounts are erased after
/// it (decide_erasure). No change where it is marked already.
[[nodiscard]] OSTIARY_CORE_EXPORT std::vector<Change> decide_organization_removal(const Actor& actor,
                                                                                  Organization organization,
                                                                                  Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
