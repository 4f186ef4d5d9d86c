#include <ostiary/services/sign_in.hpp>

#include "committing.hpp"
#include "new_password.hpp"
#include "sign_in_policies.hpp"
#include "without_stale.hpp"
#include <ostiary/rules/audit.hpp>
#include <ostiary/rules/decoy.hpp>

namespace ostiary::inline v0 {
namespace {

// What the hasher said of one password and one hash.
struct Hashed {
  PasswordVerdict verdict;
  std::string upgraded;
  bool is_usable = true;  // false: the stored hash is damaged or over the limits
};

bool is_unusable(std::error_code error) {
  return error == Errc::malformed_password_hash || error == Errc::hash_parameters_refused;
}

// Whether a right password begins a session: what else a refusal could do for one would tell that it is right (R71). A
// temporary one does not, be it over or not.
bool may_begin_session(const std::optional<Account>& account, const std::optional<Organization>& organization) {
  return account && account->status == AccountStatus::active && account->password &&
         !account->password->temporary_until && organization && organization->status == OrganizationStatus::active;
}

Result<Hashed> verify(const Environment& env, const SecretString& password, const std::optional<Account>& account,
                      const std::optional<Organization>& organization, const LoginName& login) {
  const bool has_password = account && account->password;
  OSTIARY_TRY(const auto draw, decoy_draw(*env.keys.current(), login));
  const auto decoy = env.hasher.decoy(draw);
  auto verdict = services::observe_hash(
      env, [&] { return env.hasher.verify(password, has_password ? account->password->hash : decoy); });
  if (!verdict && has_password && is_unusable(verdict.assume_error())) {
    // It is the operator's to mend. The caller waits and is refused as for any other: an error would tell that the
    // account exists (R71).
    services::observe(env, SideTaskFailed{.task = SideTask::hash_verify, .error = verdict.assume_error()});
    OSTIARY_TRY(services::observe_hash(env, [&] { return env.hasher.verify(password, decoy); }));
    return Hashed{.verdict = {.matches = false, .outdated = false, .hash = account->password->hash},
                  .upgraded = {},
                  .is_usable = false};
  }
  OSTIARY_TRY(auto sure, std::move(verdict));
  Hashed hashed{.verdict = std::move(sure), .upgraded = {}};
  if (hashed.verdict.matches && hashed.verdict.outdated && may_begin_session(account, organization)) {
    // A sign-in does not fail because its better hash could not be made (S220).
    auto anew = services::observe_hash(env, [&] { return env.hasher.hash(password); });
    if (anew) {
      hashed.upgraded = std::move(anew).assume_value();
    } else {
      services::observe(env, SideTaskFailed{.task = SideTask::hash_upgrade, .error = anew.assume_error()});
    }
  }
  return hashed;
}

struct Loaded {
  std::optional<Account> account;
  std::optional<Device> device;
};

using PassOutcome = std::variant<SignInSuccess, PasswordChangeRequired, SecondFactorRequired, EnrolmentRequired,
                                 FactorUnsupported, SignInRefused, Throttled, StaleVerdict>;

// One attempt to sign in, in passes of a charge and a hash each.
class SigningIn {
 public:
  SigningIn(const Environment& env, const PasswordSignIn& request, const LoginName& login, const SecretString& password)
      : env_(env),
        request_(request),
        login_(login),
        password_(password),
        keys_(env.keys.current()),
        cookie_(open_device_cookie(*keys_, request.device_cookie, env.clock.now())) {
    describe_client(about_, request.client);
  }

  Result<PassOutcome> pass() {
    OSTIARY_TRY(entry_, find_device_entry(cookie_, login_));
    // A device whose own tries are spent, perhaps by the holder of a copied cookie, has those of an unknown one still.
    bool is_charged_as_known = false;
    if (entry_) {
      OSTIARY_TRY(const auto throttled, spend(device_charges(*keys_, env_.policies.budgets, entry_->device)));
      is_charged_as_known = !throttled;
    }
    if (!is_charged_as_known) {
      OSTIARY_TRY(const auto throttled, spend(unknown_charges()));
      if (throttled) {
        return *throttled;
      }
    }
    OSTIARY_TRY(const auto seen, load());
    if (is_charged_as_known && !is_known_device(seen.device, seen.account, env_.clock.now())) {
      OSTIARY_TRY(const auto throttled, spend(unknown_charges()));
      if (throttled) {
        return *throttled;
      }
    }
    OSTIARY_TRY(const auto domain, Domain::parse(login_.domain()));
    OSTIARY_TRY(organization_, env_.store.find_organization_by_domain(domain));
    const auto judged = verify(env_, password_, seen.account, organization_, login_);
    if (!judged) {
      return services::give_back_unjudged(env_, std::move(spent_), judged.assume_error());
    }
    return decide(judged.assume_value());
  }

