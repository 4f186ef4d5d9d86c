#pragma once

#include <optional>

#include <ostiary/model/fresh.hpp>
#include <ostiary/model/key_ring.hpp>
#include <ostiary/rules/decision.hpp>

namespace ostiary::inline v0 {

enum class ResealOutcome : std::uint8_t { resealed = 1, up_to_date };

/// needs_reseal says whether a sealed value of the account is under another key than the current one, or unreadable.
[[nodiscard]] OSTIARY_CORE_EXPORT bool needs_reseal(const KeyRing& keys, const Account& account) noexcept;

/// decide_reseal seals the account's PIN, authenticator and recovery codes anew under the current key. Each by itself: one that does not open keeps no
/// other back, and is the error of a later pass. What is sealed stays the same (R73). An account
/// that is gone, or has nothing under another key, is up to date. Errors: key_unknown, sealed_value_broken,
/// crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Decision<ResealOutcome>> decide_reseal(const KeyRing& keys,
                                                                                std::optional<Account> account,
                                                                                Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
