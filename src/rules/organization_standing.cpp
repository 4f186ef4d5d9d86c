#include <ostiary/rules/organization_standing.hpp>

#include "admin_event.hpp"

namespace ostiary::inline v0 {
namespace {

// Writes the organisation with its event, under the version that was read.
std::vector<Change> put(const Actor& actor, AuditKind kind, Organization next, Fresh& fresh, Instant now) {
  auto changes = actor.guard(now);
  auto event = admin_event(kind, actor, next.id, fresh, now);
  const Version version = next.version;
  changes.emplace_back(PutOrganization{.next = std::move(next), .expected = version});
  changes.emplace_back(AppendAudit{std::move(event), {}});
  return changes;
}

}  // namespace

Decision<OrganizationSuspensionOutcome> decide_organization_suspension(const Actor& actor, Organization organization,
                                                                       Fresh& fresh, Instant now) {
  if (organization.status != OrganizationStatus::active) {
    return {.outcome = StandingUnchanged{},
            .changes = refuse(actor, Operation::suspend_organization, "unchanged", organization.id, fresh, now)};
  }
  organization.status = OrganizationStatus::suspended;
  return {.outcome = OrganizationSuspended{},
          .changes = put(actor, AuditKind::organization_suspended, std::move(organization), fresh, now)};
}

Decision<OrganizationRestorationOutcome> decide_organization_restoration(const Actor& actor, Organization organization,
                                                                         Fresh& fresh, Instant now) {
  if (organization.status != OrganizationStatus::suspended) {
    return {.outcome = StandingUnchanged{},
            .changes = refuse(actor, Operation::restore_organization, "unchanged", organization.id, fresh, now)};
  }
  organization.status = OrganizationStatus::active;
  return {.outcome = OrganizationRestored{},
          .changes = put(actor, AuditKind::organization_restored, std::move(organization), fresh, now)};
}

std::vector<Change> decide_organization_removal(const Actor& actor, Organization organization, Fresh& fresh,
                                                Instant now) {
  if (organization.status == OrganizationStatus::removed) {
    return {};
  }
  organization.status = OrganizationStatus::removed;
  organization.name.clear();
  organization.support_contact.clear();
  organization.active_managers = 0;
  return put(actor, AuditKind::organization_removed, std::move(organization), fresh, now);
}

}  // namespace ostiary::inline v0
