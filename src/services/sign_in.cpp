#include <ostiary/services/sign_in.hpp>

#include "committing.hpp"

namespace ostiary::inline v0 {
namespace {

// What the hasher said of one password and one hash.
struct Hashed {
  PasswordVerdict verdict;
  std::string upgraded;
};

Result<Hashed> verify(const Environment& env, const SecretString& password, const std::optional<Account>& account,
                      const LoginName& login) {
  const bool has_password = account && account->password;
  const std::string_view hash = has_password ? account->password->hash : env.hasher.decoy(login.canonical());
  OSTIARY_TRY(auto verdict, env.hasher.verify(password, hash));
  Hashed hashed{.verdict = std::move(verdict), .upgraded = {}};
  if (hashed.verdict.matches && hashed.verdict.outdated) {
    // A sign-in does not fail because its better hash could not be made (S220).
    if (auto anew = env.hasher.hash(password)) {
      hashed.upgraded = std::move(anew).value();
    }
  }
  return hashed;
}

}  // namespace

Result<SignInOutcome> SignIn::with_password(const PasswordSignIn& request) const {
  const auto login = LoginName::parse(request.login_name);
  const auto password = normalize_password(request.password);
  if (!login || !password) {
    return SignInRefused{};
  }
  const auto load = [&] { return env_.store.find_account_by_login(login.value()); };

  for (int attempt = 0; attempt < services::passes_max; ++attempt) {
    OSTIARY_TRY(auto charges,
                password_charges(*env_.keys.current(), env_.policies.budgets, login.value(), request.client.network));
    OSTIARY_TRY(const auto throttled, services::charge(env_, charges, "password", &request.client));
    if (throttled) {
      return *throttled;
    }
    OSTIARY_TRY(const auto seen, load());
    OSTIARY_TRY(const auto hashed, verify(env_, password.value(), seen, login.value()));
    OSTIARY_TRY(auto outcome,
                services::decide_and_commit(env_, load, [&](std::optional<Account> account, Fresh& fresh, Instant now) {
                  return decide_password_sign_in({.account = std::move(account),
                                                  .matches = hashed.verdict.matches,
                                                  .verified_hash = hashed.verdict.hash,
                                                  .upgraded_hash = hashed.upgraded},
                                                 request.client, env_.policies.session, fresh, now);
                }));
    if (auto* signed_in = std::get_if<SignInSuccess>(&outcome)) {
      services::refund(env_, std::move(charges));
      return std::move(*signed_in);
    }
    if (std::holds_alternative<SignInRefused>(outcome)) {
      return SignInRefused{};
    }
  }
  return Errc::conflict;
}

}  // namespace ostiary::inline v0
