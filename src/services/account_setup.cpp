#include <ostiary/services/account_setup.hpp>

#include "committing.hpp"
#include "link_facts.hpp"
#include "new_password.hpp"
#include <ostiary/rules/audit.hpp>
#include <ostiary/rules/sealed_pin.hpp>

namespace ostiary::inline v0 {
namespace {

Result<CredentialsRefused> check(const Environment& env, SetupEntry& entry, const LinkFacts& facts) {
  NewPassword typed{.password = std::move(entry.password), .confirmation = std::move(entry.confirmation)};
  CredentialsRefused flaws;
  OSTIARY_TRY(flaws.password, services::check_new_password(env, typed, *facts.account, *facts.organization));
  flaws.pin = check_pin(env.policies.pin, entry.pin);
  entry.password = std::move(typed.password);
  return flaws;
}

// Both one-way strings; the PIN's is sealed to the account.
Result<SetupCredentials> hash(const Environment& env, const SetupEntry& entry, const AccountId& account) {
  OSTIARY_TRY(auto password_hash, services::hash_new_password(env, entry.password));
  OSTIARY_TRY(const auto pin_hash, services::observe_hash(env, [&] { return env.hasher.hash(entry.pin); }));
  OSTIARY_TRY(auto fresh, Fresh::draw(env.random, env.clock.now()));
  OSTIARY_TRY(auto sealed, seal_pin_hash(*env.keys.current(), account, pin_hash, fresh));
  return SetupCredentials{.password_hash = std::move(password_hash), .sealed_pin = std::move(sealed)};
}

}  // namespace

Result<InspectOutcome> AccountSetup::inspect(std::string_view token) const {
  OSTIARY_TRY(const auto ticket, verify_link_token(*env_.keys.current(), LinkPurpose::setup, token));
  OSTIARY_TRY(const auto facts, services::load_link_facts(env_, ticket));
  const auto verdict = judge_link(ticket, facts, env_.clock.now());
  if (verdict != LinkVerdict::good) {
    return LinkRefused{verdict};
  }
  return SetupPage{.login_name = facts.account->login.as_typed(),
                   .display_name = facts.account->display_name,
                   .organization_name = facts.organization->name,
                   .expires_at = facts.link->expires_at};
}

Result<SetupOutcome> AccountSetup::redeem(SetupEntry entry) const {
  OSTIARY_TRY(auto charged, services::charge_link(env_, LinkPurpose::setup, entry.token, entry.client));
  if (charged.throttled) {
    return *charged.throttled;
  }
  const LinkTicket& ticket = charged.ticket;
  OSTIARY_TRY(const auto seen, services::load_link_facts(env_, ticket));
  std::optional<SetupCredentials> credentials;
  if (judge_link(ticket, seen, env_.clock.now()) == LinkVerdict::good) {
    OSTIARY_TRY(auto flaws, check(env_, entry, seen));
    if (!flaws.password.empty() || !flaws.pin.empty()) {
      return flaws;
    }
    auto hashed = hash(env_, entry, seen.account->id);
    if (!hashed) {
      return services::give_back_unjudged(env_, std::move(charged.charges), hashed.assume_error());
    }
    credentials = std::move(hashed).assume_value();
  }
  OSTIARY_TRY(auto outcome,
              services::decide_and_commit(
                  env_, [&] { return services::load_link_facts(env_, ticket); },
                  [&](const LinkFacts& facts, Fresh& fresh, Instant now) -> Result<Decision<SetupDecisionOutcome>> {
                    return decide_setup(ticket, facts, credentials, entry.client, env_.policies.mail, fresh, now);
                  }));
  if (auto* completed = std::get_if<SetupCompleted>(&outcome)) {
    return std::move(*completed);
  }
  return std::get<LinkRefused>(outcome);
}

}  // namespace ostiary::inline v0
