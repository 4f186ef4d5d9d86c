#pragma once

#include <ostiary/rules/actor.hpp>
#include <ostiary/rules/admin_facts.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/effect_table.hpp>
#include <ostiary/rules/mail_intent.hpp>

namespace ostiary::inline v0 {

/// FactorReset: the account has no second factor any more; its sessions and devices ended, its owner is told by mail.
struct FactorReset {
  MailId notice{};
  Effects ended{};
};

using FactorResetOutcome = std::variant<FactorReset, StandingUnchanged>;

/// decide_factor_reset switches the second factor of a lost phone off (R66), whatever became of its password. An account
/// without one is StandingUnchanged.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<FactorResetOutcome> decide_factor_reset(const Actor& actor, AdminFacts facts,
                                                                                   const MailPolicy& policy,
                                                                                   Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
