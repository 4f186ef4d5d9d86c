#pragma once

#include <variant>

#include <ostiary/model/fresh.hpp>
#include <ostiary/rules/actor.hpp>
#include <ostiary/rules/decision.hpp>

namespace ostiary::inline v0 {

enum class PinCheck : std::uint8_t { accepted = 1, refused };

/// PinFacts is what decide_pin_check weighs.
struct PinFacts {
  std::optional<Account> account{};
  Bytes verified_seal{};  ///< The sealed PIN that the hasher's verdict is about; empty for a decoy.
  bool matches = false;
};

using PinCheckOutcome = std::variant<PinCheck, StaleVerdict>;

/// decide_pin_check accepts only a PIN that matches what an active account has now. Both answers leave an event; the
/// reason of a "no" is in the event alone. A PIN that was changed or sealed anew since it was verified is a
/// StaleVerdict, which leaves none.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<PinCheckOutcome> decide_pin_check(const Actor& actor, const PinFacts& facts,
                                                                             Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
