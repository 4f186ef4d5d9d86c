#include <algorithm>

#include "administering.hpp"
#include "rules/admin_event.hpp"
#include <ostiary/rules/factor_requirement.hpp>
#include <ostiary/rules/link.hpp>
#include <ostiary/rules/recovery_codes.hpp>
#include <ostiary/services/account_admin.hpp>

// AccountAdmin's page about one account.
namespace ostiary::inline v0 {
namespace {

struct ViewFacts {
  services::LoadedSubject subject;
  std::optional<Link> link;
  std::vector<MailView> mails;
};

MailView view_of(const MailIntent& mail) {
  return {.id = mail.id,
          .kind = mail.kind,
          .to = mail.to,
          .state = mail.state,
          .reason = mail.reason,
          .created_at = mail.created_at};
}

// The store lists mails oldest first; there are no more than the budgets of a month let through.
Result<std::vector<MailView>> newest_mails(const Environment& env, const AccountId& account) {
  std::vector<MailView> mails;
  PageRequest request{.limit = PageRequest::limit_max};
  do {
    OSTIARY_TRY(const auto page, env.store.list_mails(account, request));
    std::ranges::transform(page.records, std::back_inserter(mails), view_of);
    request.after = page.next;
  } while (!request.after.empty());
  std::ranges::reverse(mails);
  mails.erase(mails.begin() + static_cast<std::ptrdiff_t>(std::min(mails.size(), mails_shown_max)), mails.end());
  return mails;
}

std::optional<Instant> end_of_link(const std::optional<Link>& link, const Account& account, Instant now) {
  if (!link || judge_link({.id = link->id, .generation = link->live}, link, account, now) != LinkVerdict::good) {
    return std::nullopt;
  }
  return link->expires_at;
}

FactorView factor_of(const Organization& organization, const Account& account) {
  FactorView view{.email_codes_since = account.email_codes_since,
                  .recovery_codes_left = recovery_codes_left(account.recovery_codes),
                  .due = factor_due(organization, account),
                  .needed_clients = account.needed_clients};
  if (account.authenticator) {
    view.authenticator_since = account.authenticator->enrolled_at;
  }
  const auto switching = view.due ? FactorMoment::enrolling_due : FactorMoment::switching_on;
  view.conflicts =
      find_client_conflicts(organization, account, has_second_factor(account) ? FactorMoment::signing_in : switching);
  return view;
}

AccountView view_of(const Account& account, ViewFacts facts, Instant now) {
  AccountView view{.id = account.id,
                   .version = account.version,
                   .login = account.login,
                   .display_name = account.display_name,
                   .locale = account.locale,
                   .status = account.status,
                   .role = account.role,
                   .mails = std::move(facts.mails),
                   .link_ends_at = end_of_link(facts.link, account, now),
                   .factor = factor_of(*facts.subject.organization, account),
                   .created_at = account.created_at,
                   .setup_completed_at = account.setup_completed_at};
  for (const auto& [address, purposes, verified_at, added_at, wanted, confirmation] : account.addresses) {
    view.addresses.push_back(
        {.address = address, .purposes = purposes, .verified_at = verified_at, .added_at = added_at});
  }
  if (account.password) {
    view.temporary_password_until = account.password->temporary_until;
  }
  return view;
}

}  // namespace

Result<ViewAccountOutcome> AccountAdmin::view(const Actor& actor, const AccountId& account) const {
  using Outcome = ViewAccountOutcome;
  constexpr auto operation = Operation::view_account;
  const auto load = [&]() -> Result<ViewFacts> {
    ViewFacts facts;
    OSTIARY_TRY(facts.subject, services::load_subject(env_, account));
    if (services::may(actor, operation, facts.subject)) {
      OSTIARY_TRY(services::confirm(env_, actor));
      const bool invited = facts.subject.account->status == AccountStatus::invited;
      OSTIARY_TRY(facts.link, env_.store.find_link_of(account, invited ? LinkPurpose::setup : LinkPurpose::reset));
      OSTIARY_TRY(facts.mails, newest_mails(env_, account));
    }
    return facts;
  };
  return services::administer<Outcome>(
      env_, actor, operation, load, [&](ViewFacts facts, Fresh& fresh, Instant now) -> Decision<Outcome> {
        const auto found = *facts.subject.account;
        Decision<Outcome> decision{.outcome = view_of(found, std::move(facts), now), .changes = {}};
        if (!actor.account()) {
          decision.changes.emplace_back(
              AppendAudit{admin_event(AuditKind::account_viewed, actor, found, fresh, now), {}});
        }
        return decision;
      });
}

}  // namespace ostiary::inline v0
