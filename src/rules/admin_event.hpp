#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <ostiary/model/change_set.hpp>
#include <ostiary/model/fresh.hpp>
#include <ostiary/rules/admin_rules.hpp>

// What the rules of administration write beside their changes.
namespace ostiary::inline v0 {

/// admin_event begins the event of something that `actor` does in `organization`.
[[nodiscard]] AuditEvent admin_event(AuditKind kind, const Actor& actor, const OrganizationId& organization,
                                     Fresh& fresh, Instant now);
/// The same, about an account.
[[nodiscard]] AuditEvent admin_event(AuditKind kind, const Actor& actor, const Account& account, Fresh& fresh,
                                     Instant now);

/// role_name is the stable text form, "member" of Role::member.
[[nodiscard]] std::string_view role_name(Role role) noexcept;

/// put_organization gives the changes that write an organisation under the version that was read, with their event.
[[nodiscard]] std::vector<Change> put_organization(const Actor& actor, AuditKind kind, std::string_view reason,
                                                   Organization next, Fresh& fresh, Instant now);

/// refuse gives the changes of a "no" about an account: the answer tells of somebody else, so it needs the actor's
/// guard, and it leaves an event with the reason `<operation>:<why>`.
[[nodiscard]] std::vector<Change> refuse(const Actor& actor, Operation operation, std::string_view why,
                                         const Account& account, Fresh& fresh, Instant now);
/// The same, about an organisation; of the system where it is empty.
[[nodiscard]] std::vector<Change> refuse(const Actor& actor, Operation operation, std::string_view why,
                                         const std::optional<OrganizationId>& organization, Fresh& fresh, Instant now);

/// recount_managers gives the change by which the organisation's active managers stay counted when `before` becomes
/// `after`, or no change; nothing where that would leave no active manager (R67). Guarded by the organisation's version:
/// of any number of such changes at once one manager is left.
[[nodiscard]] std::optional<std::vector<Change>> recount_managers(Organization organization, const Account& before,
                                                                  const Account& after);

}  // namespace ostiary::inline v0
