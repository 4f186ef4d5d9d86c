#include <ostiary/services/account_admin.hpp>

#include <type_traits>

#include "administering.hpp"
#include "rules/admin_event.hpp"

namespace ostiary::inline v0 {

Result<EditAccountOutcome> AccountAdmin::edit(const Actor& actor, const AccountId& account, Version shown,
                                              const AccountEdit& wanted) const {
  using Outcome = EditAccountOutcome;
  auto parsed = parse_account_edit(wanted);
  return services::administer_account<Outcome>(
      env_, actor, Operation::edit_account, account, [&](AdminFacts facts, Fresh& fresh, Instant now) {
        if (const auto* flaws = std::get_if<std::vector<InputFlaw>>(&parsed)) {
          return Decision<Outcome>{
              .outcome = InputRefused{*flaws},
              .changes = refuse(actor, Operation::edit_account, "input_refused", facts.account, fresh, now)};
        }
        return services::widen<Outcome>(
            decide_account_edit(actor, std::move(facts), shown, std::get<ParsedEdit>(parsed), fresh, now));
      });
}

Result<ChangeRoleOutcome> AccountAdmin::change_role(const Actor& actor, const AccountId& account, Version shown,
                                                    Role role) const {
  if (!is_role(role)) {
    return Errc::value_not_allowed;
  }
  return services::administer_account<ChangeRoleOutcome>(
      env_, actor, Operation::change_role, account, [&](AdminFacts facts, Fresh& fresh, Instant now) {
        return decide_role_change(actor, std::move(facts), shown, role, fresh, now);
      });
}

Result<RemoveAccountOutcome> AccountAdmin::remove(const Actor& actor, const AccountId& account, Version shown) const {
  return services::administer_account<RemoveAccountOutcome>(
      env_, actor, Operation::remove_account, account, [&](AdminFacts facts, Fresh& fresh, Instant now) {
        return decide_removal(actor, std::move(facts), shown, fresh, now);
      });
}

Result<EndAccountSessionsOutcome> AccountAdmin::end_sessions(const Actor& actor, const AccountId& account) const {
  return services::administer_account<EndAccountSessionsOutcome>(
      env_, actor, Operation::end_sessions, account, [&](AdminFacts facts, Fresh& fresh, Instant now) {
        return decide_account_sign_out(actor, std::move(facts), fresh, now);
      });
}

namespace {

// What a change of addresses is decided from, and whether its mail may go out.
struct AddressPass {
  services::LoadedSubject subject;
  std::optional<Link> link;
  std::optional<Throttled> throttled;
};

// `email` as parsed. The mail is charged only where the change would send it.
Result<AddressPass> load_address(const Environment& env, const Actor& actor, Operation operation,
                                 const AccountId& account, Version shown, const Result<EmailAddress>& email,
                                 services::MailCharge& charge) {
  AddressPass pass;
  OSTIARY_TRY(pass.subject, services::load_subject(env, account));
  OSTIARY_TRY(pass.link, env.store.find_link_of(account, LinkPurpose::setup));
  const auto& found = pass.subject.account;
  if (email && services::may(actor, operation, pass.subject) && found->version == shown &&
      sends_welcome(services::facts_of(pass.subject))) {
    OSTIARY_TRY(pass.throttled, charge.take(email.assume_value(), found->organization));
  }
  return pass;
}

// The rule's flaw becomes the service's list of them.
template <class Outcome, class... Narrow>
Decision<Outcome> with_flaws(Decision<std::variant<Narrow...>> decision) {
  return {.outcome = std::visit(
              [](auto&& one) -> Outcome {
                if constexpr (std::is_same_v<std::decay_t<decltype(one)>, InputFlaw>) {
                  return InputRefused{{one}};
                } else {
                  return std::forward<decltype(one)>(one);
                }
              },
              std::move(decision.outcome)),
          .changes = std::move(decision.changes)};
}

// What both operations on addresses share; `decide` is one of the rules.
template <class Outcome, class Decide>
Result<Outcome> change_address(const Environment& env, const Actor& actor, Operation operation,
                               const AccountId& account, Version shown, std::string_view email, Decide decide) {
  const auto parsed = EmailAddress::parse(email);
  services::MailCharge charge(env, actor);
  return services::administer<Outcome>(
      env, actor, operation, [&] { return load_address(env, actor, operation, account, shown, parsed, charge); },
      [&](AddressPass pass, Fresh& fresh, Instant now) -> Decision<Outcome> {
        if (operation == Operation::replace_designated_address && !services::is_open(pass.subject)) {
          return services::widen<Outcome>(services::refuse_absent(actor, operation, pass.subject, fresh, now));
        }
        if (!parsed) {
          return {.outcome = InputRefused{{{.field = "email", .error = parsed.assume_error()}}},
                  .changes = refuse(actor, operation, "input_refused", *pass.subject.account, fresh, now)};
        }
        if (pass.throttled) {
          return {.outcome = *pass.throttled, .changes = {}};
        }
        const AdminAddressFacts facts{.subject = services::facts_of(std::move(pass.subject)),
                                      .setup_link = std::move(pass.link)};
        return with_flaws<Outcome>(decide(actor, facts, shown, parsed.assume_value(), env.policies.mail, fresh, now));
      });
}

}  // namespace

Result<AddAccountAddressOutcome> AccountAdmin::add_address(const Actor& actor, const AccountId& account, Version shown,
                                                           std::string_view email) const {
  return change_address<AddAccountAddressOutcome>(env_, actor, Operation::add_address, account, shown, email,
                                                  decide_added_address);
}

Result<ReplaceDesignatedOutcome> AccountAdmin::replace_designated(const Actor& actor, const AccountId& account,
                                                                  Version shown, std::string_view email) const {
  return change_address<ReplaceDesignatedOutcome>(env_, actor, Operation::replace_designated_address, account, shown,
                                                  email, decide_replaced_address);
}

}  // namespace ostiary::inline v0
