#pragma once

#include <cstdint>

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
  std::size_t index = 0;       ///< Where not admitted: the charge that was refused.
  Duration retry_after{};      ///< Where not admitted: when one try will be free again.
  std::uint32_t refusals = 0;  ///< Where not admitted: refusals of this key since its last admission, this one counted.
  std::uint32_t lifted = 0;    ///< The refusals that ended with an admission, over the keys that were admitted.
};

}  // namespace ostiary::inline v0
