#include <ostiary/services/credentials.hpp>

#include "administering.hpp"
#include "committing.hpp"
#include <ostiary/rules/audit.hpp>
#include <ostiary/rules/sealed_pin.hpp>

namespace ostiary::inline v0 {
namespace {

Result<PasswordVerdict> verify(const Environment& env, const SecretString& pin, const std::optional<Account>& account,
                               const AccountId& id) {
  if (!account || !account->pin) {
    return env.hasher.verify(pin, env.hasher.decoy(PasswordHasher::decoy_draw_own));
  }
  OSTIARY_TRY(const auto hash, open_pin_hash(*env.keys.current(), id, account->pin->sealed));
  return env.hasher.verify(pin, hash.reveal());
}

}  // namespace

Result<PinOutcome> Credentials::check_pin(const Actor& actor, const AccountId& account, const SecretString& pin) const {
  OSTIARY_TRY(const auto permission,
              services::permit(env_, actor, Operation::check_pin, std::nullopt, OperationTarget{.id = account}));
  if (permission != Permission::allowed) {
    return OperationRefused{permission};
  }
  AuditEvent about{.subject = account, .reason = "pin"};
  describe_actor(about, actor);
  const auto load = [&] { return env_.store.find_account(account); };
  std::vector<Charge> spent;

  for (int attempt = 0; attempt < services::passes_max; ++attempt) {
    OSTIARY_TRY(const auto charges, pin_charges(*env_.keys.current(), env_.policies.budgets, account));
    OSTIARY_TRY(const auto throttled, services::charge(env_, charges, about));
    if (throttled) {
      return *throttled;
    }
    spent.insert(spent.end(), charges.begin(), charges.end());
    OSTIARY_TRY(const auto seen, load());
    const auto judged = services::observe_hash(env_, [&] { return verify(env_, pin, seen, account); });
    if (!judged) {
      return services::give_back_unjudged(env_, std::move(spent), judged.assume_error());
    }
    const bool matches = judged.assume_value().matches;
    const Bytes verified = seen && seen->pin ? seen->pin->sealed : Bytes();
    OSTIARY_TRY(const auto outcome,
                services::decide_and_commit(
                    env_, load,
                    [&](std::optional<Account> found, Fresh& fresh, Instant now) -> Result<Decision<PinCheckOutcome>> {
                      return decide_pin_check(
                          actor, {.account = std::move(found), .verified_seal = verified, .matches = matches}, fresh,
                          now);
                    }));
    if (const auto* answer = std::get_if<PinCheck>(&outcome)) {
      if (*answer == PinCheck::accepted) {
        services::refund(env_, std::move(spent));
      }
      return *answer;
    }
  }
  return Errc::conflict;
}

}  // namespace ostiary::inline v0
