#pragma once

#include <cstdint>
#include <optional>

#include <ostiary/base/id.hpp>

namespace ostiary::inline v0 {

/// Budget allows `count` tries at once and gives one back every `window / count`: in any stretch of `window` no more
/// than 2 × count, and in the long run `count` a window (GCRA). `count` 1-1,000,000; `window` up to 30 days.
struct Budget {
  std::uint32_t count = 0;
  Duration window{};
};

/// BudgetKey is a keyed digest of what is counted (a login, an address, a network), so that nothing that a person typed
/// into the wrong field is ever stored.
using BudgetKey = ByteArray<16>;

enum class ChargeDirection : std::uint8_t {
  spend,
  refund,  ///< Gives one try back; never refused, and never gives more than was spent.
};

struct Charge {
  BudgetKey key{};
  Budget budget{};
  ChargeDirection direction = ChargeDirection::spend;
};

/// ChargeAnswer says whether every charge was admitted, and how many refusals the keys had seen.
struct ChargeAnswer {
  bool admitted = false;
  std::size_t index = 0;   ///< Where not admitted: the charge that was refused.
  Duration retry_after{};  ///< Where not admitted: when one try will be free again.
  std::uint32_t refusals =
      0;                     ///< Where not admitted: refusals of this key since it was last drained, this one counted.
  std::uint32_t lifted = 0;  ///< The refusals that ended now, over the keys that were admitted after they had drained.
};

/// Finer than an Instant, so that a budget of many tries in a short window does not round to another one.
using FineInstant = std::chrono::sys_time<std::chrono::microseconds>;

/// BudgetRow is what a store keeps of a key. It has drained, as if nothing had ever been spent, once tat <= now.
struct BudgetRow {
  FineInstant tat{};          ///< The theoretical arrival time of GCRA: when all that was spent is free again.
  std::uint32_t refused = 0;  ///< Refusals since the key had last drained: one window, however many are admitted in it.
};

/// A drained row that has refusals stays so long for the admission that will tell of them (ChargeAnswer::lifted).
inline constexpr Duration refused_budget_grace = std::chrono::days(30);

/// JudgedCharge is the row to write, and what this one charge is answered (`index` stays 0).
struct JudgedCharge {
  BudgetRow next{};
  ChargeAnswer answer{};
};

/// judge_charge is the arithmetic of Store::charge for one key; `stored` is empty where there is no row. Pure. With
/// t = window / count: a spend is admitted while max(tat, now) + t <= now + window, and moves tat there; a refund moves
/// tat back by t, not below now. A tat later than now + window counts as now + window, and is written so, also by a
/// refusal: a clock that runs back refuses for t at most. A spend after the key has drained lifts its refusals.
[[nodiscard]] OSTIARY_CORE_EXPORT JudgedCharge judge_charge(const std::optional<BudgetRow>& stored,
                                                            const Charge& charge, Instant now) noexcept;

}  // namespace ostiary::inline v0
