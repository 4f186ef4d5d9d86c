#pragma once

#include <ostiary/rules/sign_in.hpp>
#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0::services {

/// sign_in_policies are those by which every way to sign in is decided.
[[nodiscard]] inline SignInPolicies sign_in_policies(const Environment& env) {
  return {.session = env.policies.session,
          .device = env.policies.device,
          .mail = env.policies.mail,
          .factor = env.policies.factor};
}

}  // namespace ostiary::inline v0::services
