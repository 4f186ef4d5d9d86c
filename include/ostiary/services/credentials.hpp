#pragma once

#include <ostiary/rules/admin_rules.hpp>
#include <ostiary/rules/pin_check.hpp>
#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0 {

/// OperationRefused: the actor may not. `not_found` is also the answer for what does not exist (R30).
struct OperationRefused {
  Permission reason = Permission::role_too_low;
};

using PinOutcome = std::variant<PinCheck, Throttled, OperationRefused>;

/// Credentials answers what the host's other systems ask about a person's secrets. Const and safe from many threads.
class OSTIARY_CORE_EXPORT Credentials {
 public:
  explicit Credentials(const Environment& env) : env_(env) {}
  explicit Credentials(const Environment&& env) = delete;

  /// check_pin verifies a PIN for the host's phone system (R10).
  ///
  /// Actor:   the host alone.
  /// Returns: PinCheck::refused for a wrong PIN, an account that is not active or has none, or none at all: one hash
  /// each. Budget:  10 tries an hour for each account; given back by a success. Audited either way. Errors:
  /// sealed_value_broken, key_unknown — an operator has to look; the PIN was not judged. Else as SignIn.
  [[nodiscard]] Result<PinOutcome> check_pin(const Actor& actor, const AccountId& account,
                                             const SecretString& pin) const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
