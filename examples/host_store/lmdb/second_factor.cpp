#include "second_factor.hpp"

#include "rows.hpp"

namespace host::lmdb {

Result<bool> advance(const Transaction& db, const AdvanceTotpStep& change) {
  OSTIARY_TRY(const auto stored, find<Account>(db, change.account));
  if (!stored || !stored->authenticator || stored->authenticator->id != change.authenticator ||
      change.step <= stored->authenticator->accepted_step) {
    return false;
  }
  auto next = *stored;
  next.authenticator->accepted_step = change.step;
  OSTIARY_TRY(put(db, stored, next));
  return true;
}

Result<bool> consume(const Transaction& db, const ConsumeRecoveryCode& change) {
  OSTIARY_TRY(const auto stored, find<Account>(db, change.account));
  if (!stored || !stored->recovery_codes || stored->recovery_codes->id != change.codes ||
      change.index >= recovery_codes_count_max) {
    return false;
  }
  const auto code = std::uint32_t{1} << change.index;
  if ((stored->recovery_codes->used & code) != 0) {
    return false;
  }
  auto next = *stored;
  next.recovery_codes->used |= code;
  OSTIARY_TRY(put(db, stored, next));
  return true;
}

}  // namespace host::lmdb
