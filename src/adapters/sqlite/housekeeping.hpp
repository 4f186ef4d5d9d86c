#pragma once

#include "connection.hpp"
#include <ostiary/ports/store.hpp>

namespace ostiary::inline v0::sqlite {

/// housekeep is Store::housekeep, inside the caller's transaction.
[[nodiscard]] Result<Housekept> housekeep(Connection& connection, Instant now, std::size_t limit);

}  // namespace ostiary::inline v0::sqlite
