#pragma once

#include <span>

#include "connection.hpp"

namespace ostiary::inline v0::sqlite {

/// migrations are the files of migrations/ in order: the first brings an empty file to schema version 1.
[[nodiscard]] std::span<const char* const> migrations() noexcept;

/// migrate brings the file to this release's schema; several processes may do so at once. Errors: store_schema_newer
/// (nothing was changed), contention, store_failure.
[[nodiscard]] Result<void> migrate(Connection& connection);

}  // namespace ostiary::inline v0::sqlite
