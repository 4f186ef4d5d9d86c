#include "budgets.hpp"

#include <algorithm>

namespace ostiary::inline v0::sqlite {
namespace {

struct BudgetRow {
  FineInstant tat;
  std::uint32_t refused = 0;
};

Result<std::optional<BudgetRow>> find_row(Connection& connection, const BudgetKey& key) {
  return connection.first(
      "SELECT tat, refused FROM ostiary_budgets WHERE key = ?",
      [](const Row& row) -> Result<BudgetRow> {
        return BudgetRow{.tat = FineInstant(FineInstant::duration(row.number<std::int64_t>(0))),
                         .refused = row.number<std::uint32_t>(1)};
      },
      key);
}

Result<void> put_row(Connection& connection, const BudgetKey& key, const BudgetRow& row) {
  OSTIARY_TRY(
      connection.write("INSERT INTO ostiary_budgets (key, tat, refused) VALUES (?1, ?2, ?3) "
                       "ON CONFLICT (key) DO UPDATE SET tat = excluded.tat, refused = excluded.refused",
                       key, row.tat.time_since_epoch().count(), row.refused));
  return success();
}

Result<ChargeAnswer> charge_one(Connection& connection, const Charge& charge, FineInstant now) {
  const FineInstant end = now + charge.budget.window;
  const FineInstant::duration step = FineInstant::duration(charge.budget.window) / charge.budget.count;
  OSTIARY_TRY(const auto stored, find_row(connection, charge.key));
  auto row = stored.value_or(BudgetRow{.tat = now});
  row.tat = std::clamp(row.tat, now, end);  // later than `end`: a clock that ran back
  if (charge.direction == ChargeDirection::refund) {
    if (row.tat > now) {
      row.tat = std::max(row.tat - step, now);
      OSTIARY_TRY(put_row(connection, charge.key, row));
    }
    return ChargeAnswer{.admitted = true};
  }
  const auto tat = row.tat + step;
  if (tat <= end) {
    OSTIARY_TRY(put_row(connection, charge.key, {.tat = tat, .refused = 0}));
    return ChargeAnswer{.admitted = true, .lifted = row.refused};
  }
  ++row.refused;
  OSTIARY_TRY(put_row(connection, charge.key, row));
  return ChargeAnswer{
      .admitted = false, .retry_after = std::chrono::ceil<Duration>(tat - end), .refusals = row.refused};
}

}  // namespace

Result<ChargeAnswer> charge(Connection& connection, std::span<const Charge> charges, Instant now) {
  ChargeAnswer answer{.admitted = true};
  for (std::size_t i = 0; i < charges.size(); ++i) {
    OSTIARY_TRY(auto one, charge_one(connection, charges[i], now));
    if (!one.admitted) {
      one.index = i;
      one.lifted = answer.lifted;
      return one;
    }
    answer.lifted += one.lifted;
  }
  return answer;
}

}  // namespace ostiary::inline v0::sqlite
