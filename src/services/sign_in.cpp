#include <ostiary/services/sign_in.hpp>

#include "committing.hpp"
#include <ostiary/rules/audit.hpp>
#include <ostiary/rules/decoy.hpp>

namespace ostiary::inline v0 {
namespace {

// What the hasher said of one password and one hash.
struct Hashed {
  PasswordVerdict verdict;
  std::string upgraded;
};

bool is_unusable(std::error_code error) {
  return error == Errc::malformed_password_hash || error == Errc::hash_parameters_refused;
}

Result<Hashed> verify(const Environment& env, const SecretString& password, const std::optional<Account>& account,
                      const LoginName& login) {
  const bool has_password = account && account->password;
  OSTIARY_TRY(const auto draw, decoy_draw(*env.keys.current(), login));
  const auto decoy = env.hasher.decoy(draw);
  auto verdict = env.hasher.verify(password, has_password ? account->password->hash : decoy);
  if (!verdict && has_password && is_unusable(verdict.assume_error())) {
    // A stored hash that cannot be verified is the operator's to mend; the caller waits as for any other.
    OSTIARY_TRY(env.hasher.verify(password, decoy));
    return Errc::record_unreadable;
  }
  OSTIARY_TRY(auto sure, std::move(verdict));
  Hashed hashed{.verdict = std::move(sure), .upgraded = {}};
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
  AuditEvent about{.reason = "password"};
  describe_client(about, request.client);
  std::vector<Charge> spent;

  for (int attempt = 0; attempt < services::passes_max; ++attempt) {
    OSTIARY_TRY(auto charges,
                password_charges(*env_.keys.current(), env_.policies.budgets, login.value(), request.client.network));
    OSTIARY_TRY(const auto throttled, services::charge(env_, charges, about));
    if (throttled) {
      return *throttled;
    }
    OSTIARY_TRY(const auto seen, load());
    spent.insert(spent.end(), charges.begin(), charges.end());
    const auto judged = verify(env_, password.value(), seen, login.value());
    if (!judged) {
      return services::give_back_unjudged(env_, std::move(spent), judged.assume_error());
    }
    const Hashed& hashed = judged.assume_value();
    OSTIARY_TRY(auto outcome,
                services::decide_and_commit(env_, load, [&](std::optional<Account> account, Fresh& fresh, Instant now) {
                  return decide_password_sign_in({.account = std::move(account),
                                                  .matches = hashed.verdict.matches,
                                                  .verified_hash = hashed.verdict.hash,
                                                  .upgraded_hash = hashed.upgraded},
                                                 request.client, env_.policies.session, fresh, now);
                }));
    if (auto* signed_in = std::get_if<SignInSuccess>(&outcome)) {
      services::refund(env_, std::move(spent));
      return std::move(*signed_in);
    }
    if (std::holds_alternative<SignInRefused>(outcome)) {
      return SignInRefused{};
    }
  }
  return Errc::conflict;
}

}  // namespace ostiary::inline v0
