#include "committing.hpp"
#include "sign_in_policies.hpp"
#include <ostiary/rules/audit.hpp>
#include <ostiary/services/sign_in.hpp>

// SignIn's second step (R61).
namespace ostiary::inline v0 {
namespace {

// What every step with a ticket begins with.
struct Step {
  const Environment& env;
  const KeyRing& keys;
  const Ceremony& ceremony;
  const ClientContext& client;
  std::string_view device_cookie;
};

AuditEvent about_of(const Step& step, const FactorSignInFacts& facts) {
  AuditEvent about{.subject = step.ceremony.account, .reason = "second_factor"};
  if (facts.account) {
    about.organization = facts.account->organization;
  }
  describe_client(about, step.client);
  return about;
}

// Whether the ticket's own tries are spent: they are counted in the store, since a sealed ticket cannot (S256).
Result<bool> is_spent(const Step& step, std::string_view what) {
  OSTIARY_TRY(const auto charges, ceremony_charges(step.keys, step.env.policies.budgets, step.ceremony.key, what));
  OSTIARY_TRY(const auto throttled, services::charge(step.env, charges, about_of(step, {})));
  return throttled.has_value();
}

Result<FactorSignInFacts> load_facts(const Step& step) {
  const Environment& env = step.env;
  FactorSignInFacts facts{.cookie = open_device_cookie(step.keys, step.device_cookie, env.clock.now())};
  OSTIARY_TRY(facts.account, env.store.find_account(step.ceremony.account));
  if (!facts.account) {
    return facts;
  }
  OSTIARY_TRY(facts.organization, env.store.find_organization(facts.account->organization));
  OSTIARY_TRY(facts.mailed, env.store.find_link_of(facts.account->id, LinkPurpose::factor_code));
  OSTIARY_TRY(const auto entry, find_device_entry(facts.cookie, facts.account->login));
  if (entry) {
    OSTIARY_TRY(facts.device, env.store.find_device(entry->device));
  }
  return facts;
}

// The charges of one code: of a known device first, so that nobody's guesses keep its owner out.
class CodeCharge {
 public:
  explicit CodeCharge(const Step& step) : step_(step) {}

  Result<std::optional<Throttled>> take(const FactorSignInFacts& facts) {
    const auto& env = step_.env;
    const auto& budgets = env.policies.budgets;
    if (is_known_device(facts.device, facts.account, env.clock.now())) {
      OSTIARY_TRY(const auto throttled,
                  spend(known_factor_charges(step_.keys, budgets, facts.device->id.to_string()), facts));
      if (!throttled) {
        return throttled;
      }
    }
    return spend(factor_charges(step_.keys, budgets, step_.ceremony.account, step_.client.network), facts);
  }
  void give_back() { services::refund(step_.env, std::move(spent_)); }

 private:
  Result<std::optional<Throttled>> spend(Result<std::vector<Charge>> made, const FactorSignInFacts& facts) {
    OSTIARY_TRY(const auto charges, std::move(made));
    OSTIARY_TRY(const auto throttled, services::charge(step_.env, charges, about_of(step_, facts)));
    if (!throttled) {
      spent_.insert(spent_.end(), charges.begin(), charges.end());
    }
    return throttled;
  }

