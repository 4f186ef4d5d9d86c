#include "owner.hpp"

#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0 {

RequireActor guard_of(const SignedIn& owner, Instant now) {
  return {.account = owner.account().id,
          .role = owner.account().role,
          .epoch = owner.account().epochs.sessions,
          .session = owner.session(),
          .now = now};
}

AuditEvent event_of(AuditKind kind, const SignedIn& owner, const ClientContext& client, Fresh& fresh, Instant now) {
  AuditEvent event{.id = fresh.id<AuditId>(),
                   .at = now,
                   .organization = owner.account().organization,
                   .kind = kind,
                   .actor_kind = AuditActorKind::account,
                   .actor = owner.account().id,
                   .subject = owner.account().id};
  describe_client(event, client);
  return event;
}

std::vector<Change> refusal_of(AuditKind kind, std::string reason, const SignedIn& owner, const ClientContext& client,
                               Fresh& fresh, Instant now) {
  auto event = event_of(kind, owner, client, fresh, now);
  event.reason = std::move(reason);
  return {guard_of(owner, now), AppendAudit{std::move(event), {}}};
}

}  // namespace ostiary::inline v0
