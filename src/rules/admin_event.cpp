#include "admin_event.hpp"

#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0 {
namespace {

bool is_counted(const Account& account) noexcept {
  return account.role == Role::manager && account.status == AccountStatus::active;
}

AuditEvent refusal_event(const Actor& actor, Operation operation, std::string_view why, Fresh& fresh, Instant now) {
  AuditEvent event{.id = fresh.id<AuditId>(), .at = now, .kind = AuditKind::operation_refused};
  describe_actor(event, actor);
  event.reason = std::string(operation_name(operation)) + ":" + std::string(why);
  return event;
}

std::vector<Change> guarded(const Actor& actor, AuditEvent event, Instant now) {
  auto changes = actor.guard(now);
  changes.emplace_back(AppendAudit{std::move(event), {}});
  return changes;
}

}  // namespace

AuditEvent admin_event(AuditKind kind, const Actor& actor, const OrganizationId& organization, Fresh& fresh,
                       Instant now) {
  AuditEvent event{.id = fresh.id<AuditId>(), .at = now, .organization = organization, .kind = kind};
  describe_actor(event, actor);
  return event;
}

AuditEvent admin_event(AuditKind kind, const Actor& actor, const Account& account, Fresh& fresh, Instant now) {
  auto event = admin_event(kind, actor, account.organization, fresh, now);
  event.subject = account.id;
  return event;
}

std::string_view role_name(Role role) noexcept {
  switch (role) {
    case Role::member:
      return "member";
    case Role::supervisor:
      return "supervisor";
    case Role::manager:
      return "manager";
  }
  return "unknown";
}

std::vector<Change> put_organization(const Actor& actor, AuditKind kind, std::string_view reason, Organization next,
                                     Fresh& fresh, Instant now) {
  auto changes = actor.guard(now);
  auto event = admin_event(kind, actor, next.id, fresh, now);
  event.reason = reason;
  const Version version = next.version;
  changes.emplace_back(PutOrganization{.next = std::move(next), .expected = version});
  changes.emplace_back(AppendAudit{std::move(event), {}});
  return changes;
}

std::vector<Change> refuse(const Actor& actor, Operation operation, std::string_view why, const Account& account,
                           Fresh& fresh, Instant now) {
  auto event = refusal_event(actor, operation, why, fresh, now);
  event.organization = account.organization;
  event.subject = account.id;
  return guarded(actor, std::move(event), now);
}

std::vector<Change> refuse(const Actor& actor, Operation operation, std::string_view why,
                           const std::optional<OrganizationId>& organization, Fresh& fresh, Instant now) {
  auto event = refusal_event(actor, operation, why, fresh, now);
  event.organization = organization;
  return guarded(actor, std::move(event), now);
}

std::optional<std::vector<Change>> recount_managers(Organization organization, const Account& before,
                                                    const Account& after) {
  std::vector<Change> changes;
  if (is_counted(before) == is_counted(after)) {
    return changes;
  }
  if (is_counted(after)) {
    ++organization.active_managers;
  } else if (organization.active_managers <= 1) {
    return std::nullopt;
  } else {
    --organization.active_managers;
  }
  const Version version = organization.version;
  changes.emplace_back(PutOrganization{.next = std::move(organization), .expected = version});
  return changes;
}

}  // namespace ostiary::inline v0
