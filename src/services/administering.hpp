#pragma once

#include <ostiary/rules/admin_rules.hpp>
#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0::services {

/// permit asks the table whether `actor` may, and audits a "no" in the actor's own stream.
[[nodiscard]] Result<Permission> permit(const Environment& env, const Actor& actor, Operation operation,
                                        const std::optional<OrganizationId>& organization,
                                        const std::optional<AccountId>& subject);

/// confirm asks the store whether a signed-in actor's session and role still hold: what Actor::guard lets a commit
/// check, for an operation that only reads. Errors: actor_revoked.
[[nodiscard]] Result<void> confirm(const Environment& env, const Actor& actor);

}  // namespace ostiary::inline v0::services
