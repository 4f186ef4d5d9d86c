#pragma once

#include <ostiary/base/client_context.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/device.hpp>
#include <ostiary/rules/device_cookie.hpp>
#include <ostiary/rules/factor_step.hpp>
#include <ostiary/rules/mail_intent.hpp>
#include <ostiary/rules/session.hpp>

namespace ostiary::inline v0 {

/// PasswordFacts is what decide_password_sign_in weighs: the account as loaded in this pass, and what the hasher said.
struct PasswordFacts {
  std::optional<Account> account{};  ///< Empty: no account has the login name.
  bool is_usable = true;             ///< Whether the hasher could verify the stored hash.
  bool matches = false;              ///< The hasher's verdict,
  std::string verified_hash{};       ///< on this hash; of an account without password, and of none, on a decoy.
  std::string upgraded_hash{};       ///< The password hashed anew where the stored one is outdated, else empty.
  std::optional<Organization> organization{};  ///< That has the login name's domain, whether or not the account exists.
  std::optional<Device> device{};              ///< The row that the cookie's entry for the login name points at.
  std::vector<DeviceEntry> cookie{};           ///< All entries of the device cookie.
  bool may_notify = true;                      ///< The account's budget of notices admits the one that is due.
};

/// SignInPolicies are those by which a sign-in is decided.
struct SignInPolicies {
  SessionPolicy session{};
  DevicePolicy device{};
  MailPolicy mail{};
  FactorPolicy factor{};
};

struct SignInSuccess {
  SecretString token{};  ///< The bearer token: goes into the session cookie, and nowhere else.
  SignedIn who;
  SecretString device_cookie{};  ///< By this the browser is known at the next sign-in: into a cookie of its own.
  /// From then on the organisation lets the account in only with a second factor (R56): say so. Empty: it has one, or
  /// needs none.
  std::optional<Instant> enrol_by{};
};

/// SignInRefused says nothing more on purpose: unknown login, wrong password, invited and suspended look alike (R71).
struct SignInRefused {};

/// PasswordChangeRequired: the password was right and is a temporary one; its owner has to choose another (R36). No
/// session began.
struct PasswordChangeRequired {
  SecretString ticket{};  ///< For SignIn::choose_password: into the form of the page that asks, and nowhere else.
  Instant expires_at{};   ///< It works while now < expires_at.
};

using PasswordSignInOutcome = std::variant<SignInSuccess, PasswordChangeRequired, SecondFactorRequired,
                                           EnrolmentRequired, FactorUnsupported, SignInRefused, StaleVerdict>;

/// needs_notice says whether the session that a right password of these facts begins owes the owner a notice. Both
/// account and organisation are there.
[[nodiscard]] OSTIARY_CORE_EXPORT bool needs_notice(const PasswordFacts& facts, const ClientContext& client,
                                                    const SignInPolicies& policies, Instant now);

/// decide_password_sign_in decides a sign-in by login name and password. Pure.
///
/// Yes:     only for an active account whose stored hash is the verified one and matches: PutSession (guarded by status
///          and epoch), UpgradeHash where there is a new hash, and the audit event. From a known device TouchDevice,
///          from any other PutDevice and, while its budget admits, the notice of it to the designated address; no device
///          skips a factor. The event's reason is "known_device", "unknown_device" or "unknown_device_unnotified", the
///          last where the budget left no notice.
/// Choose:  for a temporary password that is right and has not ended: a ticket, and an event sign_in_refused with the
///          reason "temporary_password".
/// Factor:  for an account with a second factor: a ticket (begin_ceremony), UpgradeHash, and an event factor_required
///          with "asked", "enrolment" or "unsupported_client"; on a remembered device a session, whose proof is as old
///          as the factor's. No client application and no device cookie skips the table of rules/client_conflict.hpp.
/// No:      one outcome for every reason; the reason is in the audit event alone: "unknown_login", "wrong_password",
///          "no_password", "unusable_hash", "temporary_ended", "invited", "suspended", "removed",
///          "organization_inactive".
/// Errors:  crypto_failure; record_unreadable where the account's organisation is missing.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Decision<PasswordSignInOutcome>> decide_password_sign_in(
    const PasswordFacts& facts, const ClientContext& client, const SignInPolicies& policies, const KeyRing& keys,
    Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
