#include <ostiary/services/password_recovery.hpp>

#include "committing.hpp"
#include "link_facts.hpp"
#include "new_password.hpp"
#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0 {

Result<RecoveryOutcome> PasswordRecovery::request(const RecoveryEntry& entry) const {
  OSTIARY_TRY(const auto address, EmailAddress::parse(entry.address));
  OSTIARY_TRY(const auto charges,
              recovery_charges(*env_.keys.current(), env_.policies.budgets, entry.kind, address, entry.client.network));
  AuditEvent about{.reason = "recovery"};
  describe_client(about, entry.client);
  OSTIARY_TRY(const auto throttled, services::charge(env_, charges, about));
  if (throttled) {
    return *throttled;
  }
  // Every id in the set is new, so it is committed or it is an error: nothing in it can be overtaken.
  OSTIARY_TRY(auto outcome, services::decide_and_commit(
                                env_, [] { return Result<std::monostate>(std::monostate()); },
                                [&](std::monostate /*nothing is looked up*/, Fresh& fresh, Instant now) {
                                  return Result<Decision<RecoveryAccepted>>(decide_recovery_request(
                                      entry.kind, address, entry.client, env_.policies.mail, fresh, now));
                                }));
  return outcome;
}

Result<ResetInspectOutcome> PasswordRecovery::inspect(std::string_view token) const {
  OSTIARY_TRY(const auto ticket, verify_link_token(*env_.keys.current(), LinkPurpose::reset, token));
  OSTIARY_TRY(const auto facts, services::load_link_facts(env_, ticket));
  const auto verdict = judge_link(ticket, facts, env_.clock.now());
  if (verdict != LinkVerdict::good) {
    return LinkRefused{verdict};
  }
  return ResetPage{.login_name = facts.account->login.as_typed(),
                   .display_name = facts.account->display_name,
                   .organization_name = facts.organization->name,
                   .expires_at = facts.link->expires_at};
}

Result<ResetOutcome> PasswordRecovery::redeem(ResetEntry entry) const {
  OSTIARY_TRY(auto charged, services::charge_link(env_, LinkPurpose::reset, entry.token, entry.client));
  if (charged.throttled) {
    return *charged.throttled;
  }
  const LinkTicket& ticket = charged.ticket;
  OSTIARY_TRY(const auto seen, services::load_link_facts(env_, ticket));
  std::string password_hash;
  if (judge_link(ticket, seen, env_.clock.now()) == LinkVerdict::good) {
    NewPassword typed{.password = std::move(entry.password), .confirmation = std::move(entry.confirmation)};
    OSTIARY_TRY(auto flaws, services::check_new_password(env_, typed, *seen.account, *seen.organization));
    if (!flaws.empty()) {
      OSTIARY_TRY(services::record_refusal(env_, AuditKind::reset_refused, seen.account, entry.client, "policy"));
      return CredentialsRefused{.password = std::move(flaws)};
    }
    auto hashed = services::hash_new_password(env_, typed.password);
    if (!hashed) {
      return services::give_back_unjudged(env_, std::move(charged.charges), hashed.assume_error());
    }
    password_hash = std::move(hashed).assume_value();
  }
  OSTIARY_TRY(auto outcome,
              services::decide_and_commit(
                  env_, [&] { return services::load_link_facts(env_, ticket); },
                  [&](const LinkFacts& facts, Fresh& fresh, Instant now) -> Result<Decision<ResetDecisionOutcome>> {
                    return decide_reset(ticket, facts, password_hash, entry.client, env_.policies.mail, fresh, now);
                  }));
  if (auto* completed = std::get_if<ResetCompleted>(&outcome)) {
    return std::move(*completed);
  }
  return std::get<LinkRefused>(outcome);
}

}  // namespace ostiary::inline v0
