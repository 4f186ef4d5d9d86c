#include <ostiary/model/budget.hpp>

#include <algorithm>

namespace ostiary::inline v0 {

JudgedCharge judge_charge(const std::optional<BudgetRow>& stored, const Charge& charge, Instant now) noexcept {
  const FineInstant begin = now;
  const FineInstant end = begin + charge.budget.window;
  const auto step = FineInstant::duration(charge.budget.window) / charge.budget.count;
  auto row = stored.value_or(BudgetRow{.tat = begin});
  const bool has_drained = row.tat <= begin;
  row.tat = std::clamp(row.tat, begin, end);  // later than `end`: a clock that ran back
  if (charge.direction == ChargeDirection::refund) {
    row.tat = std::max(row.tat - step, begin);
    return {.next = row, .answer = {.admitted = true}};
  }
  const auto tat = row.tat + step;
  if (tat > end) {
    ++row.refused;
    return {.next = row, .answer = {.retry_after = std::chrono::ceil<Duration>(tat - end), .refusals = row.refused}};
  }
  const auto lifted = has_drained ? row.refused : 0;
  return {.next = {.tat = tat, .refused = row.refused - lifted}, .answer = {.admitted = true, .lifted = lifted}};
}

}  // namespace ostiary::inline v0
