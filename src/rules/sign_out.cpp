#include <ostiary/rules/sign_out.hpp>

#include "owner.hpp"
#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0 {
namespace {

AuditEvent event_of(AuditKind kind, const SignedIn& owner, Fresh& fresh, Instant now) {
  return {.id = fresh.id<AuditId>(),
          .at = now,
          .organization = owner.account().organization,
          .kind = kind,
          .actor_kind = AuditActorKind::account,
          .actor = owner.account().id,
          .subject = owner.account().id,
          .client_id = owner.client_id()};
}

}  // namespace

Decision<SessionEnd> decide_end_session(const SignedIn& owner, const SessionId& id,
                                        const std::optional<SessionFacts>& found, Fresh& fresh, Instant now) {
  if (!found || found->session.account != owner.account().id) {
    return {.outcome = SessionEnd::not_found, .changes = {}};
  }
  return {.outcome = SessionEnd::ended,
          .changes = {guard_of(owner, now), EndSession{.id = id, .account = owner.account().id},
                      AppendAudit{event_of(AuditKind::signed_out, owner, fresh, now), {}}}};
}

Decision<Effects> decide_end_all_sessions(const SignedIn& owner, ThisSession this_session, Account account,
                                          Fresh& fresh, Instant now) {
  const auto event =
      this_session == ThisSession::stays ? SecurityEvent::signed_out_elsewhere : SecurityEvent::signed_out_everywhere;
  const Version version = account.version;
  account.epochs = epochs_after(event, account.epochs);
  const auto epoch = account.epochs.sessions;
  Decision<Effects> decision{.outcome = effects_of(event), .changes = {guard_of(owner, now)}};
  decision.changes.emplace_back(PutAccount{.next = std::move(account), .expected = version});
  if (this_session == ThisSession::stays) {
    decision.changes.emplace_back(RestampSession{.id = owner.session(), .epoch = epoch});
  }
  decision.changes.emplace_back(AppendAudit{event_of(AuditKind::sessions_ended, owner, fresh, now), {}});
  return decision;
}

}  // namespace ostiary::inline v0
