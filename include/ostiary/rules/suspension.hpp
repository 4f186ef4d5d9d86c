#pragma once

#include <optional>
#include <variant>

#include <ostiary/model/fresh.hpp>
#include <ostiary/rules/actor.hpp>
#include <ostiary/rules/admin_facts.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/effect_table.hpp>

namespace ostiary::inline v0 {

/// Suspended says what the suspension ended: every session, device and pending link of the account (R68).
struct Suspended {
  Effects ended{};
};

/// Restored: the account is what it was before. What the suspension ended stays ended.
struct Restored {
  AccountStatus status = AccountStatus::invited;  ///< `active`, or `invited` where setup was never completed.
};

using SuspensionOutcome = std::variant<Suspended, StandingUnchanged, LastManager>;
using RestorationOutcome = std::variant<Restored, StandingUnchanged>;

/// decide_suspension suspends an invited or active account. An active manager's suspension also counts the
/// organisation's managers down, guarded by its version, so that of any number of suspensions at once one manager is
/// left.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<SuspensionOutcome> decide_suspension(const Actor& actor, AdminFacts facts,
                                                                                Fresh& fresh, Instant now);

/// decide_restoration ends a suspension. An account that never completed its setup needs a new welcome mail.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<RestorationOutcome> decide_restoration(const Actor& actor, AdminFacts facts,
                                                                                  Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
