#pragma once

#include <variant>

#include <ostiary/base/client_context.hpp>
#include <ostiary/rules/current_password.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/effect_table.hpp>
#include <ostiary/rules/mail_intent.hpp>
#include <ostiary/rules/session.hpp>

namespace ostiary::inline v0 {

/// OwnerFacts is what a decision about the owner's own account weighs, loaded in this pass.
struct OwnerFacts {
  Account account;
  Organization organization;
};

/// PasswordChanged says what ended with the old password (R68). The owner's proof is spent by it: check the token again
/// for one under the new epoch.
struct PasswordChanged {
  Effects ended{};
};

struct PinChanged {};

using PasswordChangeOutcome = std::variant<PasswordChanged, CurrentPasswordRefused, StaleVerdict>;
using PinChangeOutcome = std::variant<PinChanged, CurrentPasswordRefused, StaleVerdict>;

/// decide_password_change gives the account the password behind `new_hash` (R39): other sessions, devices and pending
/// links end, the owner's session is re-stamped, and make_owner_notices of it are asked for. A wrong current
/// password leaves the event password_change_refused and nothing else.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<PasswordChangeOutcome> decide_password_change(
    const SignedIn& owner, const OwnerFacts& facts, const std::optional<CurrentPassword>& current, std::string new_hash,
    const ClientContext& client, const MailPolicy& policy, Fresh& fresh, Instant now);

/// decide_pin_change gives the account another PIN, sealed to it already. Nothing ends by it.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<PinChangeOutcome> decide_pin_change(
    const SignedIn& owner, const OwnerFacts& facts, const std::optional<CurrentPassword>& current, Bytes sealed_pin,
    const ClientContext& client, Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
