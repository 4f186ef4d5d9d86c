#include <ostiary/rules/sign_in.hpp>

#include <algorithm>

#include "session_start.hpp"
#include <ostiary/rules/audit.hpp>
#include <ostiary/rules/factor_requirement.hpp>

namespace ostiary::inline v0 {
namespace {

// Why not; empty where the account may sign in.
std::string_view refusal_of(const PasswordFacts& facts, Instant now) {
  if (!facts.account) {
    return "unknown_login";
  }
  switch (facts.account->status) {
    case AccountStatus::invited:
      return "invited";
    case AccountStatus::suspended:
      return "suspended";
    case AccountStatus::removed:
      return "removed";
    case AccountStatus::active:
      break;
  }
  if (!facts.account->password) {
    return "no_password";
  }
  if (!facts.is_usable) {
    return "unusable_hash";
  }
  if (!facts.matches) {
    return "wrong_password";
  }
  const auto& until = facts.account->password->temporary_until;
  if (until && now >= *until) {
    return "temporary_ended";
  }
  const bool is_open = !facts.organization || facts.organization->status == OrganizationStatus::active;
  return is_open ? "" : "organization_inactive";
}

Result<Decision<PasswordSignInOutcome>> require_change(const Account& account, const ClientContext& client,
                                                       const KeyRing& keys, Fresh& fresh, Instant now) {
  const auto& password = *account.password;
  OSTIARY_TRY(const auto bound_to, bind_to_client(client));
  const auto ceremony = begin_ceremony(CeremonyKind::choose_password, account, bound_to,
                                       std::min(now + ceremony_lifetime, *password.temporary_until), fresh);
  OSTIARY_TRY(auto ticket, seal_ceremony(keys, ceremony, fresh));
  auto event = make_event(AuditKind::sign_in_refused, account, client, fresh, now);
  event.reason = "temporary_password";
  return Decision<PasswordSignInOutcome>{
      PasswordChangeRequired{.ticket = std::move(ticket), .expires_at = ceremony.ends_at},
      {AppendAudit{std::move(event), {}}}};
}

void keep_better_hash(const PasswordFacts& facts, std::vector<Change>& changes) {
  if (!facts.upgraded_hash.empty()) {
    changes.emplace_back(
        UpgradeHash{.account = facts.account->id, .from = facts.verified_hash, .to = facts.upgraded_hash});
  }
}

Result<Decision<PasswordSignInOutcome>> begin_session(const PasswordFacts& facts, const ClientContext& client,
                                                      const SignInPolicies& policies, const KeyRing& keys, Fresh& fresh,
                                                      Instant now) {
  const Account& account = *facts.account;
  const bool is_remembered = has_second_factor(account);
  OSTIARY_TRY(auto started,
              start_session({.account = account,
                             .organization = *facts.organization,
                             .device = facts.device,
                             .cookie = facts.cookie,
                             .may_notify = facts.may_notify,
                             .proved_at = is_remembered ? facts.device->remembered->proved_at : now,
                             .enrol_by = is_remembered ? std::nullopt : factor_due(*facts.organization, account)},
                            client, policies, keys, fresh, now));
  auto event = make_event(AuditKind::signed_in, facts.account, client, fresh, now);
  event.actor_kind = AuditActorKind::account;
  event.actor = account.id;
  event.reason = is_remembered ? "remembered_device" : started.standing;
  Decision<PasswordSignInOutcome> decision{std::move(started.success), std::move(started.changes)};
  keep_better_hash(facts, decision.changes);
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

// A right password that begins no session yet keeps the better hash all the same.
Result<Decision<PasswordSignInOutcome>> answer_step(SignInStep step, const PasswordFacts& facts,
                                                    const ClientContext& client, const SignInPolicies& policies,
                                                    const KeyRing& keys, Fresh& fresh, Instant now) {
  OSTIARY_TRY(auto answer,
              decide_step(step, *facts.account, *facts.organization, client, policies.factor, keys, fresh, now));
  Decision<PasswordSignInOutcome> decision{
      std::visit([](auto&& each) -> PasswordSignInOutcome { return std::forward<decltype(each)>(each); },
                 std::move(answer.outcome)),
      std::move(answer.changes)};
  keep_better_hash(facts, decision.changes);
  return decision;
}

}  // namespace

bool needs_notice(const PasswordFacts& facts, const ClientContext& client, const SignInPolicies& policies,
                  Instant now) {
  return policies.device.notice == NewDeviceNotice::mail && !is_known_device(facts.device, facts.account, now) &&
         find_step(*facts.account, *facts.organization, facts.device, client, policies.factor, now) ==
             SignInStep::session;
}

Result<Decision<PasswordSignInOutcome>> decide_password_sign_in(const PasswordFacts& facts, const ClientContext& client,
                                                                const SignInPolicies& policies, const KeyRing& keys,
                                                                Fresh& fresh, Instant now) {
  const bool has_password = facts.account && facts.account->password;
  if (has_password && facts.account->password->hash != facts.verified_hash) {
    return Decision<PasswordSignInOutcome>{StaleVerdict{}, {}};
  }
  if (const auto reason = refusal_of(facts, now); !reason.empty()) {
    auto event = make_event(AuditKind::sign_in_refused, facts.account, client, fresh, now);
    event.reason = reason;
    return Decision<PasswordSignInOutcome>{SignInRefused{}, {AppendAudit{std::move(event), {}}}};
  }
  const Account& account = *facts.account;
  if (!facts.organization || facts.organization->id != account.organization) {
    return Errc::record_unreadable;
  }
  if (account.password->temporary_until) {
    return require_change(account, client, keys, fresh, now);
  }
  const auto step = find_step(account, *facts.organization, facts.device, client, policies.factor, now);
  return step == SignInStep::session ? begin_session(facts, client, policies, keys, fresh, now)
                                     : answer_step(step, facts, client, policies, keys, fresh, now);
}

}  // namespace ostiary::inline v0
