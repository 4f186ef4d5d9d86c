#pragma once

#include <ostiary/model/key_ring.hpp>
#include <ostiary/model/link.hpp>

namespace ostiary::inline v0 {

inline constexpr std::uint8_t factor_code_digits = 8;

/// make_factor_code derives the code by e-mail (R62) of one generation of a row of LinkPurpose::factor_code: 8 decimal
/// digits, the front 64 bits of what authenticates a token of that row, modulo 10^8, so no code is likelier than another
/// by more than 1 in 10^11. The same input under the same key gives the same code, so a retried mail repeats it. Like a
/// link's token it is in no row, queue or log. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<SecretString> make_factor_code(const KeyRing& keys, const LinkId& id,
                                                                        Generation generation);

/// match_factor_code says whether what somebody typed (read as normalize_totp_code does) is the code under any key of the
/// ring (R73). It does not say that the code still works: judge_link does.
///
/// Errors:  crypto_failure.
/// Timing:  follows what was typed and how many keys there are, never the code.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<bool> match_factor_code(const KeyRing& keys, const LinkId& id,
                                                                 Generation generation, std::string_view typed);

}  // namespace ostiary::inline v0
