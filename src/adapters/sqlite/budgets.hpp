#pragma once

#include "connection.hpp"
#include <ostiary/model/budget.hpp>

namespace ostiary::inline v0::sqlite {

/// Finer than an Instant, so that a budget of many tries in a short window does not round to another one.
using FineInstant = std::chrono::sys_time<std::chrono::microseconds>;

/// charge is Store::charge, inside the caller's transaction, which is to be committed whatever the answer is.
[[nodiscard]] Result<ChargeAnswer> charge(Connection& connection, std::span<const Charge> charges, Instant now);

}  // namespace ostiary::inline v0::sqlite
