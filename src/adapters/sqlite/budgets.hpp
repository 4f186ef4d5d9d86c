#pragma once

#include "connection.hpp"
#include <ostiary/model/budget.hpp>

namespace ostiary::inline v0::sqlite {

/// charge is Store::charge, inside the caller's transaction, which is to be committed whatever the answer is.
[[nodiscard]] Result<ChargeAnswer> charge(Connection& connection, std::span<const Charge> charges, Instant now);

}  // namespace ostiary::inline v0::sqlite
