#include <ostiary/rules/address_book.hpp>

#include <algorithm>

#include "address_entry.hpp"
#include "owner.hpp"

namespace ostiary::inline v0 {
namespace {

using Verdict = std::variant<AddressPlan, AddressRefusal>;

constexpr std::uint8_t known_bits = 15;

PurposeSet set_of(unsigned bits) { return PurposeSet::from_bits(static_cast<std::uint8_t>(bits)); }
PurposeSet joined(PurposeSet a, PurposeSet b) { return set_of(0U | a.bits() | b.bits()); }
PurposeSet common(PurposeSet a, PurposeSet b) { return set_of(0U | (a.bits() & b.bits())); }
PurposeSet differing(PurposeSet a, PurposeSet b) { return set_of(0U | (a.bits() ^ b.bits())); }

// What lets somebody into the account, or gives a mail that does.
bool is_privileged(PurposeSet purposes) {
  return purposes.has(AddressPurpose::designated) || purposes.has(AddressPurpose::recovery) ||
         purposes.has(AddressPurpose::sign_in);
}

// Of several wishes to be designated the newest counts.
void want_designated(Account& account, AccountAddress& entry) {
  for (AccountAddress& each : account.addresses) {
    each.wanted.remove(AddressPurpose::designated);
  }
  entry.wanted.add(AddressPurpose::designated);
}

Verdict plan_add(Account account, const AddressRequest& request, Instant now) {
  if (find_entry(account, request.address) != nullptr) {
    return AddressRefusal::present;
  }
  if (request.purposes.bits() == 0 || request.purposes.bits() > known_bits) {
    return AddressRefusal::purposes_not_allowed;
  }
  if (account.addresses.size() >= addresses_count_max) {
    return AddressRefusal::too_many;
  }
  const bool designated = request.purposes.has(AddressPurpose::designated);
  if (designated && revocable_count(account, now) >= revocable_changes_count_max) {
    return AddressRefusal::too_many_changes;
  }
  auto& entry = account.addresses.emplace_back(
      AccountAddress{.address = request.address, .added_at = now, .wanted = request.purposes});
  if (designated) {
    want_designated(account, entry);
  }
  return AddressPlan{.next = std::move(account),
                     .kind = AuditKind::address_added,
                     .needs_password = is_privileged(request.purposes),
                     .sends_confirmation = true};
}

Verdict plan_designated(Account account, const AddressRequest& request, Instant now) {
  auto* const entry = find_entry(account, request.address);
  if (entry == nullptr) {
    return AddressRefusal::unknown;
  }
  if (entry->purposes.has(AddressPurpose::designated)) {
    return AddressRefusal::designated;
  }
  if (revocable_count(account, now) >= revocable_changes_count_max) {
    return AddressRefusal::too_many_changes;
  }
  want_designated(account, *entry);
  return AddressPlan{.next = std::move(account),
                     .kind = AuditKind::address_purposes_changed,
                     .reason = "designated_wanted",
                     .needs_password = true,
                     .sends_confirmation = true};
}

Verdict plan_confirmation(Account account, const AddressRequest& request) {
  const auto* const entry = find_entry(account, request.address);
  if (entry == nullptr) {
    return AddressRefusal::unknown;
  }
  if (entry->verified_at && entry->wanted.bits() == 0) {
    return AddressRefusal::nothing_to_confirm;
  }
  // A wish may be older than the password: whoever knew only the former one gets nothing by it.
  const bool needs_password = is_privileged(entry->wanted);
  return AddressPlan{.next = std::move(account),
                     .kind = AuditKind::address_added,
                     .reason = "confirmation_again",
                     .needs_password = needs_password,
                     .sends_confirmation = true};
}

Verdict plan_purposes(Account account, const AddressRequest& request) {
  auto* const entry = find_entry(account, request.address);
  if (entry == nullptr) {
    return AddressRefusal::unknown;
  }
  if (request.purposes.has(AddressPurpose::designated) || request.purposes.bits() > known_bits) {
    return AddressRefusal::purposes_not_allowed;
  }
  const PurposeSet had = entry->purposes;
  const PurposeSet wanted = entry->wanted;
  const PurposeSet kept = common(had, {AddressPurpose::designated});
  const PurposeSet given = entry->verified_at ? request.purposes : common(request.purposes, had);
  const PurposeSet now_has = joined(given, kept);
  const PurposeSet now_wanted =
      joined(differing(request.purposes, given), common(wanted, {AddressPurpose::designated}));
  entry->purposes = now_has;
  entry->wanted = now_wanted;
  AddressPlan plan{.next = std::move(account), .kind = AuditKind::address_purposes_changed};
  plan.needs_password = is_privileged(differing(joined(had, wanted), joined(now_has, now_wanted)));
  if (is_privileged(differing(had, now_has))) {
    plan.event = SecurityEvent::address_purposes_changed;
  }
  plan.is_trusted = gains_access(had, now_has);
  return plan;
}

Verdict plan_removal(Account account, const AddressRequest& request) {
  const auto* const entry = find_entry(account, request.address);
  if (entry == nullptr) {
    return AddressRefusal::unknown;
  }
  if (entry->purposes.has(AddressPurpose::designated)) {
    return AddressRefusal::designated;
  }
  const bool needs_password = is_privileged(joined(entry->purposes, entry->wanted));
  std::erase_if(account.addresses, [&](const AccountAddress& each) { return each.address == request.address; });
  AddressPlan plan{.next = std::move(account), .kind = AuditKind::address_removed, .needs_password = needs_password};
  // An address that let nobody in ends nothing: a session without the password must not void the owner's reset link.
  if (needs_password) {
    plan.event = SecurityEvent::address_removed;
  }
  return plan;
}

Verdict plan_act(Account account, const AddressRequest& request, Instant now) {
  switch (request.act) {
    case AddressAct::add:
      return plan_add(std::move(account), request, now);
    case AddressAct::request_designated:
      return plan_designated(std::move(account), request, now);
    case AddressAct::send_confirmation:
      return plan_confirmation(std::move(account), request);
    case AddressAct::set_purposes:
      return plan_purposes(std::move(account), request);
    case AddressAct::remove:
      return plan_removal(std::move(account), request);
  }
  return AddressRefusal::unknown;
}

std::string_view act_name(AddressAct act) noexcept {
  switch (act) {
    case AddressAct::add:
      return "add_address";
    case AddressAct::request_designated:
      return "request_designated";
    case AddressAct::send_confirmation:
      return "send_confirmation";
    case AddressAct::set_purposes:
      return "set_purposes";
    case AddressAct::remove:
      return "remove_address";
  }
  return "unknown";
}

// The link to the address itself, of the entry's own row; the entry names the row from now on.
LinkedMail confirmation_of(AddressPlan& plan, const AddressFacts& facts, const EmailAddress& address,
                           const ClientContext& client, const MailPolicy& policy, Fresh& fresh, Instant now) {
  auto linked = make_linked_mail(MailKind::confirm_address, LinkPurpose::confirm_address, facts.confirmation, plan.next,
                                 facts.organization, policy, fresh, now);
  auto& entry = *find_entry(plan.next, address);
  entry.confirmation = linked.link.id;
  linked.mail.to = entry.address;
  linked.mail.client = mail_client(client);
  return linked;
}

}  // namespace

std::variant<AddressPlan, AddressRefusal> plan_address_request(Account account, const AddressRequest& request,
                                                               Instant now) {
  auto verdict = plan_act(std::move(account), request, now);
  if (auto* const plan = std::get_if<AddressPlan>(&verdict); plan != nullptr && plan->event) {
    plan->next.epochs = epochs_after(*plan->event, plan->next.epochs);
  }
  return verdict;
}

Decision<AddressRequestOutcome> decide_address_request(const SignedIn& owner, const AddressFacts& facts,
                                                       const AddressRequest& request,
                                                       const std::optional<CurrentPassword>& current,
                                                       const ClientContext& client, const MailPolicy& policy,
                                                       Fresh& fresh, Instant now) {
  auto verdict = plan_address_request(facts.account, request, now);
  if (const auto* const refusal = std::get_if<AddressRefusal>(&verdict)) {
    return {.outcome = AddressRefused{*refusal}, .changes = {guard_of(owner, now)}};
  }
  auto& plan = std::get<AddressPlan>(verdict);
  const auto proof = plan.needs_password ? judge_current_password(current, facts.account) : PasswordProof::right;
  if (proof == PasswordProof::stale) {
    return {.outcome = StaleVerdict{}, .changes = {}};
  }
  if (proof == PasswordProof::wrong) {
    return {.outcome = CurrentPasswordRefused{},
            .changes = refusal_of(AuditKind::operation_refused, std::string(act_name(request.act)) + ":wrong_password",
                                  owner, client, fresh, now)};
  }
  AddressSaved saved;
  if (plan.event) {
    saved.ended = effects_of(*plan.event);
  }
  auto event = event_of(plan.kind, owner, client, fresh, now);
  event.reason = plan.reason;
  std::vector<Change> mailing;
  if (plan.sends_confirmation) {
    auto linked = confirmation_of(plan, facts, request.address, client, policy, fresh, now);
    saved.confirmation = linked.mail.id;
    mailing = {linked.link, PutMailIntent{std::move(linked.mail)}};
  }
  std::vector<PutMailIntent> told;
  if (plan.is_trusted) {
    told = make_owner_notices(MailKind::address_trusted, plan.next, facts.organization, mail_client(client), policy,
                              fresh, now);
  }
  std::vector<Change> changes{guard_of(owner, now),
                              PutAccount{.next = std::move(plan.next), .expected = facts.account.version}};
  std::ranges::move(mailing, std::back_inserter(changes));
  std::ranges::move(told, std::back_inserter(changes));
  changes.emplace_back(AppendAudit{std::move(event), {}});
  return {.outcome = saved, .changes = std::move(changes)};
}

std::string_view address_advice(const Locale& locale) noexcept {
  if (locale.language() == "fr") {
    return "Toute personne qui lit une boîte partagée peut entrer dans chaque compte qui lui est lié. Pour une équipe, "
           "préférez une liste de diffusion, et gardez peu d’adresses par compte.";
  }
  return "Everybody who reads a shared mailbox can get into each account that it is linked to. For a team, use a "
         "distribution group instead, and keep few addresses on one account.";
}

std::size_t revocable_count(const Account& account, Instant now) noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(account.revocable, [&](const RevocableChange& each) { return now < each.until; }));
}

}  // namespace ostiary::inline v0
