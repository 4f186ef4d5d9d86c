#pragma once

#include <variant>

#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/device.hpp>
#include <ostiary/rules/factor_enrolment.hpp>

namespace ostiary::inline v0 {

/// SecondFactorRequired: the first factor was right, and the account asks for more (R61). No session began.
struct SecondFactorRequired {
  SecretString ticket{};  ///< For SignIn::with_factor: into the form of the page that asks, and nowhere else.
  Instant expires_at{};   ///< It works while now < expires_at.
  std::vector<FactorMethod> methods{};  ///< Empty only where an operator switched off the one that it has.
};

/// EnrolmentRequired: the first factor was right; the organisation requires a second factor, and the account has none (R56).
/// No session began.
struct EnrolmentRequired {
  EnrolmentOffer offer;  ///< For SignIn::with_enrolment.
};

/// FactorUnsupported: the first factor was right, but this client application cannot ask for the second factor that the
/// account has, or must have (R64). It signs in elsewhere.
struct FactorUnsupported {
  std::string application{};  ///< ClientApplication::name.
};

using FactorStepOutcome = std::variant<SecondFactorRequired, EnrolmentRequired, FactorUnsupported>;

/// SignInStep is what follows a first factor that is right, whatever it was: a password, a chosen one, a provider's word.
enum class SignInStep : std::uint8_t {
  session = 1,
  second_factor,       ///< The account has one, and this device does not go without (R61, R66).
  enrolment,           ///< The organisation requires one, and the time for it is over (R56).
  unsupported_client,  ///< This application cannot ask for it (R64).
};

/// find_step says what follows. `device` is the row that the device cookie names for the account. No client application
/// and no device skips the table of rules/client_conflict.hpp.
[[nodiscard]] OSTIARY_CORE_EXPORT SignInStep find_step(const Account& account, const Organization& organization,
                                                       const std::optional<Device>& device, const ClientContext& client,
                                                       const FactorPolicy& policy, Instant now);

/// decide_step gives the ticket or the answer of any step but `session`, and its event: factor_required with "asked",
/// "enrolment" or "unsupported_client". Errors: crypto_failure, invalid_configuration.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Decision<FactorStepOutcome>> decide_step(
    SignInStep step, const Account& account, const Organization& organization, const ClientContext& client,
    const FactorPolicy& policy, const KeyRing& keys, Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
