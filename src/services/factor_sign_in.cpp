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

// Whether the ticket is over before anything is asked of the account: by its own time, which costs no store call, or by
// its own tries. They are counted in the store, since a sealed ticket cannot count (S256).
Result<bool> is_over(const Step& step, std::string_view what) {
  if (step.env.clock.now() >= step.ceremony.ends_at) {
    return true;
  }
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

bool is_at_known_device(const Step& step, const FactorSignInFacts& facts) {
  return is_known_device(facts.device, facts.account, step.env.clock.now());
}

// The charges of one code.
class CodeCharge {
 public:
  explicit CodeCharge(const Step& step) : step_(step) {}

  /// take charges a known device first, so that nobody's guesses keep its owner out. A ticket that works no more is the
  /// network's alone: an old one costs its owner nothing.
  Result<std::optional<Throttled>> take(const FactorSignInFacts& facts) {
    const auto& budgets = step_.env.policies.budgets;
    OSTIARY_TRY(const auto refusal, factor_ticket_refusal(step_.ceremony, facts, step_.client, step_.env.clock.now()));
    if (!refusal.empty()) {
      return spend(factor_network_charges(step_.keys, budgets, step_.client.network), facts);
    }
    if (is_at_known_device(step_, facts)) {
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

// The password's own try, which its step kept: tickets are not to be had for nothing.
void give_back_password(const Step& step, const FactorSignInFacts& facts) {
  const auto& budgets = step.env.policies.budgets;
  auto charges = is_at_known_device(step, facts)
                     ? device_charges(step.keys, budgets, facts.device->id)
                     : password_charges(step.keys, budgets, facts.account->login, step.client.network);
  if (charges) {
    services::refund(step.env, std::move(charges).assume_value());
  }
}

// A secret that does not open judged nothing: it costs its owner no try, leaves an event, and an operator is told.
Result<void> note_unreadable(const Step& step, const FactorSignInFacts& facts, CodeCharge& charge,
                             std::error_code error) {
  if (error != Errc::key_unknown && error != Errc::sealed_value_broken) {
    return success();
  }
  charge.give_back();
  services::observe(step.env, SideTaskFailed{.task = SideTask::factor_open, .error = error});
  return services::record_refusal(step.env, AuditKind::factor_refused, facts.account, step.client, "unreadable");
}

// What judge_factor says, of facts that a sign-in may be decided from.
struct JudgedFacts {
  FactorSignInFacts facts;
  FactorVerdict verdict;
};

// `may_notify` is asked once an attempt, however many passes it takes, and only for a code that is right.
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
                      !is_at_known_device(step, facts);
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

Result<FactorSignInOutcome> decide_sign_in(const Step& step, const FactorSignIn& request,
                                           const std::optional<Account>& account) {
  const auto policies = services::sign_in_policies(step.env);
  std::optional<bool> may_notify;
  return services::decide_and_commit(
      step.env, [&] { return load_judged(step, request.proof, may_notify); },
      [&](JudgedFacts judged, Fresh& fresh, Instant now) {
        return decide_factor_sign_in(step.ceremony, judged.facts, std::move(judged.verdict), request.remember,
                                     step.client, policies, step.keys, fresh, now);
      },
      Fresh::size, used_ticket<FactorSignInOutcome>(step, account));
}

Result<WithFactorOutcome> sign_in_with_factor(const Step& step, const FactorSignIn& request) {
  OSTIARY_TRY(const auto seen, load_facts(step));
  CodeCharge charge(step);
  OSTIARY_TRY(const auto throttled, charge.take(seen));
  if (throttled) {
    return *throttled;
  }
  auto outcome = decide_sign_in(step, request, seen.account);
  if (!outcome) {
    OSTIARY_TRY(note_unreadable(step, seen, charge, outcome.assume_error()));
    return outcome.assume_error();
  }
  if (std::holds_alternative<SignInSuccess>(outcome.assume_value())) {
    charge.give_back();
    give_back_password(step, seen);
  }
  return widen<WithFactorOutcome>(std::move(outcome).assume_value());
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
  OSTIARY_TRY(const bool over, is_over(step, "code"));
  if (over) {
    return TicketRefused{};
  }
  return sign_in_with_factor(step, request);
}

Result<SendFactorCodeOutcome> SignIn::send_factor_code(std::string_view ticket, const ClientContext& client) const {
  const auto keys = env_.keys.current();
  OSTIARY_TRY(const auto ceremony, open_ceremony(*keys, CeremonyKind::second_factor, ticket));
  const Step step{.env = env_, .keys = *keys, .ceremony = ceremony, .client = client, .device_cookie = {}};
  OSTIARY_TRY(const bool over, is_over(step, "mail"));
  if (over) {
    return TicketRefused{};
  }
  OSTIARY_TRY(const auto seen, load_facts(step));
  OSTIARY_TRY(const auto refusal, factor_ticket_refusal(ceremony, seen, client, env_.clock.now()));
  OSTIARY_TRY(const auto charges,
              refusal.empty() ? confirmation_charges(*keys, env_.policies.budgets, designated_address(*seen.account),
                                                     standing_of(*seen.account))
                              : factor_network_charges(*keys, env_.policies.budgets, client.network));
  OSTIARY_TRY(const auto throttled, services::charge(env_, charges, about_of(step, seen)));
  if (throttled) {
    return *throttled;
  }
  const auto policies = services::sign_in_policies(env_);
  OSTIARY_TRY(const auto outcome, services::decide_and_commit(
                                      env_, [&] { return load_facts(step); },
                                      [&](const FactorSignInFacts& facts, Fresh& fresh, Instant now) {
                                        return decide_factor_code(ceremony, facts, client, policies, fresh, now);
                                      }));
  return widen<SendFactorCodeOutcome>(outcome);
}

Result<WithEnrolmentOutcome> SignIn::with_enrolment(const EnrolmentSignIn& request) const {
  const auto keys = env_.keys.current();
  OSTIARY_TRY(const auto ceremony, open_ceremony(*keys, CeremonyKind::enrolment, request.ticket));
  const Step step{.env = env_,
                  .keys = *keys,
                  .ceremony = ceremony,
                  .client = request.client,
                  .device_cookie = request.device_cookie};
  OSTIARY_TRY(const bool over, is_over(step, "code"));
  if (over) {
    return TicketRefused{};
  }
  OSTIARY_TRY(const auto seen, load_facts(step));
  OSTIARY_TRY(const auto charges, factor_network_charges(*keys, env_.policies.budgets, request.client.network));
  OSTIARY_TRY(const auto throttled, services::charge(env_, charges, about_of(step, seen)));
  if (throttled) {
    return *throttled;
  }
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
