#include "administering.hpp"
#include <ostiary/services/organization_admin.hpp>

// OrganizationAdmin's work on whether one account is in: its welcome mail, its suspension, its return.
namespace ostiary::inline v0 {
namespace {

// What a new welcome mail is decided from.
struct WelcomeFacts {
  services::LoadedSubject subject;
  std::optional<Link> link;
  std::optional<Throttled> throttled;
};

}  // namespace

Result<SendWelcomeOutcome> OrganizationAdmin::send_welcome_mail(const Actor& actor, const AccountId& account) const {
  using Outcome = SendWelcomeOutcome;
  constexpr auto operation = Operation::send_welcome_mail;
  services::MailCharge charge(env_, actor);
  const auto load = [&]() -> Result<WelcomeFacts> {
    WelcomeFacts facts;
    OSTIARY_TRY(facts.subject, services::load_subject(env_, account));
    OSTIARY_TRY(facts.link, env_.store.find_link_of(account, LinkPurpose::setup));
    if (services::may(actor, operation, facts.subject) && services::is_open(facts.subject) &&
        facts.subject.account->status == AccountStatus::invited) {
      OSTIARY_TRY(facts.throttled,
                  charge.take(designated_address(*facts.subject.account), facts.subject.account->organization));
    }
    return facts;
  };
  return services::administer<Outcome>(
      env_, actor, operation, load, [&](const WelcomeFacts& facts, Fresh& fresh, Instant now) -> Decision<Outcome> {
        if (!services::is_open(facts.subject)) {
          return services::widen<Outcome>(services::refuse_absent(actor, operation, facts.subject, fresh, now));
        }
        if (facts.throttled) {
          return {.outcome = *facts.throttled, .changes = {}};
        }
        return services::widen<Outcome>(decide_welcome_mail(actor, *facts.subject.account, *facts.subject.organization,
                                                            facts.link, env_.policies.mail, fresh, now));
      });
}

Result<SuspendOutcome> OrganizationAdmin::suspend(const Actor& actor, const AccountId& account) const {
  return services::administer_account<SuspendOutcome>(env_, actor, Operation::suspend_account, account,
                                                      [&](AdminFacts facts, Fresh& fresh, Instant now) {
                                                        return decide_suspension(actor, std::move(facts), fresh, now);
                                                      });
}

Result<RestoreOutcome> OrganizationAdmin::restore(const Actor& actor, const AccountId& account) const {
  return services::administer_account<RestoreOutcome>(env_, actor, Operation::restore_account, account,
                                                      [&](AdminFacts facts, Fresh& fresh, Instant now) {
                                                        return decide_restoration(actor, std::move(facts), fresh, now);
                                                      });
}

}  // namespace ostiary::inline v0
