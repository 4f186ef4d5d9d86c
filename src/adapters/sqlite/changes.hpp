#pragma once

#include <functional>

#include "connection.hpp"
#include <ostiary/model/change_set.hpp>

namespace ostiary::inline v0::sqlite {

/// OnCommit is SqliteOptions::on_commit; empty where the host writes nothing of its own.
using OnCommit = std::function<Result<void>(sqlite3* transaction, const ChangeSet& set)>;

/// apply judges and applies `set` inside the transaction or savepoint that the caller holds, and calls `on_commit`
/// where it applied. After `Refused`, or an error, part of the set stands there: the caller takes it back. After
/// `Committed` the caller commits; where the set had been applied before, there is nothing to commit and that does no
/// harm.
[[nodiscard]] Result<CommitAnswer> apply(Connection& connection, const ChangeSet& set, const OnCommit& on_commit);

}  // namespace ostiary::inline v0::sqlite
