#pragma once

#include <vector>

#include <ostiary/model/change_set.hpp>
#include <ostiary/model/fresh.hpp>
#include <ostiary/model/key_ring.hpp>
#include <ostiary/rules/factor_policy.hpp>

namespace ostiary::inline v0 {

enum class FactorMethod : std::uint8_t {
  totp = 1,       ///< A code of the authenticator app (R57).
  email_code,     ///< A code that was mailed to the designated address (R62).
  recovery_code,  ///< One of the codes for a lost phone (R66).
};

/// factor_method_name is the stable text form, "totp" of FactorMethod::totp.
[[nodiscard]] OSTIARY_CORE_EXPORT std::string_view factor_method_name(FactorMethod method) noexcept;

/// find_factor_methods gives what the account can prove its second factor by; none where it has no second factor.
[[nodiscard]] OSTIARY_CORE_EXPORT std::vector<FactorMethod> find_factor_methods(const Account& account,
                                                                                const FactorPolicy& policy);

/// FactorProof is what was typed, and as what.
struct FactorProof {
  FactorMethod method = FactorMethod::totp;
  SecretString code{};
};

/// FactorVerdict says whether a proof is right, and what has to be committed with whatever it opens so that it opens
/// nothing else.
struct FactorVerdict {
  bool is_right = false;
  std::string reason{};           ///< For the audit: "totp" of a right one, "totp:wrong", "totp:used" of others, ...
  std::vector<Change> changes{};  ///< Of a right one: its AdvanceTotpStep, ConsumeRecoveryCode or ConsumeLink.
};

/// judge_factor holds a proof against the account as loaded in this pass. `mailed` is its row of LinkPurpose::factor_code.
/// A refused change of the verdict means that somebody else used the code first: judged anew, it is wrong.
/// Errors:  sealed_value_broken, key_unknown: the secret does not open. It is an operator's to mend; nobody gets in
///          meanwhile. crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<FactorVerdict> judge_factor(const KeyRing& keys, const Account& account,
                                                                     const std::optional<Link>& mailed,
                                                                     const FactorProof& proof,
                                                                     const FactorPolicy& policy, Instant now);

/// needs_factor_reseal says whether a secret of the account's second factor is under another key than the current one.
[[nodiscard]] OSTIARY_CORE_EXPORT bool needs_factor_reseal(const KeyRing& keys, const Account& account) noexcept;

/// ResealedFactor says whether something is under the current key now that was not, and what did not open.
struct ResealedFactor {
  bool is_changed = false;
  std::error_code error{};  ///< The first, where there is one.
};

/// reseal_factor seals each of them anew under the current key; what is sealed stays the same (R73). One that does not
/// open is left as it is, and keeps no other back.
OSTIARY_CORE_EXPORT ResealedFactor reseal_factor(const KeyRing& keys, Account& account, Fresh& fresh);

/// FactorRefused: the code is wrong, was used before, or is of a kind that the account has not. It says no more.
struct FactorRefused {};

}  // namespace ostiary::inline v0
