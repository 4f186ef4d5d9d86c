#pragma once

#include "connection.hpp"
#include <ostiary/model/change_set.hpp>

namespace ostiary::inline v0::sqlite {

/// apply judges and applies `set` inside the transaction or savepoint that the caller holds. After `Refused`, or an
/// error, part of the set stands there: the caller takes it back. After `Committed` the caller commits; where the set
/// had been applied before, there is nothing to commit and that does no harm.
[[nodiscard]] Result<CommitAnswer> apply(Connection& connection, const ChangeSet& set);

}  // namespace ostiary::inline v0::sqlite
