#include <ostiary/rules/sign_in.hpp>

#include <algorithm>

#include "new_session.hpp"
#include "signed_in_maker.hpp"
#include <ostiary/rules/audit.hpp>
#include <ostiary/rules/ceremony.hpp>

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
  const auto ceremony = begin_ceremony(CeremonyKind::choose_password, account.id, password.id,
                                       std::min(now + ceremony_lifetime, *password.temporary_until), fresh);
  OSTIARY_TRY(auto ticket, seal_ceremony(keys, ceremony, fresh));
  auto event = make_event(AuditKind::sign_in_refused, account, client, fresh, now);
  event.reason = "temporary_password";
  return Decision<PasswordSignInOutcome>{
      PasswordChangeRequired{.ticket = std::move(ticket), .expires_at = ceremony.ends_at},
      {AppendAudit{std::move(event), {}}}};
}

// What the commit of a session does about the device, and the cookie that names it from now on.
struct SeenDevice {
  std::vector<Change> changes;
  std::string_view standing;
  SecretString cookie;
};

Result<SeenDevice> see_device(const PasswordFacts& facts, const ClientContext& client, const SignInPolicies& policies,
                              const KeyRing& keys, Fresh& fresh, Instant now) {
  const Account& account = *facts.account;
  SeenDevice seen{.changes = {}, .standing = "known_device", .cookie = {}};
  const bool is_known = is_known_device(facts.device, facts.account, now);
  auto device = is_known ? *facts.device : make_device(account, client, policies.device, fresh, now);
  device.ends_at = std::max(device.ends_at, now + policies.device.lifetime);
  if (is_known) {
    seen.changes.emplace_back(
        TouchDevice{.id = device.id, .account = account.id, .last_seen_at = now, .ends_at = device.ends_at});
  } else {
    seen.standing = "unknown_device";
    seen.changes.emplace_back(PutDevice{.device = device});
  }
  if (needs_notice(facts, policies.device, now) && !facts.may_notify) {
    seen.standing = "unknown_device_unnotified";
  } else if (needs_notice(facts, policies.device, now)) {
    auto mail = make_mail_intent(MailKind::new_device, account, *facts.organization, policies.mail, fresh, now);
    mail.client = MailClient{.network = device.network, .user_agent = device.user_agent};
    seen.changes.emplace_back(PutMailIntent{.mail = std::move(mail)});
  }
  OSTIARY_TRY(seen.cookie, renew_device_cookie(keys, facts.cookie, account.login, device.id, device.ends_at, fresh));
  return seen;
}

}  // namespace

bool needs_notice(const PasswordFacts& facts, const DevicePolicy& policy, Instant now) noexcept {
  return policy.notice == NewDeviceNotice::mail && !is_known_device(facts.device, facts.account, now);
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
  OSTIARY_TRY(auto begun, make_session(account, client, policies.session, fresh, now));
  OSTIARY_TRY(auto seen, see_device(facts, client, policies, keys, fresh, now));
  auto event = make_event(AuditKind::signed_in, facts.account, client, fresh, now);
  event.actor_kind = AuditActorKind::account;
  event.actor = account.id;
  event.reason = seen.standing;

  Decision<PasswordSignInOutcome> decision{
      SignInSuccess{std::move(begun.token), SignedInMaker::make(standing_of(account), begun.session),
                    std::move(seen.cookie)},
      {}};
  decision.changes.emplace_back(PutSession{std::move(begun.session)});
  if (!facts.upgraded_hash.empty()) {
    decision.changes.emplace_back(
        UpgradeHash{.account = account.id, .from = facts.verified_hash, .to = facts.upgraded_hash});
  }
  std::ranges::move(seen.changes, std::back_inserter(decision.changes));
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

}  // namespace ostiary::inline v0
