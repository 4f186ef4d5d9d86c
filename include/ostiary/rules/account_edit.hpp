#pragma once

#include <ostiary/rules/actor.hpp>
#include <ostiary/rules/admin_facts.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/effect_table.hpp>
#include <ostiary/rules/invitation.hpp>

namespace ostiary::inline v0 {

/// AccountEdit is what the page about an account saves, as typed.
struct AccountEdit {
  std::string display_name{};  ///< 1-200 bytes of clean UTF-8.
  std::string locale{};        ///< A language tag, or empty for the organisation's.
};

/// ParsedEdit is an AccountEdit that has the right form.
struct ParsedEdit {
  std::string display_name{};
  std::optional<Locale> locale{};
};

/// parse_account_edit gives the parsed edit, or every flaw: of "display_name" and "locale".
[[nodiscard]] OSTIARY_CORE_EXPORT std::variant<ParsedEdit, std::vector<InputFlaw>> parse_account_edit(
    const AccountEdit& edit);

/// AccountEdited: the account is at version `current` now.
struct AccountEdited {
  Version current = 0;
};

/// RoleChanged says what the change ended: every session, so that nobody keeps a view that the role has no more.
struct RoleChanged {
  Version current = 0;
  Effects ended{};
};

using AccountEditOutcome = std::variant<AccountEdited, Changed>;
using RoleChangeOutcome = std::variant<RoleChanged, Changed, StandingUnchanged, LastManager>;

/// decide_account_edit writes name and language where the account is still at version `shown`.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<AccountEditOutcome> decide_account_edit(const Actor& actor, AdminFacts facts,
                                                                                   Version shown,
                                                                                   const ParsedEdit& edit, Fresh& fresh,
                                                                                   Instant now);

/// decide_role_change gives the account another role where it is still at version `shown`. The last active manager
/// stays one (R67).
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<RoleChangeOutcome> decide_role_change(const Actor& actor, AdminFacts facts,
                                                                                 Version shown, Role role, Fresh& fresh,
                                                                                 Instant now);

/// decide_account_sign_out ends every session of an account by moving the epoch.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<Effects> decide_account_sign_out(const Actor& actor, AdminFacts facts,
                                                                            Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
