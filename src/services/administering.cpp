#include "administering.hpp"

#include "committing.hpp"
#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0::services {

Result<Permission> permit(const Environment& env, const Actor& actor, Operation operation,
                          const std::optional<OrganizationId>& organization, const std::optional<AccountId>& subject) {
  const auto permission = judge_operation(actor, operation, organization, subject);
  if (permission == Permission::allowed) {
    return permission;
  }
  const Instant now = env.clock.now();
  OSTIARY_TRY(auto fresh, Fresh::draw(env.random, now));
  AuditEvent event{.id = fresh.id<AuditId>(), .at = now, .kind = AuditKind::operation_refused};
  describe_actor(event, actor);
  if (actor.account()) {
    event.organization = actor.account()->organization;
  }
  // Another organisation's account is not named in this one's audit.
  if (permission != Permission::not_found) {
    event.subject = subject;
  }
  event.reason = std::string(operation_name(operation)) + ":" + std::string(permission_name(permission));
  std::vector<Change> changes;
  changes.emplace_back(AppendAudit{std::move(event), {}});
  OSTIARY_TRY(commit_changes(env, std::move(changes), fresh, now));
  return permission;
}

}  // namespace ostiary::inline v0::services
