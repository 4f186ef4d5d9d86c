#pragma once

#include <ostiary/base/clock.hpp>
#include <ostiary/base/random.hpp>
#include <ostiary/model/key_ring.hpp>
#include <ostiary/ports/blocklist.hpp>
#include <ostiary/ports/observer.hpp>
#include <ostiary/ports/password_hasher.hpp>
#include <ostiary/ports/store.hpp>
#include <ostiary/rules/admin_recovery.hpp>
#include <ostiary/rules/budgets.hpp>
#include <ostiary/rules/device.hpp>
#include <ostiary/rules/factor_policy.hpp>
#include <ostiary/rules/mail_intent.hpp>
#include <ostiary/rules/password_policy.hpp>
#include <ostiary/rules/pin_policy.hpp>
#include <ostiary/rules/session.hpp>

namespace ostiary::inline v0 {

/// Policies are every number that a host can set. The defaults are those of spec.md.
struct Policies {
  PasswordPolicy password = PasswordPolicy::portal();
  PinPolicy pin{};
  SessionPolicy session{};
  DevicePolicy device{};
  BudgetPolicy budgets{};
  MailPolicy mail{};
  AdminPolicy admin{};
  FactorPolicy factor{};
};

/// validate answers Errc::invalid_configuration where a number is out of range: a limit or lifetime that is not
/// positive or over ten years, a lease under 5 minutes, a budget outside its bounds, a lease that is not shorter than
/// `give_up_after`, a link that could never be mailed.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<void> validate(const Policies& policies);

/// Environment is what every service works with: the parts that the host gives, and the policies. Everything that it
/// names must outlive it and the services made from it. Services keep no state of their own: one of each serves all
/// threads.
struct Environment {
  Store& store;
  const Clock& clock;
  RandomSource& random;
  const PasswordHasher& hasher;
  const KeySource& keys;
  const Blocklist* blocklist = nullptr;  ///< Optional.
  Observer* observer = nullptr;          ///< Optional.
  Policies policies{};                   ///< Checked by `validate`; call it once at start.
};

/// CredentialsRefused has every broken rule of both; at least one. Nothing was changed; a link still works (S298).
struct CredentialsRefused {
  std::vector<PasswordFlaw> password{};
  std::vector<PinFlaw> pin{};
};

/// Throttled: too many tries; one will be free again after `retry_after` (R70).
struct Throttled {
  Duration retry_after{};
};

}  // namespace ostiary::inline v0
