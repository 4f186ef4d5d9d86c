#include "reauthentication.hpp"

#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0::services {

Result<std::optional<Throttled>> Reauthentication::compare(const Account& account) {
  OSTIARY_TRY(auto charges, reauthentication_charges(*env_.keys.current(), env_.policies.budgets, account.id));
  AuditEvent about{.organization = account.organization,
                   .actor_kind = AuditActorKind::account,
                   .actor = account.id,
                   .subject = account.id,
                   .reason = "current_password"};
  describe_client(about, client_);
  OSTIARY_TRY(const auto throttled, charge(env_, charges, about));
  if (throttled) {
    return throttled;
  }
  spent_.insert(spent_.end(), charges.begin(), charges.end());
  auto judged = judge(account);
  if (!judged) {
    return give_back_unjudged(judged.assume_error());
  }
  verdict_ = std::move(judged).assume_value();
  return std::optional<Throttled>();
}

Result<CurrentPassword> Reauthentication::judge(const Account& account) const {
  const auto stored = account.password ? account.password->hash : env_.hasher.decoy(PasswordHasher::decoy_draw_own);
  const auto normal = normalize_password(typed_);
  if (!normal) {
    return CurrentPassword{.matches = false, .verified_hash = stored};
  }
  auto verdict = observe_hash(env_, [&] { return env_.hasher.verify(normal.assume_value(), stored); });
  if (verdict) {
    return CurrentPassword{.matches = verdict.assume_value().matches, .verified_hash = stored};
  }
  const auto error = verdict.assume_error();
  if (error == Errc::malformed_password_hash || error == Errc::hash_parameters_refused) {
    // It is the operator's to mend; as at the sign-in, no password is right until then.
    observe(env_, SideTaskFailed{.task = SideTask::hash_verify, .error = error});
    return CurrentPassword{.matches = false, .verified_hash = stored};
  }
  return error;
}

void Reauthentication::settle() {
  if (verdict_ && verdict_->matches) {
    refund(env_, std::move(spent_));
  }
}

std::error_code Reauthentication::give_back_unjudged(std::error_code error) {
  return services::give_back_unjudged(env_, std::move(spent_), error);
}

Result<std::optional<Unproved>> refuse_unproved(Reauthentication& proof, Need need, const Account& account) {
  if (need == Need::nothing) {
    return std::optional<Unproved>();
  }
  if (!proof.is_given()) {
    return std::optional<Unproved>(CurrentPasswordRefused{CurrentPasswordRefusal::required});
  }
  OSTIARY_TRY(const auto throttled, proof.compare(account));
  return throttled ? std::optional<Unproved>(*throttled) : std::nullopt;
}

}  // namespace ostiary::inline v0::services
