#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <ostiary/model/account.hpp>
#include <ostiary/model/fresh.hpp>
#include <ostiary/model/key_ring.hpp>

namespace ostiary::inline v0 {

inline constexpr std::size_t recovery_code_symbols = 24;  // of 5 bits: 120, so that a plain digest will do (S275)
inline constexpr std::size_t recovery_code_length = 29;   // with its hyphens

/// NewRecoveryCodes are codes that were just made: what is kept of them, and what their owner is shown, once.
struct NewRecoveryCodes {
  RecoveryCodes stored{};
  std::vector<SecretString> codes{};  ///< "7KQ2-9XWM-H4TN-B8RD-P3VC-F6YJ"; none is kept.
};

/// make_recovery_codes makes `count` codes (1 to recovery_codes_count_max) of Crockford's 32 symbols. What is kept are
/// their SHA-256 digests, sealed to the account and to the set (AES-256-GCM under the current key). Errors:
/// crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<NewRecoveryCodes> make_recovery_codes(const KeyRing& keys,
                                                                               const AccountId& account,
                                                                               std::uint8_t count, Fresh& fresh,
                                                                               Instant now);

/// RecoveryCodeMatch names the code that was typed.
struct RecoveryCodeMatch {
  std::uint8_t index = 0;
  bool is_used = false;  ///< It worked once, and works no more.
};

/// match_recovery_code finds what was typed among the codes, read as people write it: in either case, with spaces or
/// hyphens anywhere, O for 0, I and L for 1. Each code is compared, in constant time.
/// Errors:  sealed_value_broken, key_unknown, crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::optional<RecoveryCodeMatch>> match_recovery_code(
    const KeyRing& keys, const AccountId& account, const RecoveryCodes& codes, std::string_view typed);

/// reseal_recovery_codes seals the same digests under the current key. Errors: as match_recovery_code.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Bytes> reseal_recovery_codes(const KeyRing& keys, const AccountId& account,
                                                                      const RecoveryCodes& codes, Fresh& fresh);

/// recovery_codes_left is how many still work.
[[nodiscard]] OSTIARY_CORE_EXPORT std::size_t recovery_codes_left(const std::optional<RecoveryCodes>& codes) noexcept;

}  // namespace ostiary::inline v0
