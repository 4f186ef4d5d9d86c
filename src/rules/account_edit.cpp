#include <ostiary/rules/account_edit.hpp>

#include <algorithm>
#include <iterator>

#include "admin_event.hpp"
#include "input_flaws.hpp"

namespace ostiary::inline v0 {

std::variant<ParsedEdit, std::vector<InputFlaw>> parse_account_edit(const AccountEdit& edit) {
  InputFlaws flaws;
  flaws.note("display_name", check_name(edit.display_name));
  ParsedEdit parsed{.display_name = edit.display_name};
  if (!edit.locale.empty()) {
    auto locale = Locale::parse(edit.locale);
    flaws.note("locale", locale);
    if (locale) {
      parsed.locale = std::move(locale).assume_value();
    }
  }
  if (!flaws.empty()) {
    return flaws.take();
  }
  return parsed;
}

Decision<AccountEditOutcome> decide_account_edit(const Actor& actor, AdminFacts facts, Version shown,
                                                 const ParsedEdit& edit, Fresh& fresh, Instant now) {
  Account& account = facts.account;
  if (account.version != shown) {
    return {.outcome = Changed{account.version},
            .changes = refuse(actor, Operation::edit_account, "changed", account, fresh, now)};
  }
  auto event = admin_event(AuditKind::account_edited, actor, account, fresh, now);
  account.display_name = edit.display_name;
  account.locale = edit.locale;
  Decision<AccountEditOutcome> decision{.outcome = AccountEdited{shown + 1}, .changes = actor.guard(now)};
  decision.changes.emplace_back(PutAccount{.next = std::move(account), .expected = shown});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

Decision<RoleChangeOutcome> decide_role_change(const Actor& actor, AdminFacts facts, Version shown, Role role,
                                               Fresh& fresh, Instant now) {
  const Account& account = facts.account;
  if (account.version != shown) {
    return {.outcome = Changed{account.version},
            .changes = refuse(actor, Operation::change_role, "changed", account, fresh, now)};
  }
  if (account.role == role) {
    return {.outcome = StandingUnchanged{},
            .changes = refuse(actor, Operation::change_role, "unchanged", account, fresh, now)};
  }
  Account next = account;
  next.role = role;
  next.epochs = epochs_after(SecurityEvent::role_changed, next.epochs);
  auto recounted = recount_managers(std::move(facts.organization), account, next);
  if (!recounted) {
    return {.outcome = LastManager{},
            .changes = refuse(actor, Operation::change_role, "last_manager", account, fresh, now)};
  }
  auto event = admin_event(AuditKind::role_changed, actor, account, fresh, now);
  event.reason = role_name(role);
  Decision<RoleChangeOutcome> decision{
      .outcome = RoleChanged{.current = shown + 1, .ended = effects_of(SecurityEvent::role_changed)},
      .changes = actor.guard(now)};
  std::ranges::move(*recounted, std::back_inserter(decision.changes));
  decision.changes.emplace_back(PutAccount{.next = std::move(next), .expected = shown});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

Decision<Effects> decide_account_sign_out(const Actor& actor, AdminFacts facts, Fresh& fresh, Instant now) {
  constexpr auto ending = SecurityEvent::signed_out_everywhere;
  Account& account = facts.account;
  auto event = admin_event(AuditKind::sessions_ended, actor, account, fresh, now);
  const Version version = account.version;
  account.epochs = epochs_after(ending, account.epochs);
  Decision<Effects> decision{.outcome = effects_of(ending), .changes = actor.guard(now)};
  decision.changes.emplace_back(PutAccount{.next = std::move(account), .expected = version});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

}  // namespace ostiary::inline v0
