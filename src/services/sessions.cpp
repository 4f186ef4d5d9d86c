#include <ostiary/services/sessions.hpp>

#include "committing.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr int touches_per_idle_limit = 20;

void touch(const Environment& env, const Session& session, Instant now) {
  if (now < session.last_seen_at + env.policies.session.idle_limit / touches_per_idle_limit) {
    return;
  }
  const auto failed = [&](std::error_code error) {
    services::observe(env, SideTaskFailed{.task = SideTask::session_touch, .error = error});
  };
  auto fresh = Fresh::draw(env.random, now);
  if (!fresh) {
    failed(fresh.assume_error());
    return;
  }
  // Sent once: a page does not wait for what the next request can write as well.
  const ChangeSet set{.id = fresh.assume_value().id<ChangeId>(),
                      .at = now,
                      .changes = {TouchSession{.id = session.id, .last_seen_at = now}}};
  if (const auto answer = env.store.commit(set); !answer) {
    failed(answer.assume_error());
  }
}

}  // namespace

Result<SessionVerdict> Sessions::check(std::string_view token, const ProofDemand& demand) const {
  auto verdict = judge(token, demand);
  if (verdict) {
    const bool is_in = std::holds_alternative<SignedIn>(verdict.assume_value());
    services::observe(env_, SessionChecked{is_in ? SessionAnswer::signed_in : SessionAnswer::refused});
  }
  return verdict;
}

Result<SessionVerdict> Sessions::judge(std::string_view token, const ProofDemand& demand) const {
  const auto ticket = parse_session_token(token);
  if (!ticket) {
    if (ticket.assume_error() == Errc::malformed_token) {
      return SessionRefused{SessionRefusal::unknown};
    }
    return ticket.assume_error();
  }
  OSTIARY_TRY(const auto facts, env_.store.find_session(ticket.assume_value().id));
  const Instant now = env_.clock.now();
  auto verdict = judge_session(ticket.assume_value(), facts, env_.policies.session, now, demand);
  if (std::holds_alternative<SignedIn>(verdict)) {
    touch(env_, facts->session, now);
  }
  return verdict;
}

Result<std::vector<SessionView>> Sessions::list(const SignedIn& owner) const {
  const Instant now = env_.clock.now();
  std::vector<SessionView> views;
  PageRequest request{.limit = PageRequest::limit_max};
  do {
    OSTIARY_TRY(const auto page, env_.store.list_sessions(owner.account().id, request));
    for (const Session& session : page.records) {
      if (session_end(session, owner.account().epochs.sessions, env_.policies.session, now)) {
        continue;
      }
      views.push_back({.id = session.id,
                       .client_id = session.client_id,
                       .network = session.network,
                       .user_agent = session.user_agent,
                       .created_at = session.created_at,
                       .last_seen_at = session.last_seen_at,
                       .is_this = session.id == owner.session() ? ThisSession::stays : ThisSession::ends});
    }
    request.after = page.next;
  } while (!request.after.empty());
  return views;
}

Result<SessionEnd> Sessions::end(const SignedIn& owner, const SessionId& id) const {
  return services::decide_and_commit(
      env_, [&] { return env_.store.find_session(id); },
      [&](const std::optional<SessionFacts>& found, Fresh& fresh, Instant now) -> Result<Decision<SessionEnd>> {
        return decide_end_session(owner, id, found, fresh, now);
      });
}

Result<Effects> Sessions::end_all(const SignedIn& owner, ThisSession this_session) const {
  return services::decide_and_commit(
      env_, [&] { return env_.store.find_account(owner.account().id); },
      [&](std::optional<Account> account, Fresh& fresh, Instant now) -> Result<Decision<Effects>> {
        if (!account) {
          return Errc::actor_revoked;
        }
        return decide_end_all_sessions(owner, this_session, std::move(*account), fresh, now);
      });
}

}  // namespace ostiary::inline v0
