#include "administering.hpp"
#include "new_password.hpp"
#include <ostiary/services/account_admin.hpp>

// AccountAdmin's help with a forgotten password (R36).
namespace ostiary::inline v0 {
namespace {

// What such help is decided from, and whether its mail may go out.
struct HelpFacts {
  services::LoadedSubject subject;
  std::optional<Link> link;
  std::optional<Throttled> throttled;
};

bool can_be_helped(const Actor& actor, Operation operation, const services::LoadedSubject& subject) {
  return services::may(actor, operation, subject) && services::is_open(subject) &&
         subject.account->status == AccountStatus::active;
}

Result<HelpFacts> load_help(const Environment& env, const Actor& actor, Operation operation, const AccountId& account,
                            services::MailCharge& charge) {
  HelpFacts facts;
  OSTIARY_TRY(facts.subject, services::load_subject(env, account));
  OSTIARY_TRY(facts.link, env.store.find_link_of(account, LinkPurpose::reset));
  if (can_be_helped(actor, operation, facts.subject)) {
    const auto& found = *facts.subject.account;
    OSTIARY_TRY(facts.throttled, charge.take(designated_address(found), found.organization));
  }
  return facts;
}

// What both ways of helping share; `decide` is asked where the mail was charged.
template <class Outcome, class Decide>
Result<Outcome> help(const Environment& env, const Actor& actor, Operation operation, const AccountId& account,
                     services::MailCharge& charge, Decide decide) {
  return services::administer<Outcome>(
      env, actor, operation, [&] { return load_help(env, actor, operation, account, charge); },
      [&](HelpFacts facts, Fresh& fresh, Instant now) -> Result<Decision<Outcome>> {
        if (!services::is_open(facts.subject)) {
          return services::widen<Outcome>(services::refuse_absent(actor, operation, facts.subject, fresh, now));
        }
        if (facts.throttled) {
          return Decision<Outcome>{.outcome = *facts.throttled, .changes = {}};
        }
        OSTIARY_TRY(auto decision, decide(services::facts_of(std::move(facts.subject)), facts.link, fresh, now));
        return services::widen<Outcome>(std::move(decision));
      });
}

}  // namespace

Result<SendResetLinkOutcome> AccountAdmin::send_reset_link(const Actor& actor, const AccountId& account) const {
  services::MailCharge charge(env_, actor);
  return help<SendResetLinkOutcome>(env_, actor, Operation::send_reset_link, account, charge,
                                    [&](const AdminFacts& facts, const std::optional<Link>& link, Fresh& fresh,
                                        Instant now) -> Result<Decision<ResetMailOutcome>> {
                                      return decide_reset_mail(actor, facts, link, env_.policies.mail, fresh, now);
                                    });
}

Result<SetTemporaryPasswordOutcome> AccountAdmin::set_temporary_password(const Actor& actor, const AccountId& account,
                                                                         TemporaryPassword wanted) const {
  using Outcome = SetTemporaryPasswordOutcome;
  constexpr auto operation = Operation::set_temporary_password;
  services::MailCharge charge(env_, actor);
  OSTIARY_TRY(const auto seen, services::load_subject(env_, account));
  std::string hash;
  if (can_be_helped(actor, operation, seen)) {
    // A hash is costly, and flaws tell of the account: neither is for an actor whose session is over.
    OSTIARY_TRY(services::confirm(env_, actor));
    NewPassword typed{.password = std::move(wanted.password), .confirmation = std::move(wanted.confirmation)};
    OSTIARY_TRY(auto flaws, services::check_new_password(env_, typed, *seen.account, *seen.organization));
    if (!flaws.empty()) {
      OSTIARY_TRY(services::note_refusal(env_, actor, operation, "input_refused", *seen.account));
      return CredentialsRefused{.password = std::move(flaws)};
    }
    OSTIARY_TRY(const auto throttled, charge.take(designated_address(*seen.account), seen.account->organization));
    if (throttled) {
      return *throttled;
    }
    OSTIARY_TRY(hash, services::hash_new_password(env_, typed.password));
  }
  return help<Outcome>(env_, actor, operation, account, charge,
                       [&](AdminFacts facts, const std::optional<Link>& /*link*/, Fresh& fresh,
                           Instant now) -> Result<Decision<TemporaryPasswordOutcome>> {
                         if (hash.empty() && facts.account.status == AccountStatus::active) {
                           return Errc::conflict;  // active only since the first look, when nothing was hashed
                         }
                         return decide_temporary_password(actor, std::move(facts), hash, env_.policies.admin,
                                                          env_.policies.mail, fresh, now);
                       });
}

}  // namespace ostiary::inline v0