 private:
  [[nodiscard]] Result<std::vector<Charge>> unknown_charges() const {
    return password_charges(*keys_, env_.policies.budgets, login_, request_.client.network);
  }

  Result<std::optional<Throttled>> spend(Result<std::vector<Charge>> made) {
    OSTIARY_TRY(const auto charges, std::move(made));
    OSTIARY_TRY(const auto throttled, services::charge(env_, charges, about_));
    if (!throttled) {
      spent_.insert(spent_.end(), charges.begin(), charges.end());
    }
    return throttled;
  }

  [[nodiscard]] Result<Loaded> load() const {
    Loaded loaded;
    OSTIARY_TRY(loaded.account, env_.store.find_account_by_login(login_));
    if (entry_) {
      OSTIARY_TRY(loaded.device, env_.store.find_device(entry_->device));
    }
    return loaded;
  }

  // A notice is charged for a sign-in that will succeed, and for no refusal: those make the same calls (R71).
  Result<PasswordFacts> load_facts(const Hashed& hashed) {
    OSTIARY_TRY(auto loaded, load());
    PasswordFacts facts{.account = std::move(loaded.account),
                        .is_usable = hashed.is_usable,
                        .matches = hashed.verdict.matches,
                        .verified_hash = hashed.verdict.hash,
                        .upgraded_hash = hashed.upgraded,
                        .organization = organization_,
                        .device = std::move(loaded.device),
                        .cookie = cookie_};
    const bool is_right = facts.matches && facts.account && facts.account->password &&
                          facts.account->password->hash == facts.verified_hash;
    if (is_right && may_begin_session(facts.account, organization_) &&
        needs_notice(facts, request_.client, services::sign_in_policies(env_), env_.clock.now())) {
      OSTIARY_TRY(facts.may_notify, spend_notice(facts.account->id));
    }
    return facts;
  }

  // Once an attempt, however many passes it takes. A refusal is told by the reason of the sign-in that it leaves without
  // a notice, so it needs no event of its own; nothing gives a notice back.
  Result<bool> spend_notice(const AccountId& account) {
    if (!may_notify_) {
      OSTIARY_TRY(const auto charges, notice_charges(*keys_, env_.policies.budgets, account));
      OSTIARY_TRY(const auto answer, env_.store.charge(charges, env_.clock.now()));
      may_notify_ = answer.admitted;
    }
    return *may_notify_;
  }

  Result<PassOutcome> decide(const Hashed& hashed) {
    const auto policies = services::sign_in_policies(env_);
    OSTIARY_TRY(auto outcome, services::decide_and_commit(
                                  env_, [&] { return load_facts(hashed); },
                                  [&](const PasswordFacts& facts, Fresh& fresh, Instant now) {
                                    return decide_password_sign_in(facts, request_.client, policies, *keys_, fresh,
                                                                   now);
                                  }));
    // Where a second step follows it gives the try back: tickets are not to be had for nothing.
    if (std::holds_alternative<SignInSuccess>(outcome) || std::holds_alternative<PasswordChangeRequired>(outcome)) {
      services::refund(env_, std::move(spent_));
    }
    return std::visit([](auto&& each) -> PassOutcome { return std::forward<decltype(each)>(each); },
                      std::move(outcome));
  }

