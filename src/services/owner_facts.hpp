#pragma once

#include <ostiary/rules/password_change.hpp>
#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0::services {

/// load_owner loads the account of who is signed in, and its organisation. Errors: actor_revoked where the account is not
/// active any more.
[[nodiscard]] Result<OwnerFacts> load_owner(const Environment& env, const SignedIn& owner);

}  // namespace ostiary::inline v0::services
