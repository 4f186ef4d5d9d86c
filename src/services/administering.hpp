#pragma once

#include <ostiary/rules/admin_rules.hpp>
#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0::services {

/// permit asks the table whether `actor` may, and audits a "no" in the actor's own stream.
[[nodiscard]] Result<Permission> permit(const Environment& env, const Actor& actor, Operation operation,
                                        const std::optional<OrganizationId>& organization,
                                        const std::optional<AccountId>& subject);

}  // namespace ostiary::inline v0::services
