#include <ostiary/rules/authenticator.hpp>

#include "factor_binding.hpp"
#include "sealed_value.hpp"

namespace ostiary::inline v0 {

Result<Bytes> seal_totp_secret(const KeyRing& keys, const AccountId& account, const CredentialId& authenticator,
                               const SecretBytes& secret, Fresh& fresh) {
  return seal_value(keys, KeyPurpose::factor, factor_binding(FactorSecret::totp, account, authenticator),
                    secret.reveal(), fresh);
}

Result<SecretBytes> open_totp_secret(const KeyRing& keys, const AccountId& account,
                                     const Authenticator& authenticator) {
  return open_value(keys, KeyPurpose::factor, factor_binding(FactorSecret::totp, account, authenticator.id),
                    authenticator.sealed);
}

bool is_sealed_under_current(const KeyRing& keys, ByteView sealed) noexcept {
  return sealed_key_id(sealed) == keys.current();
}

}  // namespace ostiary::inline v0