  const Environment& env_;
  const PasswordSignIn& request_;
  const LoginName& login_;
  const SecretString& password_;
  std::shared_ptr<const KeyRing> keys_;
  std::vector<DeviceEntry> cookie_;
  std::optional<DeviceEntry> entry_;
  std::optional<Organization> organization_;  // as it was before the hash: a session of one that ended since is refused
  AuditEvent about_{.reason = "password"};
  std::vector<Charge> spent_;
  std::optional<bool> may_notify_;
};

Result<PasswordChoiceFacts> load_choice(const Environment& env, const Ceremony& ceremony) {
  PasswordChoiceFacts facts;
  OSTIARY_TRY(facts.account, env.store.find_account(ceremony.account));
  if (facts.account) {
    OSTIARY_TRY(facts.organization, env.store.find_organization(facts.account->organization));
  }
  return facts;
}

// The policy first; only a password that it lets pass is held against the temporary one, at the cost of a hash.
Result<std::vector<PasswordFlaw>> check_choice(const Environment& env, NewPassword& typed,
                                               const PasswordChoiceFacts& facts) {
  OSTIARY_TRY(auto flaws, services::check_new_password(env, typed, *facts.account, *facts.organization));
  if (flaws.empty()) {
    OSTIARY_TRY(const auto normal, normalize_password(typed.password));
    OSTIARY_TRY(const auto verdict,
                services::observe_hash(env, [&] { return env.hasher.verify(normal, facts.account->password->hash); }));
    if (verdict.matches) {
      flaws.push_back({.code = PasswordFlawCode::unchanged});
    }
  }
  return flaws;
}

Result<ChoosePasswordOutcome> commit_choice(const Environment& env, const KeyRing& keys, const Ceremony& ceremony,
                                            const std::optional<Account>& account, const std::string& password_hash,
                                            const PasswordChoice& request) {
  const auto policies = services::sign_in_policies(env);
  const auto cookie = open_device_cookie(keys, request.device_cookie, env.clock.now());
  OSTIARY_TRY(auto outcome, services::decide_and_commit(
                                env, [&] { return load_choice(env, ceremony); },
                                [&](const PasswordChoiceFacts& facts, Fresh& fresh, Instant now) {
                                  return decide_password_choice(ceremony, facts, password_hash, cookie, request.client,
                                                                policies, keys, fresh, now);
                                },
                                Fresh::size,
                                [&]() -> Result<PasswordChoiceOutcome> {
                                  OSTIARY_TRY(services::record_refusal(env, AuditKind::password_change_refused, account,
                                                                       request.client, "used"));
                                  return TicketRefused{};
                                }));
  return std::visit([](auto&& each) -> ChoosePasswordOutcome { return std::forward<decltype(each)>(each); },
                    std::move(outcome));
}

}  // namespace

Result<SignInOutcome> SignIn::with_password(const PasswordSignIn& request) const {
  const auto login = LoginName::parse(request.login_name);
  const auto password = normalize_password(request.password);
  if (!login || !password) {
    return SignInRefused{};
  }
  SigningIn signing_in(env_, request, login.value(), password.value());
  for (int attempt = 0; attempt < services::passes_max; ++attempt) {
    OSTIARY_TRY(auto outcome, signing_in.pass());
    if (!std::holds_alternative<StaleVerdict>(outcome)) {
      return services::without_stale<SignInOutcome>(std::move(outcome));
    }
  }
  return Errc::conflict;
}

Result<ChoosePasswordOutcome> SignIn::choose_password(PasswordChoice request) const {
  const auto keys = env_.keys.current();
  OSTIARY_TRY(const auto ceremony, open_ceremony(*keys, CeremonyKind::choose_password, request.ticket));
  OSTIARY_TRY(auto charges,
              link_charges(*keys, env_.policies.budgets, hex_encode(ceremony.key), request.client.network));
  AuditEvent about{.reason = "password_choice"};
  describe_client(about, request.client);
  OSTIARY_TRY(const auto throttled, services::charge(env_, charges, about));
  if (throttled) {
    return *throttled;
  }
  OSTIARY_TRY(const auto seen, load_choice(env_, ceremony));
  std::string password_hash;
  OSTIARY_TRY(const auto bound_to, bind_to_client(request.client));
  if (ceremony_refusal(ceremony, seen.account, seen.organization, bound_to, env_.clock.now()).empty()) {
    NewPassword typed{.password = std::move(request.password), .confirmation = std::move(request.confirmation)};
    auto flaws = check_choice(env_, typed, seen);
    if (!flaws) {
      return services::give_back_unjudged(env_, std::move(charges), flaws.assume_error());
    }
    if (!flaws.assume_value().empty()) {
      OSTIARY_TRY(
          services::record_refusal(env_, AuditKind::password_change_refused, seen.account, request.client, "policy"));
      return CredentialsRefused{.password = std::move(flaws).assume_value()};
    }
    auto hashed = services::hash_new_password(env_, typed.password);
    if (!hashed) {
      return services::give_back_unjudged(env_, std::move(charges), hashed.assume_error());
    }
    password_hash = std::move(hashed).assume_value();
  }
  return commit_choice(env_, *keys, ceremony, seen.account, password_hash, request);
}

}  // namespace ostiary::inline v0
