#include "budgets.hpp"

namespace ostiary::inline v0::sqlite {
namespace {

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

Result<ChargeAnswer> charge_one(Connection& connection, const Charge& charge, Instant now) {
  OSTIARY_TRY(const auto stored, find_row(connection, charge.key));
  const auto judged = judge_charge(stored, charge, now);
  if (stored || charge.direction == ChargeDirection::spend) {
    OSTIARY_TRY(put_row(connection, charge.key, judged.next));
  }
  return judged.answer;
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
