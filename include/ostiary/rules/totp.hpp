#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <ostiary/model/fresh.hpp>
#include <ostiary/model/second_factor.hpp>

namespace ostiary::inline v0 {

inline constexpr std::uint8_t totp_skew_max = 2;
inline constexpr std::size_t totp_key_size_min = 16;
inline constexpr std::size_t totp_key_size_max = 64;

/// TotpPolicy says what codes newly enrolled authenticators make, and how far their clocks may be off (S249).
struct TotpPolicy {
  TotpParameters parameters{};
  std::uint8_t skew = 1;  ///< Steps before and after the present one whose codes are taken: 0 to 2.
};

/// is_valid says whether the algorithm is a known one, and digits and period are in range (see TotpParameters).
[[nodiscard]] OSTIARY_CORE_EXPORT bool is_valid(const TotpParameters& parameters) noexcept;

/// validate answers Errc::invalid_configuration for parameters or a skew out of range.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<void> validate(const TotpPolicy& policy);

/// make_totp_secret takes as many bytes as the hash of `algorithm` has: 20, 32 or 64 (RFC 6238 §5.1, S260).
[[nodiscard]] OSTIARY_CORE_EXPORT SecretBytes make_totp_secret(TotpAlgorithm algorithm, Fresh& fresh);

/// totp_step is the step that `now` is in; 0, which stands for none, before the first whole period has passed and for
/// parameters that are not valid.
[[nodiscard]] OSTIARY_CORE_EXPORT TotpStep totp_step(const TotpParameters& parameters, Instant now) noexcept;

/// totp_code is the code of one step, with its leading zeros. Errors: invalid_configuration for parameters that are not
/// valid or a key of another size than 16-64 bytes; crypto_failure.    Source: RFC 6238 §4, RFC 4226 §5.3.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<SecretString> totp_code(const SecretBytes& key,
                                                                 const TotpParameters& parameters, TotpStep step);

/// normalize_totp_code takes out of what somebody typed or pasted what is no part of the code: white space anywhere,
/// hyphens between digits, the full width of full-width digits (S254). Nothing, unless exactly `digits` digits are left:
/// a number without its leading zeros is no code (S246).
[[nodiscard]] OSTIARY_CORE_EXPORT std::optional<std::string> normalize_totp_code(std::string_view typed,
                                                                                 std::uint8_t digits);

/// match_totp returns the time step whose code equals `code`, or nothing.
///
/// Shape:   `code` is exactly `parameters.digits` ASCII digits (see normalize_totp_code); anything else is no match.
///          `key` is 16-64 bytes.
/// Units:   a TotpStep counts whole `parameters.period` intervals since 1970-01-01T00:00Z, in 64 bits (S247). A clock
///          that stands before the end of the first one matches nothing.
/// Window:  steps now-skew … now+skew, oldest first, and only steps strictly greater than `newer_than`; pass the last
///          accepted step so that a code cannot be used twice. The caller must commit AdvanceTotpStep with the result.
///          A skew above 2 ends the process: see `validate`.
/// Timing:  compares every candidate in constant time; duration does not depend on which step matched.
/// Errors:  as totp_code's; pure function.    Source: RFC 6238 §4-5.2, RFC 4226 §5.3; NIST SP 800-63B (replay
///          resistance); S245-S251.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::optional<TotpStep>> match_totp(const SecretBytes& key,
                                                                             const TotpParameters& parameters,
                                                                             std::string_view code, Instant now,
                                                                             TotpStep newer_than, std::uint8_t skew);

}  // namespace ostiary::inline v0
