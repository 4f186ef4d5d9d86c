#pragma once

#include <ostiary/base/client_context.hpp>
#include <ostiary/model/fresh.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/session.hpp>

namespace ostiary::inline v0 {

/// PasswordFacts is what decide_password_sign_in weighs: the account as loaded in this pass, and what the hasher said.
struct PasswordFacts {
  std::optional<Account> account{};  ///< Empty: no account has the login name.
  bool matches = false;              ///< The hasher's verdict,
  std::string verified_hash{};       ///< on this hash; of an account without password, and of none, on a decoy.
  std::string upgraded_hash{};       ///< The password hashed anew where the stored one is outdated, else empty.
};

struct SignInSuccess {
  SecretString token{};  ///< The bearer token: goes into the session cookie, and nowhere else.
  SignedIn who;
};

/// SignInRefused says nothing more on purpose: unknown login, wrong password, invited and suspended look alike (R71).
struct SignInRefused {};

using PasswordSignInOutcome = std::variant<SignInSuccess, SignInRefused, StaleVerdict>;

/// decide_password_sign_in decides a sign-in by login name and password. Pure.
///
/// Yes:     only for an active account whose stored hash is the verified one and matches: PutSession (guarded by status
///          and epoch), UpgradeHash where there is a new hash, and the audit event.
/// No:      one outcome for every reason; the reason is in the audit event alone.
/// Errors:  crypto_failure (the token's digest).
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Decision<PasswordSignInOutcome>> decide_password_sign_in(
    const PasswordFacts& facts, const ClientContext& client, const SessionPolicy& policy, Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
