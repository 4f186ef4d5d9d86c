#pragma once

#include "environment.hpp"
#include <ostiary/model/change_set.hpp>

// The changes by which a code of a second factor works once. True: the guard held.
namespace host::lmdb {

[[nodiscard]] Result<bool> advance(const Transaction& db, const AdvanceTotpStep& change);
[[nodiscard]] Result<bool> consume(const Transaction& db, const ConsumeRecoveryCode& change);

}  // namespace host::lmdb
