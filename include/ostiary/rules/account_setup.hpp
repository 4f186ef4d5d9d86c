#pragma once

#include <ostiary/base/client_context.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/link.hpp>
#include <ostiary/rules/mail_intent.hpp>

namespace ostiary::inline v0 {

/// SetupCredentials are the one-way strings that setup saves (R23).
struct SetupCredentials {
  std::string password_hash{};
  Bytes sealed_pin{};
};

struct SetupCompleted {
  AccountId account{};
  LoginName login;
};

using SetupDecisionOutcome = std::variant<SetupCompleted, LinkRefused>;

/// decide_setup completes an account from a genuine link: the account becomes active with password and PIN, its
/// designated address verified and fit for sign-in (R19), the link consumed, what the effect table names ended, a
/// notice asked for, all in one set. `credentials` are empty where an earlier look found the link not good: then it is
/// refused, whatever it has become since. An office manager's completion is counted on the organisation.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<SetupDecisionOutcome> decide_setup(
    const LinkTicket& ticket, const LinkFacts& facts, std::optional<SetupCredentials> credentials,
    const ClientContext& client, const MailPolicy& policy, Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
