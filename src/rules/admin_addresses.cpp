#include <ostiary/rules/admin_addresses.hpp>

#include <algorithm>

#include "admin_event.hpp"

namespace ostiary::inline v0 {
namespace {

InputFlaw flaw_of(Errc error) { return {.field = "email", .error = error}; }

// The welcome mail to `to`, with the changes that ask for it.
MailId welcome(const Actor& actor, const Account& account, const AdminAddressFacts& facts, const EmailAddress& to,
               const MailPolicy& policy, std::vector<Change>& changes, Fresh& fresh, Instant now) {
  auto mail = make_linked_mail(MailKind::welcome, LinkPurpose::setup, facts.setup_link, account,
                               facts.subject.organization, policy, fresh, now);
  mail.mail.to = to;
  const auto id = mail.mail.id;
  auto event = admin_event(AuditKind::welcome_mail_requested, actor, account, fresh, now);
  changes.emplace_back(mail.link);
  changes.emplace_back(PutMailIntent{std::move(mail.mail)});
  changes.emplace_back(AppendAudit{std::move(event), {}});
  return id;
}

}  // namespace

bool sends_welcome(const AdminFacts& facts) noexcept {
  return facts.account.status == AccountStatus::invited && facts.organization.status == OrganizationStatus::active;
}

Decision<AddAddressOutcome> decide_added_address(const Actor& actor, const AdminAddressFacts& facts, Version shown,
                                                 const EmailAddress& address, const MailPolicy& policy, Fresh& fresh,
                                                 Instant now) {
  const Account& account = facts.subject.account;
  if (account.version != shown) {
    return {.outcome = Changed{account.version},
            .changes = refuse(actor, Operation::add_address, "changed", account, fresh, now)};
  }
  if (std::ranges::find(account.addresses, address, &AccountAddress::address) != account.addresses.end()) {
    return {.outcome = flaw_of(Errc::already_taken),
            .changes = refuse(actor, Operation::add_address, "input_refused", account, fresh, now)};
  }
  if (account.addresses.size() >= addresses_count_max) {
    return {.outcome = flaw_of(Errc::value_not_allowed),
            .changes = refuse(actor, Operation::add_address, "input_refused", account, fresh, now)};
  }
  Account next = account;
  next.addresses.push_back({.address = address, .purposes = {AddressPurpose::notification}, .added_at = now});
  AddressAdded added{.current = shown + 1};
  Decision<AddAddressOutcome> decision{.outcome = added, .changes = actor.guard(now)};
  decision.changes.emplace_back(PutAccount{.next = next, .expected = shown});
  decision.changes.emplace_back(AppendAudit{admin_event(AuditKind::address_added, actor, account, fresh, now), {}});
  if (sends_welcome(facts.subject)) {
    added.welcome_mail = welcome(actor, next, facts, address, policy, decision.changes, fresh, now);
    decision.outcome = added;
  }
  return decision;
}

Decision<ReplaceAddressOutcome> decide_replaced_address(const Actor& actor, const AdminAddressFacts& facts,
                                                        Version shown, const EmailAddress& address,
                                                        const MailPolicy& policy, Fresh& fresh, Instant now) {
  const Account& account = facts.subject.account;
  if (account.version != shown) {
    return {.outcome = Changed{account.version},
            .changes = refuse(actor, Operation::replace_designated_address, "changed", account, fresh, now)};
  }
  if (account.status != AccountStatus::invited) {
    return {.outcome = WrongStatus{account.status},
            .changes = refuse(actor, Operation::replace_designated_address, "wrong_status", account, fresh, now)};
  }
  if (designated_address(account) == address) {
    return {.outcome = flaw_of(Errc::already_taken),
            .changes = refuse(actor, Operation::replace_designated_address, "input_refused", account, fresh, now)};
  }
  Account next = account;
  std::erase_if(next.addresses, [&](const AccountAddress& each) {
    return each.purposes.has(AddressPurpose::designated) || each.address == address;
  });
  next.addresses.insert(next.addresses.begin(),
                        {.address = address, .purposes = {AddressPurpose::designated}, .added_at = now});
  next.epochs = epochs_after(SecurityEvent::designated_changed, next.epochs);
  Decision<ReplaceAddressOutcome> decision{.outcome = Changed{}, .changes = actor.guard(now)};
  decision.changes.emplace_back(PutAccount{.next = next, .expected = shown});
  decision.changes.emplace_back(
      AppendAudit{admin_event(AuditKind::designated_changed, actor, account, fresh, now), {}});
  const auto mail = welcome(actor, next, facts, address, policy, decision.changes, fresh, now);
  decision.outcome = DesignatedReplaced{
      .current = shown + 1, .welcome_mail = mail, .ended = effects_of(SecurityEvent::designated_changed)};
  return decision;
}

}  // namespace ostiary::inline v0
