#pragma once

#include <variant>

#include <ostiary/base/assert.hpp>
#include <ostiary/rules/decision.hpp>

namespace ostiary::inline v0::services {

/// without_stale is a rule's outcome but for StaleVerdict, which never leaves a service.
template <class Outcome, class Decided>
[[nodiscard]] Outcome without_stale(Decided outcome) {
  return std::visit(
      [](auto&& each) -> Outcome {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(each)>, StaleVerdict>) {
          OSTIARY_ASSERT(false);
        } else {
          return std::forward<decltype(each)>(each);
        }
      },
      std::move(outcome));
}

}  // namespace ostiary::inline v0::services
