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

Result<void> confirm(const Environment& env, const Actor& actor) {
  const Instant now = env.clock.now();
  for (const Change& change : actor.guard(now)) {
    const auto& required = std::get<RequireActor>(change);
    OSTIARY_TRY(const auto found, env.store.find_session(required.session));
    const bool holds = found && found->account.id == required.account &&
                       found->account.status == AccountStatus::active && found->account.role == required.role &&
                       found->account.epochs.sessions == required.epoch &&
                       found->organization == OrganizationStatus::active && now < found->session.ends_at;
    if (!holds) {
      return Errc::actor_revoked;
    }
  }
  return success();
}

}  // namespace ostiary::inline v0::services
