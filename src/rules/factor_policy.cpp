#include <ostiary/rules/factor_policy.hpp>

#include "base/unicode.hpp"
#include <ostiary/model/second_factor.hpp>

namespace ostiary::inline v0 {

Result<void> validate(const FactorPolicy& policy) {
  constexpr std::size_t issuer_length_max = 100;
  OSTIARY_TRY(validate(policy.totp));
  const bool is_valid = policy.issuer.size() <= issuer_length_max && policy.issuer.find(':') == std::string::npos &&
                        unicode::is_clean(policy.issuer) && policy.remembered_for >= Duration::zero() &&
                        policy.remembered_for <= std::chrono::days(90) && policy.recovery_codes_count >= 1 &&
                        policy.recovery_codes_count <= recovery_codes_count_max;
  if (!is_valid) {
    return Errc::invalid_configuration;
  }
  return success();
}

}  // namespace ostiary::inline v0
