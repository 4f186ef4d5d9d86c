#include <ostiary/rules/pin_check.hpp>

#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0 {
namespace {

std::string_view refusal_of(const PinFacts& facts) {
  if (!facts.account) {
    return "unknown_account";
  }
  if (facts.account->status != AccountStatus::active) {
    return "account_inactive";
  }
  if (!facts.account->pin) {
    return "no_pin";
  }
  return facts.matches ? "" : "wrong_pin";
}

}  // namespace

Decision<PinCheckOutcome> decide_pin_check(const Actor& actor, const PinFacts& facts, Fresh& fresh, Instant now) {
  if (facts.account && facts.account->pin && facts.account->pin->sealed != facts.verified_seal) {
    return {.outcome = StaleVerdict{}, .changes = {}};
  }
  const auto reason = refusal_of(facts);
  AuditEvent event{.id = fresh.id<AuditId>(),
                   .at = now,
                   .kind = reason.empty() ? AuditKind::pin_checked : AuditKind::pin_refused,
                   .reason = std::string(reason)};
  if (facts.account) {
    event.organization = facts.account->organization;
    event.subject = facts.account->id;
  }
  describe_actor(event, actor);
  return {.outcome = reason.empty() ? PinCheck::accepted : PinCheck::refused,
          .changes = {AppendAudit{std::move(event), {}}}};
}

}  // namespace ostiary::inline v0
