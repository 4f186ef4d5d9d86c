#pragma once

#include <ostiary/model/account.hpp>
#include <ostiary/model/fresh.hpp>
#include <ostiary/model/key_ring.hpp>

namespace ostiary::inline v0 {

/// seal_totp_secret encrypts an authenticator's secret (AES-256-GCM under the current key), bound to the account and to
/// the authenticator's id: moved to another account, or put back after another took its place, it opens for nobody
/// (S279). Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Bytes> seal_totp_secret(const KeyRing& keys, const AccountId& account,
                                                                 const CredentialId& authenticator,
                                                                 const SecretBytes& secret, Fresh& fresh);

/// open_totp_secret gives it back. Errors: sealed_value_broken, key_unknown, crypto_failure: an operator's to mend, never
/// a reason to let anybody in without it.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<SecretBytes> open_totp_secret(const KeyRing& keys, const AccountId& account,
                                                                       const Authenticator& authenticator);

/// is_sealed_under_current says whether the value is under the ring's current key (R73).
[[nodiscard]] OSTIARY_CORE_EXPORT bool is_sealed_under_current(const KeyRing& keys, ByteView sealed) noexcept;

}  // namespace ostiary::inline v0
