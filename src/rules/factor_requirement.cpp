#include <ostiary/rules/factor_requirement.hpp>

#include <algorithm>

namespace ostiary::inline v0 {

std::optional<Instant> factor_due(const Organization& organization, const Account& account) noexcept {
  const auto found = std::ranges::find(organization.factor_required, account.role, &FactorRequirement::role);
  if (found == organization.factor_required.end()) {
    return std::nullopt;
  }
  return std::max(found->since, account.setup_completed_at.value_or(found->since)) + found->grace;
}

}  // namespace ostiary::inline v0
