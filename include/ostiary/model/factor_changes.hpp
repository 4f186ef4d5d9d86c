#pragma once

#include <ostiary/model/second_factor.hpp>

// The alternatives of Change (change_set.hpp) by which a second factor's codes work once.
namespace ostiary::inline v0 {

/// Guard: the account is present, its authenticator has the id, and `step` is greater than the accepted one. Effect: the
/// accepted step is `step`. A store may refuse a step of more than 63 bits.
struct AdvanceTotpStep {
  AccountId account{};
  CredentialId authenticator{};
  TotpStep step = 0;
};

/// Guard: the account is present, its recovery codes have the id, and code `index`, below `recovery_codes_count_max`, is
/// not used. Effect: it is used.
struct ConsumeRecoveryCode {
  AccountId account{};
  CredentialId codes{};
  std::uint8_t index = 0;  ///< Below RecoveryCodes::count.
};

}  // namespace ostiary::inline v0
