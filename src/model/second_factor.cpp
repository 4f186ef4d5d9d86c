#include <ostiary/model/second_factor.hpp>

namespace ostiary::inline v0 {

SecondFactorMarks keep_marks(const SecondFactorMarks& stored, const SecondFactorMarks& next) noexcept {
  SecondFactorMarks kept = next;
  if (next.authenticator && stored.authenticator == next.authenticator) {
    kept.accepted_step = stored.accepted_step;
  }
  if (next.recovery_codes && stored.recovery_codes == next.recovery_codes) {
    kept.used_codes = stored.used_codes;
  }
  return kept;
}

}  // namespace ostiary::inline v0
