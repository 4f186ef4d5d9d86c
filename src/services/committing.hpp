#pragma once

#include <optional>
#include <utility>

#include <ostiary/base/client_context.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/services/environment.hpp>

// How every service writes: load, draw, decide, commit; again from fresh facts where a guard missed (design.md 4).
namespace ostiary::inline v0::services {

inline constexpr int passes_max = 3;

inline void observe(const Environment& env, const Observation& observation) noexcept {
  if (env.observer != nullptr) {
    env.observer->observe(observation);
  }
}

/// observe_hash runs one call of the hasher and tells how long it took.
template <class Hash>
[[nodiscard]] auto observe_hash(const Environment& env, Hash hash) {
  const Instant begun = env.clock.now();
  auto result = hash();
  observe(env, PasswordHashed{.took = env.clock.now() - begun});
  return result;
}

/// CommitVerdict is CommitAnswer with what a refusal means to a service.
enum class CommitVerdict : std::uint8_t {
  committed,
  refused,  ///< What was decided from is not so any more: decide again.
  spent,    ///< A ConsumeOnce came too late: no fresh facts would help.
};

/// commit_changes authenticates the audit events and commits one set. Contention is sent again twice after a pause, an
/// unknown answer once, always with the same id. A refused RequireActor is Errc::actor_revoked.
[[nodiscard]] Result<CommitVerdict> commit_changes(const Environment& env, std::vector<Change> changes, Fresh& fresh,
                                                   Instant now);

/// decide_and_commit runs up to `passes_max` passes of load, draw, decide and commit, each from fresh facts, and gives
/// the outcome of the one that was committed; Errc::conflict where every pass was overtaken. `load` gives
/// Result<Facts>; `decide(facts, fresh, now)` gives Result<Decision<Outcome>>; `spent()` gives Result<Outcome> where a
/// ConsumeOnce came too late.
template <class Load, class Decide, class Spent>
[[nodiscard]] auto decide_and_commit(const Environment& env, Load load, Decide decide, std::size_t fresh_size,
                                     Spent spent)
    -> Result<decltype(decide(load().value(), std::declval<Fresh&>(), Instant()).value().outcome)> {
  for (int pass = 0; pass < passes_max; ++pass) {
    OSTIARY_TRY(auto facts, load());
    const Instant now = env.clock.now();
    OSTIARY_TRY(auto fresh, Fresh::draw(env.random, now, fresh_size));
    OSTIARY_TRY(auto decision, decide(std::move(facts), fresh, now));
    if (decision.changes.empty()) {
      return std::move(decision.outcome);
    }
    OSTIARY_TRY(const auto verdict, commit_changes(env, std::move(decision.changes), fresh, now));
    if (verdict == CommitVerdict::committed) {
      return std::move(decision.outcome);
    }
    if (verdict == CommitVerdict::spent) {
      return spent();
    }
    observe(env, DecisionRepeated{});
  }
  return Errc::conflict;
}

/// decide_and_commit of a set that consumes nothing once.
template <class Load, class Decide>
[[nodiscard]] auto decide_and_commit(const Environment& env, Load load, Decide decide,
                                     std::size_t fresh_size = Fresh::size) {
  return decide_and_commit(env, std::move(load), std::move(decide), fresh_size, [] { return Errc::conflict; });
}

/// record_refusal audits a "no" that was said before anything was decided.
[[nodiscard]] Result<void> record_refusal(const Environment& env, AuditKind kind, const std::optional<Account>& account,
                                          const ClientContext& client, std::string_view reason);

/// charge takes the charges of one attempt, or says when to come back. The first refusal of a window leaves one audit
/// event, the admission that ends it another with the count of refusals between them (R69). `about` says in both what
/// was tried (`reason`), by whom and on whom.
[[nodiscard]] Result<std::optional<Throttled>> charge(const Environment& env, const std::vector<Charge>& charges,
                                                      const AuditEvent& about);

/// give_back_unjudged refunds an attempt that a busy hasher kept from being judged, so that overload locks nobody out,
/// and gives its error back.
[[nodiscard]] std::error_code give_back_unjudged(const Environment& env, std::vector<Charge> charges,
                                                 std::error_code error);

/// refund gives back what an attempt that succeeded was charged. It may fail without harm.
void refund(const Environment& env, std::vector<Charge> charges);

}  // namespace ostiary::inline v0::services
