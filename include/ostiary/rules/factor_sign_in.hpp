#pragma once

#include <ostiary/rules/effect_table.hpp>
#include <ostiary/rules/sign_in.hpp>

namespace ostiary::inline v0 {

/// RememberDevice says whether this browser shall go without the second factor from now on (R66).
enum class RememberDevice : std::uint8_t { no = 1, yes };

/// FactorSignInFacts is what the bearer of a ticket is weighed against, all loaded in this pass.
struct FactorSignInFacts {
  std::optional<Account> account{};
  std::optional<Organization> organization{};
  std::optional<Link> mailed{};       ///< The account's row of LinkPurpose::factor_code.
  std::optional<Device> device{};     ///< As in PasswordFacts.
  std::vector<DeviceEntry> cookie{};  ///< As in PasswordFacts.
  bool may_notify = true;             ///< As in PasswordFacts.
};

using FactorSignInOutcome = std::variant<SignInSuccess, FactorRefused, TicketRefused>;

/// factor_ticket_refusal is ceremony_refusal, and "no_factor" where the account has none any more, "unsupported_client"
/// where the application cannot ask for it. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::string_view> factor_ticket_refusal(const Ceremony& ceremony,
                                                                                 const FactorSignInFacts& facts,
                                                                                 const ClientContext& client,
                                                                                 Instant now);

/// decide_factor_sign_in begins the session of a second factor that is right: ConsumeOnce, the proof's own change, the
/// session, the device (remembered, if asked), and its events; a secret under an older key is sealed anew (R73). A wrong
/// one uses up nothing but the budget. `verdict` was made from the same facts in the same pass (judge_factor).
/// Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Decision<FactorSignInOutcome>> decide_factor_sign_in(
    const Ceremony& ceremony, const FactorSignInFacts& facts, FactorVerdict verdict, RememberDevice remember,
    const ClientContext& client, const SignInPolicies& policies, const KeyRing& keys, Fresh& fresh, Instant now);

/// EnrolledAndSignedIn: the second factor that the organisation requires is on, and its owner signed in with it.
struct EnrolledAndSignedIn {
  SignInSuccess signed_in;
  std::vector<SecretString> recovery_codes{};  ///< Show them now, once: none is kept.
  Effects ended{};
};

using EnrolmentSignInOutcome = std::variant<EnrolledAndSignedIn, FactorRefused, TicketRefused>;

/// decide_enrolment_sign_in takes the first code of the authenticator that EnrolmentRequired offered: password and code
/// are both proved then (R60). One set: ConsumeOnce, PutAccount, the session under the new epochs, notices, events.
/// Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Decision<EnrolmentSignInOutcome>> decide_enrolment_sign_in(
    const Ceremony& ceremony, const FactorSignInFacts& facts, const SecretString& code, const ClientContext& client,
    const SignInPolicies& policies, const KeyRing& keys, Fresh& fresh, Instant now);

/// FactorCodeQueued: a code goes to the account's designated address. An older one works until this one is handed over.
struct FactorCodeQueued {
  MailId mail{};
};

using FactorCodeOutcome = std::variant<FactorCodeQueued, FactorRefused, TicketRefused>;

/// decide_factor_code has a code mailed to whoever gave the password (R62): PutLink, PutMailIntent and an event.
/// FactorRefused where the account has no such factor. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Decision<FactorCodeOutcome>> decide_factor_code(const Ceremony& ceremony,
                                                                                         const FactorSignInFacts& facts,
                                                                                         const ClientContext& client,
                                                                                         const SignInPolicies& policies,
                                                                                         Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