  const Step& step_;
  std::vector<Charge> spent_;
};

// What judge_factor says, of facts that a sign-in may be decided from.
struct JudgedFacts {
  FactorSignInFacts facts;
  FactorVerdict verdict;
};

Result<JudgedFacts> load_judged(const Step& step, const FactorProof& proof, std::optional<bool>& may_notify) {
  const Environment& env = step.env;
  JudgedFacts judged;
  OSTIARY_TRY(judged.facts, load_facts(step));
  auto& facts = judged.facts;
  const Instant now = env.clock.now();
  OSTIARY_TRY(const auto refusal, factor_ticket_refusal(step.ceremony, facts, step.client, now));
  if (!refusal.empty()) {
    return judged;
  }
  OSTIARY_TRY(judged.verdict, judge_factor(step.keys, *facts.account, facts.mailed, proof, env.policies.factor, now));
  const bool is_due = judged.verdict.is_right && env.policies.device.notice == NewDeviceNotice::mail &&
                      !is_known_device(facts.device, facts.account, now);
  if (is_due && !may_notify) {
    OSTIARY_TRY(const auto charges, notice_charges(step.keys, env.policies.budgets, facts.account->id));
    OSTIARY_TRY(const auto answer, env.store.charge(charges, now));
    may_notify = answer.admitted;
  }
  facts.may_notify = may_notify.value_or(true);
  return judged;
}

// The outcome of a ticket that was used while this step was decided.
template <class Outcome>
auto used_ticket(const Step& step, const std::optional<Account>& account) {
  return [&]() -> Result<Outcome> {
    OSTIARY_TRY(services::record_refusal(step.env, AuditKind::factor_refused, account, step.client, "used"));
    return TicketRefused{};
  };
}

template <class Outcome, class Decided>
Outcome widen(Decided decided) {
  return std::visit([](auto&& each) -> Outcome { return std::forward<decltype(each)>(each); }, std::move(decided));
}

Result<WithFactorOutcome> sign_in_with_factor(const Step& step, const FactorSignIn& request) {
  const Environment& env = step.env;
  OSTIARY_TRY(const auto seen, load_facts(step));
  CodeCharge charge(step);
  OSTIARY_TRY(const auto throttled, charge.take(seen));
  if (throttled) {
    return *throttled;
  }
  const auto policies = services::sign_in_policies(env);
  std::optional<bool> may_notify;
  OSTIARY_TRY(auto outcome, services::decide_and_commit(
                                env, [&] { return load_judged(step, request.proof, may_notify); },
                                [&](JudgedFacts judged, Fresh& fresh, Instant now) {
                                  return decide_factor_sign_in(step.ceremony, judged.facts, std::move(judged.verdict),
                                                               request.remember, step.client, policies, step.keys,
                                                               fresh, now);
                                },
                                Fresh::size, used_ticket<FactorSignInOutcome>(step, seen.account)));
  if (std::holds_alternative<SignInSuccess>(outcome)) {
    charge.give_back();
  }
  return widen<WithFactorOutcome>(std::move(outcome));
}

}  // namespace

Result<WithFactorOutcome> SignIn::with_factor(const FactorSignIn& request) const {
  const auto keys = env_.keys.current();
  OSTIARY_TRY(const auto ceremony, open_ceremony(*keys, CeremonyKind::second_factor, request.ticket));
  const Step step{.env = env_,
                  .keys = *keys,
                  .ceremony = ceremony,
                  .client = request.client,
                  .device_cookie = request.device_cookie};
  OSTIARY_TRY(const bool spent, is_spent(step, "code"));
  if (spent) {
    return TicketRefused{};
  }
  return sign_in_with_factor(step, request);
}

Result<SendFactorCodeOutcome> SignIn::send_factor_code(std::string_view ticket, const ClientContext& client) const {
  using Outcome = SendFactorCodeOutcome;
  const auto keys = env_.keys.current();
  OSTIARY_TRY(const auto ceremony, open_ceremony(*keys, CeremonyKind::second_factor, ticket));
  const Step step{.env = env_, .keys = *keys, .ceremony = ceremony, .client = client, .device_cookie = {}};
  OSTIARY_TRY(const bool spent, is_spent(step, "mail"));
  if (spent) {
    return TicketRefused{};
  }
  OSTIARY_TRY(const auto seen, load_facts(step));
  OSTIARY_TRY(const auto refusal, factor_ticket_refusal(ceremony, seen, client, env_.clock.now()));
  if (refusal.empty()) {
    OSTIARY_TRY(const auto charges,
                confirmation_charges(*keys, env_.policies.budgets, designated_address(*seen.account),
                                     standing_of(*seen.account)));
    OSTIARY_TRY(const auto throttled, services::charge(env_, charges, about_of(step, seen)));
    if (throttled) {
      return *throttled;
    }
  }
  const auto policies = services::sign_in_policies(env_);
  OSTIARY_TRY(const auto outcome, services::decide_and_commit(
                                env_, [&] { return load_facts(step); },
                                [&](const FactorSignInFacts& facts, Fresh& fresh, Instant now) {
                                  return decide_factor_code(ceremony, facts, client, policies, fresh, now);
                                }));
  return widen<Outcome>(outcome);
}

Result<WithEnrolmentOutcome> SignIn::with_enrolment(const EnrolmentSignIn& request) const {
  const auto keys = env_.keys.current();
  OSTIARY_TRY(const auto ceremony, open_ceremony(*keys, CeremonyKind::enrolment, request.ticket));
  const Step step{.env = env_,
                  .keys = *keys,
                  .ceremony = ceremony,
                  .client = request.client,
                  .device_cookie = request.device_cookie};
  OSTIARY_TRY(const bool spent, is_spent(step, "code"));
  if (spent) {
    return TicketRefused{};
  }
  OSTIARY_TRY(const auto seen, load_facts(step));
  const auto policies = services::sign_in_policies(env_);
  OSTIARY_TRY(auto outcome, services::decide_and_commit(
                                env_, [&] { return load_facts(step); },
                                [&](const FactorSignInFacts& facts, Fresh& fresh, Instant now) {
                                  return decide_enrolment_sign_in(ceremony, facts, request.code, request.client,
                                                                  policies, *keys, fresh, now);
                                },
                                Fresh::size, used_ticket<EnrolmentSignInOutcome>(step, seen.account)));
  return widen<WithEnrolmentOutcome>(std::move(outcome));
}

}  // namespace ostiary::inline v0
