#pragma once

#include "fixture.hpp"
#include <ostiary/rules/authenticator.hpp>
#include <ostiary/rules/factor_profile.hpp>
#include <ostiary/rules/recovery_codes.hpp>

// What the tests of the second factor's rules share: an account with an authenticator app and recovery codes.
namespace ostiary::test {

inline const auto authenticator_id = id_of<CredentialId>(61);

inline SecretBytes totp_secret() { return SecretBytes(as_bytes("12345678901234567890")); }

inline std::string totp_at(Instant now, int steps = 0) {
  return std::string(totp_code(totp_secret(), {}, totp_step({}, now) + static_cast<TotpStep>(steps)).value().reveal());
}

inline Account with_authenticator(const KeyRing& keys = *key_ring()) {
  auto account = active();
  auto randomness = fresh(3);
  account.authenticator = Authenticator{.id = authenticator_id};
  account.authenticator->sealed = seal_totp_secret(keys, owner_id, authenticator_id, totp_secret(), randomness).value();
  account.recovery_codes = make_recovery_codes(keys, owner_id, 10, randomness, noon).value().stored;
  return account;
}

inline FactorVerdict right_totp() {
  return {.is_right = true,
          .reason = "totp",
          .changes = {AdvanceTotpStep{.account = owner_id, .authenticator = authenticator_id, .step = 9}}};
}

inline FactorVerdict wrong_totp() { return {.is_right = false, .reason = "totp:wrong"}; }

}  // namespace ostiary::test
