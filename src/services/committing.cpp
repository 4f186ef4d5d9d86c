#include "committing.hpp"

#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0::services {
namespace {

constexpr int contention_resends_max = 2;
constexpr int unknown_resends_max = 1;
constexpr Duration contention_pause{5};

Result<void> authenticate_events(const Environment& env, std::vector<Change>& changes) {
  const auto keys = env.keys.current();
  for (Change& change : changes) {
    if (auto* append = std::get_if<AppendAudit>(&change)) {
      OSTIARY_TRY(append->mac, make_audit_mac(*keys, append->event));
    }
  }
  return success();
}

void observe_events(const Environment& env, const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    if (const auto* append = std::get_if<AppendAudit>(&change)) {
      observe(env, DecisionMade{append->event.kind});
    }
  }
}

Result<CommitAnswer> send(const Environment& env, const ChangeSet& set) {
  int contentions = 0;
  int unknowns = 0;
  while (true) {
    auto answer = env.store.commit(set);
    if (answer) {
      return answer;
    }
    if (answer.assume_error() == Errc::contention && contentions < contention_resends_max) {
      ++contentions;
      observe(env, CommitResent{answer.assume_error()});
      env.clock.pause(contention_pause * contentions);
    } else if (answer.assume_error() == Errc::commit_unknown && unknowns < unknown_resends_max) {
      ++unknowns;
      observe(env, CommitResent{answer.assume_error()});
    } else {
      return answer;
    }
  }
}

Result<void> record(const Environment& env, AuditKind kind, std::uint32_t count, AuditEvent event, Instant now) {
  OSTIARY_TRY(auto fresh, Fresh::draw(env.random, now));
  event.id = fresh.id<AuditId>();
  event.at = now;
  event.kind = kind;
  event.count = count;
  std::vector<Change> changes;
  changes.emplace_back(AppendAudit{std::move(event), {}});
  OSTIARY_TRY(commit_changes(env, std::move(changes), fresh, now));
  return success();
}

}  // namespace

Result<CommitVerdict> commit_changes(const Environment& env, std::vector<Change> changes, Fresh& fresh, Instant now) {
  OSTIARY_TRY(authenticate_events(env, changes));
  const ChangeSet set{.id = fresh.id<ChangeId>(), .at = now, .changes = std::move(changes)};
  OSTIARY_TRY(const auto answer, send(env, set));
  const auto* const refused = std::get_if<Refused>(&answer);
  if (refused == nullptr) {
    observe_events(env, set.changes);
    return CommitVerdict::committed;
  }
  if (refused->index >= set.changes.size()) {
    return Errc::store_failure;  // a host's store that breaks its contract
  }
  if (std::holds_alternative<RequireActor>(set.changes[refused->index])) {
    return Errc::actor_revoked;
  }
  return std::holds_alternative<ConsumeOnce>(set.changes[refused->index]) ? CommitVerdict::spent
                                                                          : CommitVerdict::refused;
}

Result<void> record_refusal(const Environment& env, AuditKind kind, const std::optional<Account>& account,
                            const ClientContext& client, std::string_view reason) {
  const Instant now = env.clock.now();
  OSTIARY_TRY(auto fresh, Fresh::draw(env.random, now));
  auto event = make_event(kind, account, client, fresh, now);
  event.reason = reason;
  std::vector<Change> changes;
  changes.emplace_back(AppendAudit{std::move(event), {}});
  OSTIARY_TRY(commit_changes(env, std::move(changes), fresh, now));
  return success();
}

Result<std::optional<Throttled>> charge(const Environment& env, const std::vector<Charge>& charges,
                                        const AuditEvent& about) {
  const Instant now = env.clock.now();
  OSTIARY_TRY(const auto answer, env.store.charge(charges, now));
  if (answer.lifted > 0) {
    OSTIARY_TRY(record(env, AuditKind::throttle_lifted, answer.lifted, about, now));
  }
  if (answer.admitted) {
    return std::optional<Throttled>();
  }
  if (answer.refusals == 1) {
    OSTIARY_TRY(record(env, AuditKind::throttled, 1, about, now));
  }
  observe(env, AttemptThrottled{.retry_after = answer.retry_after});
  return Throttled{.retry_after = answer.retry_after};
}

std::error_code give_back_unjudged(const Environment& env, std::vector<Charge> charges, std::error_code error) {
  if (error == Errc::hasher_busy) {
    refund(env, std::move(charges));
  }
  return error;
}

void refund(const Environment& env, std::vector<Charge> charges) {
  for (Charge& one : charges) {
    one.direction = ChargeDirection::refund;
  }
  if (const auto answer = env.store.charge(charges, env.clock.now()); !answer) {
    observe(env, SideTaskFailed{.task = SideTask::refund, .error = answer.assume_error()});
  }
}

}  // namespace ostiary::inline v0::services
