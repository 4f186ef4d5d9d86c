#include <ostiary/rules/organization_standing.hpp>

#include "admin_event.hpp"

namespace ostiary::inline v0 {

Decision<OrganizationSuspensionOutcome> decide_organization_suspension(const Actor& actor, Organization organization,
                                                                       Fresh& fresh, Instant now) {
  if (organization.status != OrganizationStatus::active) {
    return {.outcome = StandingUnchanged{},
            .changes = refuse(actor, Operation::suspend_organization, "unchanged", organization.id, fresh, now)};
  }
  organization.status = OrganizationStatus::suspended;
  return {
      .outcome = OrganizationSuspended{},
      .changes = put_organization(actor, AuditKind::organization_suspended, {}, std::move(organization), fresh, now)};
}

Decision<OrganizationRestorationOutcome> decide_organization_restoration(const Actor& actor, Organization organization,
                                                                         Fresh& fresh, Instant now) {
  if (organization.status != OrganizationStatus::suspended) {
    return {.outcome = StandingUnchanged{},
            .changes = refuse(actor, Operation::restore_organization, "unchanged", organization.id, fresh, now)};
  }
  organization.status = OrganizationStatus::active;
  return {
      .outcome = OrganizationRestored{},
      .changes = put_organization(actor, AuditKind::organization_restored, {}, std::move(organization), fresh, now)};
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
  return put_organization(actor, AuditKind::organization_removed, {}, std::move(organization), fresh, now);
}

}  // namespace ostiary::inline v0
