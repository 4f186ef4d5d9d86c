#include <ostiary/rules/address_links.hpp>

#include <algorithm>

#include "address_entry.hpp"
#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0 {
namespace {

LinkVerdict judge(const LinkTicket& ticket, const LinkFacts& facts, const void* target, Instant now) {
  const auto verdict = judge_link(ticket, facts, now);
  return verdict == LinkVerdict::good && target == nullptr ? LinkVerdict::voided : verdict;
}

AppendAudit refusal_event(std::string_view reason, const LinkFacts& facts, const ClientContext& client, Fresh& fresh,
                          Instant now) {
  auto event = make_event(AuditKind::address_refused, facts.account, client, fresh, now);
  event.reason = reason;
  return {.event = std::move(event), .mac = {}};
}

// The notice to the address that is designated still; its link has a row of its own, which no epoch ends.
LinkedMail notice_of_change(const LinkFacts& facts, const ClientContext& client, const MailPolicy& policy, Fresh& fresh,
                            Instant now) {
  auto notice = make_linked_mail(MailKind::address_changed, LinkPurpose::revoke_address_change, std::nullopt,
                                 *facts.account, *facts.organization, policy, fresh, now);
  notice.mail.client = mail_client(client);
  return notice;
}

void make_designated(Account& account, AccountAddress& entry, const LinkedMail& notice, Instant now) {
  for (AccountAddress& each : account.addresses) {
    each.purposes.remove(AddressPurpose::designated);
    each.wanted.remove(AddressPurpose::designated);
  }
  entry.purposes.add(AddressPurpose::designated);
  std::erase_if(account.revocable, [&](const RevocableChange& each) { return now >= each.until; });
  account.revocable.push_back({.link = notice.link.id, .former = notice.mail.to, .until = notice.mail.give_up_at});
  account.epochs = epochs_after(SecurityEvent::designated_changed, account.epochs);
}

// Makes room for an address that must be there: of those beside it, the newest goes.
AccountAddress& restored_entry(Account& account, const EmailAddress& address, Instant now) {
  if (auto* const entry = find_entry(account, address)) {
    return *entry;
  }
  if (account.addresses.size() >= addresses_count_max) {
    account.addresses.erase(std::ranges::max_element(account.addresses, {}, &AccountAddress::added_at));
  }
  return account.addresses.emplace_back(AccountAddress{.address = address, .added_at = now});
}

Account revoked(const Account& account, const RevocableChange& change, Instant now) {
  Account next = account;
  for (AccountAddress& each : next.addresses) {
    if (each.address != change.former) {
      each.purposes.remove(AddressPurpose::recovery);
      each.purposes.remove(AddressPurpose::sign_in);
    }
    each.purposes.remove(AddressPurpose::designated);
    each.wanted = {};
    each.confirmation.reset();
  }
  auto& entry = restored_entry(next, change.former, now);
  entry.purposes.add(AddressPurpose::designated);
  entry.verified_at = entry.verified_at.value_or(now);
  const auto since = std::ranges::find(next.revocable, change.link, &RevocableChange::link);
  next.revocable.erase(since, next.revocable.end());
  next.password.reset();
  next.epochs = epochs_after(SecurityEvent::address_change_revoked, next.epochs);
  return next;
}

}  // namespace

const AccountAddress* confirmed_entry(const LinkFacts& facts) noexcept {
  if (!facts.link || !facts.account) {
    return nullptr;
  }
  const auto& addresses = facts.account->addresses;
  const auto found = std::ranges::find_if(addresses, [&](const AccountAddress& each) {
    return each.confirmation == facts.link->id && facts.link->sent_to == each.address;
  });
  return found == addresses.end() ? nullptr : &*found;
}

const RevocableChange* revoked_change(const LinkFacts& facts, Instant now) noexcept {
  if (!facts.link || !facts.account) {
    return nullptr;
  }
  const auto& changes = facts.account->revocable;
  const auto found = std::ranges::find_if(changes, [&](const RevocableChange& each) {
    return each.link == facts.link->id && facts.link->sent_to == each.former && now < each.until;
  });
  return found == changes.end() ? nullptr : &*found;
}

LinkVerdict judge_confirmation(const LinkTicket& ticket, const LinkFacts& facts, Instant now) {
  return judge(ticket, facts, confirmed_entry(facts), now);
}

LinkVerdict judge_revocation(const LinkTicket& ticket, const LinkFacts& facts, Instant now) {
  return judge(ticket, facts, revoked_change(facts, now), now);
}

