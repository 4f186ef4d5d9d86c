#pragma once

#include <string>

#include <ostiary/rules/totp.hpp>

namespace ostiary::inline v0 {

enum class EmailCodes : std::uint8_t {
  off = 1,  ///< The default (R62): a mailbox often opens the password as well.
  on,       ///< An owner may have codes sent to the designated address.
};

/// FactorPolicy says how second factors work.
struct FactorPolicy {
  TotpPolicy totp{};     ///< Of new authenticators; each keeps the parameters that it began with.
  std::string issuer{};  ///< Shown by the app beside the login name; no ':'. Empty: the organisation's name.
  EmailCodes email_codes = EmailCodes::off;
  Duration remembered_for = std::chrono::days(30);  ///< R66; up to 90 days, zero for never.
  std::uint8_t recovery_codes_count = 10;           ///< 1 to recovery_codes_count_max.
};

/// validate answers Errc::invalid_configuration for a number out of range, or an issuer that cannot stand in a URI.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<void> validate(const FactorPolicy& policy);

}  // namespace ostiary::inline v0
