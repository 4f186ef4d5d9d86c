#include <ostiary/services/second_factor.hpp>

#include "owner_facts.hpp"
#include "reauthentication.hpp"
#include "sign_in_policies.hpp"
#include <ostiary/rules/audit.hpp>
#include <ostiary/rules/factor_requirement.hpp>
#include <ostiary/rules/recovery_codes.hpp>

namespace ostiary::inline v0 {
namespace {

using services::Need;

Result<FactorFacts> load_factor(const Environment& env, const SignedIn& owner) {
  OSTIARY_TRY(auto facts, services::load_owner(env, owner));
  FactorFacts factor{.account = std::move(facts.account), .organization = std::move(facts.organization)};
  OSTIARY_TRY(factor.mailed, env.store.find_link_of(owner.account().id, LinkPurpose::factor_code));
  return factor;
}

// Whether the form brings a code of its own, besides a proof of the present factor.
enum class Typed : std::uint8_t { nothing, mailed_code };

// One operation with its proofs: the password is compared and the code charged before anything is decided.
class Operation {
 public:
  Operation(const Environment& env, const SignedIn& owner, const FactorEntry& entry, Typed typed = Typed::nothing)
      : env_(env),
        owner_(owner),
        entry_(entry),
        typed_(typed),
        keys_(env.keys.current()),
        password_(env, entry.current_password, entry.client) {}

  [[nodiscard]] const KeyRing& keys() const noexcept { return *keys_; }

  /// run decides by `decide(facts, fresh, now)`; `need(facts)` says whether the password is asked for. The first
  /// alternative of Outcome is its "yes": after it the tries are given back.
  template <class Outcome, class Looked, class Decide>
  Result<Outcome> run(Looked need, Decide decide) {
    OSTIARY_TRY(auto outcome, services::decide_as_owner<Outcome>(
                                  env_, password_, [&] { return load_factor(env_, owner_); }, need,
                                  [&](const FactorFacts& facts) { return spend<Outcome>(facts.account); },
                                  [&](FactorFacts facts, const std::optional<CurrentPassword>& current, Fresh& fresh,
                                      Instant now) { return judge(std::move(facts), current, decide, fresh, now); }));
    if (outcome.index() == 0) {
      services::refund(env_, std::move(spent_));
    }
    return outcome;
  }

 private:
  template <class Decide>
  auto judge(FactorFacts facts, const std::optional<CurrentPassword>& current, Decide& decide, Fresh& fresh,
             Instant now) -> decltype(decide(std::move(facts), fresh, now)) {
    facts.current = current;
    if (entry_.proof && has_second_factor(facts.account)) {
      OSTIARY_TRY(facts.verdict,
                  judge_factor(*keys_, facts.account, facts.mailed, *entry_.proof, env_.policies.factor, now));
    }
    return decide(std::move(facts), fresh, now);
  }

  template <class Outcome>
  Result<std::optional<Outcome>> spend(const Account& account) {
    if (!entry_.proof && typed_ == Typed::nothing) {
      return std::optional<Outcome>();  // nothing to guess
    }
    OSTIARY_TRY(auto charges, known_factor_charges(*keys_, env_.policies.budgets, account.id.to_string()));
    AuditEvent about{.organization = account.organization,
                     .actor_kind = AuditActorKind::account,
                     .actor = account.id,
                     .subject = account.id,
                     .reason = "second_factor"};
    describe_client(about, entry_.client);
    OSTIARY_TRY(const auto throttled, services::charge(env_, charges, about));
    if (throttled) {
      return std::optional<Outcome>(*throttled);
    }
    spent_ = std::move(charges);
    return std::optional<Outcome>();
  }

