#pragma once

#include <ostiary/rules/factor_sign_in.hpp>
#include <ostiary/rules/password_change.hpp>

namespace ostiary::inline v0 {

/// FactorFacts is what an owner's operation on the own second factor is decided from, all of one pass.
struct FactorFacts {
  Account account;
  Organization organization;
  std::optional<Link> mailed{};  ///< The account's row of LinkPurpose::factor_code.
  /// What judge_factor said of the present factor's proof; empty where none was given.
  std::optional<FactorVerdict> verdict{};
  /// What the hasher said of the current password; empty where it was not compared.
  std::optional<CurrentPassword> current{};
};

/// FactorEnabled: the second factor is on, and this session goes on (R65).
struct FactorEnabled {
  std::vector<SecretString> recovery_codes{};  ///< Show them now, once. Empty where the account had a factor already.
  Effects ended{};
};

/// FactorDisabled: what the owner named is off; without any factor left the recovery codes are gone too.
struct FactorDisabled {
  Effects ended{};
};

/// RecoveryCodesMade: the older codes work no more.
struct RecoveryCodesMade {
  std::vector<SecretString> recovery_codes{};  ///< Show them now, once.
};

/// SessionProved: the session counts as proved now.
struct SessionProved {
  Instant at{};
};

/// FactorProofRequired: the account has a second factor, and no proof of it was given.
struct FactorProofRequired {};

/// FactorAbsent: there is no such factor to speak of.
struct FactorAbsent {};

/// FactorDemanded: the organisation requires a second factor of the account's role; it is replaced, not switched off.
struct FactorDemanded {};

using ConfirmFactorOutcome = std::variant<FactorEnabled, FactorRefused, FactorProofRequired, ClientsRefuse,
                                          TicketRefused, CurrentPasswordRefused, StaleVerdict>;
using DisableFactorOutcome = std::variant<FactorDisabled, FactorRefused, FactorProofRequired, FactorAbsent,
                                          FactorDemanded, CurrentPasswordRefused, StaleVerdict>;
using RecoveryCodesOutcome = std::variant<RecoveryCodesMade, FactorRefused, FactorProofRequired, FactorAbsent,
                                          CurrentPasswordRefused, StaleVerdict>;
using StepUpOutcome =
    std::variant<SessionProved, FactorRefused, FactorProofRequired, CurrentPasswordRefused, StaleVerdict>;

/// The rules of SecondFactor. Each "no" is audited in the owner's stream, and tells nothing of what was right: first the
/// password, then the present factor, then the new one. Each "yes" is one set, guarded by RequireActor and the account's
/// version: of two at once one is decided again. Errors: crypto_failure, sealed_value_broken, key_unknown.

/// decide_confirm_factor switches the ceremony's authenticator on, in place of an older one (R60, R65): the password,
/// a code made from the ceremony's secret, and, where there is a second factor, a proof of it.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Decision<ConfirmFactorOutcome>> decide_confirm_factor(
    const SignedIn& owner, FactorFacts facts, const Ceremony& ceremony, const SecretString& code,
    const ClientContext& client, const SignInPolicies& policies, const KeyRing& keys, Fresh& fresh, Instant now);

/// decide_enable_email_codes makes codes by e-mail a factor, of an owner who typed one back and gave the password (R62).
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Decision<ConfirmFactorOutcome>> decide_enable_email_codes(
    const SignedIn& owner, FactorFacts facts, const SecretString& code, const ClientContext& client,
    const SignInPolicies& policies, const KeyRing& keys, Fresh& fresh, Instant now);

/// decide_profile_code has a code mailed to who is signed in (R62).
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<FactorCodeQueued> decide_profile_code(const SignedIn& owner,
                                                                                 const FactorFacts& facts,
                                                                                 const ClientContext& client,
                                                                                 const MailPolicy& policy, Fresh& fresh,
                                                                                 Instant now);

/// decide_disable_factor switches one factor off (R66): FactorMethod::totp or email_code.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Decision<DisableFactorOutcome>> decide_disable_factor(
    const SignedIn& owner, FactorFacts facts, FactorMethod which, const ClientContext& client,
    const SignInPolicies& policies, const KeyRing& keys, Fresh& fresh, Instant now);

/// decide_recovery_codes makes a new set of recovery codes (R66).
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Decision<RecoveryCodesOutcome>> decide_recovery_codes(
    const SignedIn& owner, FactorFacts facts, const ClientContext& client, const SignInPolicies& policies,
    const KeyRing& keys, Fresh& fresh, Instant now);

/// decide_step_up makes the session proved anew: by the second factor, or by the password where the account has none.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Decision<StepUpOutcome>> decide_step_up(const SignedIn& owner,
                                                                                 FactorFacts facts,
                                                                                 const ClientContext& client,
                                                                                 const SignInPolicies& policies,
                                                                                 Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
