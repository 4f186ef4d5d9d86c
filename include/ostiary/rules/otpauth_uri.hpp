#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <ostiary/base/result.hpp>
#include <ostiary/base/secret.hpp>
#include <ostiary/model/second_factor.hpp>

namespace ostiary::inline v0 {

/// OtpauthLabel is what an authenticator app shows beside a code. Each is 1 to 200 bytes of UTF-8 without control
/// characters and without ':', which parts them (S262).
struct OtpauthLabel {
  std::string issuer{};        ///< Whose account it is, "Maple Dental".
  std::string account_name{};  ///< The login name, "201@acme".
};

/// make_otpauth_uri writes what an authenticator app reads from a QR code (R58, R59):
/// "otpauth://totp/Maple%20Dental:201%40acme?secret=…&issuer=Maple%20Dental".
///
/// Form:   the issuer stands in front of the account and as a parameter; all but letters, digits and "-._~" is
///         percent-encoded; the secret is base32 without padding (S262).
/// Others: algorithm, digits and period are left out where they are SHA1, 6 and 30, which every app takes for granted:
///         some apps ignore the parameters, some refuse a code that has them, and a shorter code scans better (S263).
/// Errors: malformed_text for an empty or malformed part of the label, text_too_long, value_not_allowed for ':' in it;
///         invalid_configuration for parameters that are not valid or a secret of another size than 16-64 bytes.
/// Source: Key Uri Format (github.com/google/google-authenticator/wiki), RFC 3986 §2.3, RFC 4648 §6.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<SecretString> make_otpauth_uri(const OtpauthLabel& label,
                                                                        const SecretBytes& secret,
                                                                        const TotpParameters& parameters);

/// format_totp_secret writes the secret as base32 in groups of four, for who types it instead of scanning (R59).
[[nodiscard]] OSTIARY_CORE_EXPORT SecretString format_totp_secret(const SecretBytes& secret);

/// parse_totp_secret reads a secret that was typed or exported by another program, as base32_decode does. Nothing where
/// that fails, and for one below 128 bits (S260, S261) or above 512.
[[nodiscard]] OSTIARY_CORE_EXPORT std::optional<SecretBytes> parse_totp_secret(std::string_view text);

}  // namespace ostiary::inline v0
