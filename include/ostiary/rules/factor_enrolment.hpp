#pragma once

#include <ostiary/rules/ceremony.hpp>
#include <ostiary/rules/client_conflict.hpp>
#include <ostiary/rules/factor_proof.hpp>

namespace ostiary::inline v0 {

/// EnrolmentOffer is a new authenticator that its owner may take into the app. Nothing of it is stored: the ticket holds
/// it, sealed, and whoever sends another secret along is not asked (S268).
struct EnrolmentOffer {
  SecretString ticket{};                   ///< For the form that brings the first code, and nowhere else.
  SecretString uri{};                      ///< otpauth URI, for the QR code (R59): make_qr_svg of ostiary::qr.
  SecretString secret{};                   ///< The same secret for typing, in groups of four.
  Instant expires_at{};                    ///< It can be confirmed while now < expires_at.
  std::vector<ClientConflict> warnings{};  ///< Applications that the account cannot use then (R64).
};

/// make_enrolment makes an offer for the account as it stands. Errors: crypto_failure, invalid_configuration where the
/// issuer cannot stand in a URI.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<EnrolmentOffer> make_enrolment(const KeyRing& keys, const Account& account,
                                                                        const Organization& organization,
                                                                        const FactorPolicy& policy,
                                                                        const ByteArray<16>& bound_to, Fresh& fresh,
                                                                        Instant now);

/// match_enrolment gives the step of the code where it is made from the ceremony's secret. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::optional<TotpStep>> match_enrolment(const Ceremony& ceremony,
                                                                                  const SecretString& code,
                                                                                  const FactorPolicy& policy,
                                                                                  Instant now);

/// enrol gives `account` the ceremony's authenticator in place of any other, with the code of `step` used up; and, where
/// it had no second factor, its first recovery codes, which it gives back to be shown once. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<SecretString>> enrol(const KeyRing& keys, Account& account,
                                                                          const Ceremony& ceremony, TotpStep step,
                                                                          const FactorPolicy& policy, Fresh& fresh,
                                                                          Instant now);

}  // namespace ostiary::inline v0