  const Environment& env_;
  const SignedIn& owner_;
  const FactorEntry& entry_;
  Typed typed_;
  std::shared_ptr<const KeyRing> keys_;
  services::Reauthentication password_;
  std::vector<Charge> spent_;
};

Result<Need> always(const FactorFacts& /*facts*/) { return Need::current_password; }

FactorMoment moment_of(const FactorFacts& facts) {
  return factor_due(facts.organization, facts.account) ? FactorMoment::enrolling_due : FactorMoment::switching_on;
}

}  // namespace

Result<FactorStatus> SecondFactor::status(const SignedIn& owner) const {
  OSTIARY_TRY(const auto facts, load_factor(env_, owner));
  FactorStatus status{.email_codes_since = facts.account.email_codes_since,
                      .email_codes = env_.policies.factor.email_codes,
                      .recovery_codes_left = recovery_codes_left(facts.account.recovery_codes),
                      .due = factor_due(facts.organization, facts.account),
                      .conflicts = find_client_conflicts(facts.organization, facts.account, moment_of(facts))};
  if (facts.account.authenticator) {
    status.authenticator_since = facts.account.authenticator->enrolled_at;
  }
  return status;
}

Result<BeginFactorOutcome> SecondFactor::begin(const SignedIn& owner) const {
  OSTIARY_TRY(const auto facts, load_factor(env_, owner));
  auto conflicts = find_client_conflicts(facts.organization, facts.account, moment_of(facts));
  if (is_refused(conflicts)) {
    return ClientsRefuse{std::move(conflicts)};
  }
  const Instant now = env_.clock.now();
  OSTIARY_TRY(auto fresh, Fresh::draw(env_.random, now));
  OSTIARY_TRY(const auto bound_to, bind_to_session(owner.session()));
  OSTIARY_TRY(auto offer, make_enrolment(*env_.keys.current(), facts.account, facts.organization, env_.policies.factor,
                                         bound_to, fresh, now));
  return offer;
}

Result<ConfirmOutcome> SecondFactor::confirm(const SignedIn& owner, const FactorConfirmation& confirmation) const {
  Operation operation(env_, owner, confirmation.entry);
  OSTIARY_TRY(const auto ceremony, open_ceremony(operation.keys(), CeremonyKind::enrolment, confirmation.ticket));
  const auto policies = services::sign_in_policies(env_);
  return operation.run<ConfirmOutcome>(always, [&](FactorFacts facts, Fresh& fresh, Instant now) {
    return decide_confirm_factor(owner, std::move(facts), ceremony, confirmation.code, confirmation.entry.client,
                                 policies, operation.keys(), fresh, now);
  });
}

Result<SendCodeOutcome> SecondFactor::send_code(const SignedIn& owner, const ClientContext& client) const {
  if (env_.policies.factor.email_codes == EmailCodes::off) {
    return FactorAbsent{};
  }
  OSTIARY_TRY(const auto seen, load_factor(env_, owner));
  OSTIARY_TRY(const auto charges, confirmation_charges(*env_.keys.current(), env_.policies.budgets,
                                                       designated_address(seen.account), owner.account()));
  AuditEvent about{.organization = seen.account.organization,
                   .actor_kind = AuditActorKind::account,
                   .actor = seen.account.id,
                   .subject = seen.account.id,
                   .reason = "factor_code"};
  describe_client(about, client);
  OSTIARY_TRY(const auto throttled, services::charge(env_, charges, about));
  if (throttled) {
    return *throttled;
  }
  OSTIARY_TRY(auto queued,
              services::decide_and_commit(
                  env_, [&] { return load_factor(env_, owner); },
                  [&](const FactorFacts& facts, Fresh& fresh, Instant now) -> Result<Decision<FactorCodeQueued>> {
                    return decide_profile_code(owner, facts, client, env_.policies.mail, fresh, now);
                  }));
  return queued;
}

Result<ConfirmOutcome> SecondFactor::enable_email_codes(const SignedIn& owner, const SecretString& code,
                                                        const FactorEntry& entry) const {
  Operation operation(env_, owner, entry, Typed::mailed_code);
  const auto policies = services::sign_in_policies(env_);
  return operation.run<ConfirmOutcome>(always, [&](FactorFacts facts, Fresh& fresh, Instant now) {
    return decide_enable_email_codes(owner, std::move(facts), code, entry.client, policies, operation.keys(), fresh,
                                     now);
  });
}

Result<DisableOutcome> SecondFactor::disable(const SignedIn& owner, FactorMethod which,
                                             const FactorEntry& entry) const {
  Operation operation(env_, owner, entry);
  const auto policies = services::sign_in_policies(env_);
  return operation.run<DisableOutcome>(always, [&](FactorFacts facts, Fresh& fresh, Instant now) {
    return decide_disable_factor(owner, std::move(facts), which, entry.client, policies, operation.keys(), fresh, now);
  });
}

Result<MakeRecoveryCodesOutcome> SecondFactor::make_recovery_codes(const SignedIn& owner,
                                                                   const FactorEntry& entry) const {
  Operation operation(env_, owner, entry);
  const auto policies = services::sign_in_policies(env_);
  return operation.run<MakeRecoveryCodesOutcome>(always, [&](FactorFacts facts, Fresh& fresh, Instant now) {
    return decide_recovery_codes(owner, std::move(facts), entry.client, policies, operation.keys(), fresh, now);
  });
}

Result<ProveOutcome> SecondFactor::step_up(const SignedIn& owner, const FactorEntry& entry) const {
  Operation operation(env_, owner, entry);
  const auto policies = services::sign_in_policies(env_);
  const auto need = [](const FactorFacts& facts) -> Result<Need> {
    return has_second_factor(facts.account) ? Need::nothing : Need::current_password;
  };
  return operation.run<ProveOutcome>(need, [&](FactorFacts facts, Fresh& fresh, Instant now) {
    return decide_step_up(owner, std::move(facts), entry.client, policies, fresh, now);
  });
}

}  // namespace ostiary::inline v0
