#include <ostiary/services/account_setup.hpp>

#include "committing.hpp"
#include <ostiary/rules/audit.hpp>
#include <ostiary/rules/sealed_pin.hpp>

namespace ostiary::inline v0 {
namespace {

Result<SetupFacts> load_facts(const Environment& env, const LinkTicket& ticket) {
  SetupFacts facts;
  OSTIARY_TRY(facts.link, env.store.find_link(ticket.id));
  if (!facts.link) {
    return facts;
  }
  OSTIARY_TRY(facts.account, env.store.find_account(facts.link->account));
  if (!facts.account) {
    return facts;
  }
  OSTIARY_TRY(facts.organization, env.store.find_organization(facts.account->organization));
  return facts;
}

Result<CredentialsRefused> check(const Environment& env, SetupEntry& entry, const SetupFacts& facts) {
  const auto words = password_context(*facts.account, *facts.organization);
  NewPassword candidate{
      .password = std::move(entry.password), .confirmation = std::move(entry.confirmation), .context_words = words};
  if (env.blocklist != nullptr && env.policies.password.refuse_blocklisted) {
    if (const auto normal = normalize_password(candidate.password)) {
      OSTIARY_TRY(candidate.blocklisted, env.blocklist->contains(normal.value()));
    }
  }
  CredentialsRefused flaws{.password = check_password(env.policies.password, candidate),
                           .pin = check_pin(env.policies.pin, entry.pin)};
  entry.password = std::move(candidate.password);
  return flaws;
}

// Both one-way strings; the PIN's is sealed to the account.
Result<SetupCredentials> hash(const Environment& env, const SetupEntry& entry, const AccountId& account) {
  OSTIARY_TRY(const auto password, normalize_password(entry.password));
  OSTIARY_TRY(auto password_hash, services::observe_hash(env, [&] { return env.hasher.hash(password); }));
  OSTIARY_TRY(const auto pin_hash, services::observe_hash(env, [&] { return env.hasher.hash(entry.pin); }));
  OSTIARY_TRY(auto fresh, Fresh::draw(env.random, env.clock.now()));
  OSTIARY_TRY(auto sealed, seal_pin_hash(*env.keys.current(), account, pin_hash, fresh));
  return SetupCredentials{.password_hash = std::move(password_hash), .sealed_pin = std::move(sealed)};
}

}  // namespace

Result<InspectOutcome> AccountSetup::inspect(std::string_view token) const {
  OSTIARY_TRY(const auto ticket, verify_link_token(*env_.keys.current(), LinkPurpose::setup, token));
  OSTIARY_TRY(const auto facts, load_facts(env_, ticket));
  const auto verdict = judge_setup(ticket, facts, env_.clock.now());
  if (verdict != LinkVerdict::good) {
    return LinkRefused{verdict};
  }
  return SetupPage{.login_name = facts.account->login.as_typed(),
                   .display_name = facts.account->display_name,
                   .organization_name = facts.organization->name,
                   .expires_at = facts.link->expires_at};
}

Result<SetupOutcome> AccountSetup::redeem(SetupEntry entry) const {
  OSTIARY_TRY(const auto ticket, verify_link_token(*env_.keys.current(), LinkPurpose::setup, entry.token));
  OSTIARY_TRY(auto charges,
              link_charges(*env_.keys.current(), env_.policies.budgets, ticket.id.to_string(), entry.client.network));
  AuditEvent about{.reason = "link"};
  describe_client(about, entry.client);
  OSTIARY_TRY(const auto throttled, services::charge(env_, charges, about));
  if (throttled) {
    return *throttled;
  }
  OSTIARY_TRY(const auto seen, load_facts(env_, ticket));
  std::optional<SetupCredentials> credentials;
  if (judge_setup(ticket, seen, env_.clock.now()) == LinkVerdict::good) {
    OSTIARY_TRY(auto flaws, check(env_, entry, seen));
    if (!flaws.password.empty() || !flaws.pin.empty()) {
      return flaws;
    }
    auto hashed = hash(env_, entry, seen.account->id);
    if (!hashed) {
      return services::give_back_unjudged(env_, std::move(charges), hashed.assume_error());
    }
    credentials = std::move(hashed).assume_value();
  }
  OSTIARY_TRY(auto outcome,
              services::decide_and_commit(
                  env_, [&] { return load_facts(env_, ticket); },
                  [&](const SetupFacts& facts, Fresh& fresh, Instant now) -> Result<Decision<SetupDecisionOutcome>> {
                    return decide_setup(ticket, facts, credentials, entry.client, env_.policies.mail, fresh, now);
                  }));
  if (auto* completed = std::get_if<SetupCompleted>(&outcome)) {
    return std::move(*completed);
  }
  return std::get<LinkRefused>(outcome);
}

}  // namespace ostiary::inline v0
