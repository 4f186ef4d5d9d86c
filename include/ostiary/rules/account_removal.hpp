#pragma once

#include <span>

#include <ostiary/model/fresh.hpp>
#include <ostiary/rules/actor.hpp>
#include <ostiary/rules/admin_facts.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/effect_table.hpp>

namespace ostiary::inline v0 {

/// AccountRemoved says what the removal ended: everything (R68).
struct AccountRemoved {
  Effects ended{};
};

using RemovalOutcome = std::variant<AccountRemoved, Changed, LastManager>;

/// erased gives what is kept of a removed account (R75): its id, login name, organisation, role and times, under new
/// epochs. Name, language, addresses, password, PIN and the host's own key are gone.
[[nodiscard]] OSTIARY_CORE_EXPORT Account erased(Account account);

/// decide_removal removes an account that is still at version `shown`, and with it its sessions, devices, links and
/// mails. The last active manager stays (R67).
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<RemovalOutcome> decide_removal(const Actor& actor, AdminFacts facts,
                                                                          Version shown, Fresh& fresh, Instant now);

/// decide_erasure removes accounts of an organisation that is removed: the last managers too, and nothing is counted.
/// `fresh` has an id for each.
[[nodiscard]] OSTIARY_CORE_EXPORT std::vector<Change> decide_erasure(const Actor& actor,
                                                                     std::span<const Account> accounts, Fresh& fresh,
                                                                     Instant now);

}  // namespace ostiary::inline v0
