#pragma once

#include <optional>

#include <ostiary/model/fresh.hpp>
#include <ostiary/model/key_ring.hpp>
#include <ostiary/rules/decision.hpp>

namespace ostiary::inline v0 {

/// Resealed says what a pass over one account did.
struct Resealed {
  bool is_changed = false;       ///< Something is under the current key now that was not.
  std::error_code unsealable{};  ///< Of the first value that does not open, and was left as it is: key_unknown,
                                 ///< sealed_value_broken or crypto_failure.
};

/// needs_reseal says whether a sealed value of the account is under another key than the current one, or unreadable.
[[nodiscard]] OSTIARY_CORE_EXPORT bool needs_reseal(const KeyRing& keys, const Account& account) noexcept;

/// decide_reseal seals the account's PIN, authenticator and recovery codes anew under the current key, each by itself:
/// one that does not open keeps no other back. What is sealed stays the same (R73). An account that is gone, or has
/// nothing under another key, is left as it is.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<Resealed> decide_reseal(const KeyRing& keys, std::optional<Account> account,
                                                                   Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