Decision<ConfirmationOutcome> decide_confirmation(const LinkTicket& ticket, const LinkFacts& facts,
                                                  const ClientContext& client, const MailPolicy& policy, Fresh& fresh,
                                                  Instant now) {
  const auto verdict = judge_confirmation(ticket, facts, now);
  if (verdict != LinkVerdict::good) {
    return {.outcome = LinkRefused{verdict},
            .changes = {refusal_event(link_verdict_name(verdict), facts, client, fresh, now)}};
  }
  Account next = *facts.account;
  auto& entry = *find_entry(next, *facts.link->sent_to);
  const bool is_change =
      entry.wanted.has(AddressPurpose::designated) && !entry.purposes.has(AddressPurpose::designated);
  if (is_change && revocable_count(next, now) >= revocable_changes_count_max) {
    return {.outcome = AddressRefused{AddressRefusal::too_many_changes},
            .changes = {refusal_event("too_many_changes", facts, client, fresh, now)}};
  }
  const PurposeSet had = entry.purposes;
  entry.purposes = PurposeSet::from_bits(static_cast<std::uint8_t>(0U | entry.purposes.bits() | entry.wanted.bits()));
  entry.wanted = {};
  entry.confirmation.reset();
  entry.verified_at = now;
  const bool is_trusted = !is_change && gains_access(had, entry.purposes);
  std::optional<LinkedMail> notice;
  std::vector<PutMailIntent> told;
  if (is_trusted) {
    next.epochs = epochs_after(SecurityEvent::address_purposes_changed, next.epochs);
    told = make_owner_notices(MailKind::address_trusted, next, *facts.organization, mail_client(client), policy, fresh,
                              now);
  }
  if (is_change) {
    notice = notice_of_change(facts, client, policy, fresh, now);
    make_designated(next, entry, *notice, now);
  }
  AddressConfirmed confirmed{.address = entry.address, .purposes = entry.purposes};
  auto event = make_event(is_change ? AuditKind::designated_changed : AuditKind::address_confirmed, facts.account,
                          client, fresh, now);
  Decision<ConfirmationOutcome> decision{
      .outcome = LinkRefused{}, .changes = {ConsumeLink{.id = ticket.id, .generation = ticket.generation, .now = now}}};
  decision.changes.emplace_back(PutAccount{.next = std::move(next), .expected = facts.account->version});
  if (is_trusted) {
    confirmed.ended = effects_of(SecurityEvent::address_purposes_changed);
    std::ranges::move(told, std::back_inserter(decision.changes));
  }
  if (notice) {
    confirmed.ended = effects_of(SecurityEvent::designated_changed);
    decision.changes.emplace_back(notice->link);
    decision.changes.emplace_back(PutMailIntent{std::move(notice->mail)});
  }
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  decision.outcome = std::move(confirmed);
  return decision;
}

Decision<RevocationOutcome> decide_revocation(const LinkTicket& ticket, const LinkFacts& facts,
                                              const std::optional<Link>& reset, const ClientContext& client,
                                              const MailPolicy& policy, Fresh& fresh, Instant now) {
  const auto verdict = judge_revocation(ticket, facts, now);
  if (verdict != LinkVerdict::good) {
    return {.outcome = LinkRefused{verdict},
            .changes = {refusal_event(link_verdict_name(verdict), facts, client, fresh, now)}};
  }
  Account next = revoked(*facts.account, *revoked_change(facts, now), now);
  auto mailing = make_linked_mail(MailKind::reset_password, LinkPurpose::reset, reset, next, *facts.organization,
                                  policy, fresh, now);
  mailing.mail.client = mail_client(client);
  auto event = make_event(AuditKind::address_change_revoked, facts.account, client, fresh, now);
  Decision<RevocationOutcome> decision{
      .outcome = AddressChangeRevoked{.designated = designated_address(next),
                                      .reset_mail = mailing.mail.id,
                                      .ended = effects_of(SecurityEvent::address_change_revoked)},
      .changes = {ConsumeLink{.id = ticket.id, .generation = ticket.generation, .now = now}}};
  decision.changes.emplace_back(PutAccount{.next = std::move(next), .expected = facts.account->version});
  decision.changes.emplace_back(mailing.link);
  decision.changes.emplace_back(PutMailIntent{std::move(mailing.mail)});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

}  // namespace ostiary::inline v0
