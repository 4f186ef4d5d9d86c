#pragma once

#include <optional>

#include <ostiary/model/account.hpp>

namespace ostiary::inline v0 {

/// factor_due is the moment from which an account of the organisation gets in only with a second factor (R56); nothing
/// where its role needs none. Counted from the later of the requirement and the end of the account's setup, and the
/// grace period more. A manager made of a member has the manager's own `since`, however old the account is.
[[nodiscard]] OSTIARY_CORE_EXPORT std::optional<Instant> factor_due(const Organization& organization,
                                                                    const Account& account) noexcept;

}  // namespace ostiary::inline v0
