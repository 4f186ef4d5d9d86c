#include "link_facts.hpp"
#include "reauthentication.hpp"
#include <ostiary/rules/audit.hpp>
#include <ostiary/services/profile.hpp>

// The addresses of the profile: what their owner asks for, and what the links say that were mailed to them.
namespace ostiary::inline v0 {
namespace {

Result<AddressFacts> load_address(const Environment& env, const SignedIn& owner, const EmailAddress& address) {
  OSTIARY_TRY(auto account, env.store.find_account(owner.account().id));
  if (!account || account->status != AccountStatus::active) {
    return Errc::actor_revoked;
  }
  OSTIARY_TRY(auto organization, env.store.find_organization(account->organization));
  if (!organization) {
    return Errc::record_unreadable;
  }
  AddressFacts facts{.account = *std::move(account), .organization = *std::move(organization)};
  for (const AccountAddress& each : facts.account.addresses) {
    if (each.address == address && each.confirmation) {
      OSTIARY_TRY(facts.confirmation, env.store.find_link(*each.confirmation));
    }
  }
  return facts;
}

Result<std::optional<Throttled>> charge_mail(const Environment& env, const SignedIn& owner, const EmailAddress& address,
                                             const ClientContext& client) {
  const auto& account = owner.account();
  OSTIARY_TRY(const auto charges, confirmation_charges(*env.keys.current(), env.policies.budgets, address, account));
  AuditEvent about{.organization = account.organization,
                   .actor_kind = AuditActorKind::account,
                   .actor = account.id,
                   .subject = account.id,
                   .reason = "mail"};
  describe_client(about, client);
  return services::charge(env, charges, about);
}

Result<AddressOutcome> act(const Environment& env, const SignedIn& owner, AddressAct kind, const AddressEntry& entry) {
  const auto address = EmailAddress::parse(entry.address);
  if (!address) {
    return AddressRefused{AddressRefusal::malformed};
  }
  const AddressRequest request{.act = kind, .address = address.value(), .purposes = entry.purposes};
  services::Reauthentication proof(env, entry.current_password, entry.client);
  bool sends_mail = false;
  return services::decide_as_owner<AddressOutcome>(
      env, proof, [&] { return load_address(env, owner, request.address); },
      [&](const AddressFacts& facts) -> Result<services::Need> {
        const auto verdict = plan_address_request(facts.account, request, env.clock.now());
        const auto* const plan = std::get_if<AddressPlan>(&verdict);
        sends_mail = plan != nullptr && plan->sends_confirmation;
        return plan != nullptr && plan->needs_password ? services::Need::current_password : services::Need::nothing;
      },
      [&](const AddressFacts& /*facts*/) -> Result<std::optional<AddressOutcome>> {
        if (!sends_mail) {
          return std::optional<AddressOutcome>();
        }
        OSTIARY_TRY(const auto throttled, charge_mail(env, owner, request.address, entry.client));
        return throttled ? std::optional<AddressOutcome>(*throttled) : std::nullopt;
      },
      [&](const AddressFacts& facts, const std::optional<CurrentPassword>& current, Fresh& fresh,
          Instant now) -> Result<Decision<AddressRequestOutcome>> {
        return decide_address_request(owner, facts, request, current, entry.client, env.policies.mail, fresh, now);
      });
}

// The token, the budget of links, and the decision on fresh facts.
template <class Outcome, class Load, class Decide>
Result<Outcome> follow(const Environment& env, LinkPurpose purpose, std::string_view token, const ClientContext& client,
                       Load load, Decide decide) {
  OSTIARY_TRY(const auto charged, services::charge_link(env, purpose, token, client));
  if (charged.throttled) {
    return *charged.throttled;
  }
  const LinkTicket& ticket = charged.ticket;
  OSTIARY_TRY(auto outcome,
              services::decide_and_commit(
                  env, [&] { return load(ticket); },
                  [&](const auto& facts, Fresh& fresh, Instant now) { return decide(ticket, facts, fresh, now); }));
  return std::visit([](auto&& each) -> Outcome { return std::forward<decltype(each)>(each); }, std::move(outcome));
}

struct RevocationFacts {
  LinkFacts found;
  std::optional<Link> reset;
};

Result<RevocationFacts> load_revocation(const Environment& env, const LinkTicket& ticket) {
  RevocationFacts facts;
  OSTIARY_TRY(facts.found, services::load_link_facts(env, ticket));
  if (facts.found.account) {
    OSTIARY_TRY(facts.reset, env.store.find_link_of(facts.found.account->id, LinkPurpose::reset));
  }
  return facts;
}

}  // namespace

Result<AddressOutcome> Profile::add_address(const SignedIn& owner, const AddressEntry& entry) const {
  return act(env_, owner, AddressAct::add, entry);
}

Result<AddressOutcome> Profile::request_designated(const SignedIn& owner, const AddressEntry& entry) const {
  return act(env_, owner, AddressAct::request_designated, entry);
}

Result<AddressOutcome> Profile::send_confirmation(const SignedIn& owner, const AddressEntry& entry) const {
  return act(env_, owner, AddressAct::send_confirmation, entry);
}

Result<AddressOutcome> Profile::set_purposes(const SignedIn& owner, const AddressEntry& entry) const {
  return act(env_, owner, AddressAct::set_purposes, entry);
}

Result<AddressOutcome> Profile::remove_address(const SignedIn& owner, const AddressEntry& entry) const {
  return act(env_, owner, AddressAct::remove, entry);
}

Result<InspectAddressOutcome> Profile::inspect_address_link(std::string_view token) const {
  OSTIARY_TRY(const auto ticket, verify_link_token(*env_.keys.current(), LinkPurpose::confirm_address, token));
  OSTIARY_TRY(const auto facts, services::load_link_facts(env_, ticket));
  const auto verdict = judge_confirmation(ticket, facts, env_.clock.now());
  if (verdict != LinkVerdict::good) {
    return LinkRefused{verdict};
  }
  const auto* const entry = confirmed_entry(facts);
  return AddressLinkPage{.login_name = facts.account->login.as_typed(),
                         .organization_name = facts.organization->name,
                         .address = entry->address,
                         .wanted = entry->wanted,
                         .expires_at = facts.link->expires_at};
}

Result<ConfirmAddressOutcome> Profile::confirm_address(std::string_view token, const ClientContext& client) const {
  return follow<ConfirmAddressOutcome>(
      env_, LinkPurpose::confirm_address, token, client,
      [&](const LinkTicket& ticket) { return services::load_link_facts(env_, ticket); },
      [&](const LinkTicket& ticket, const LinkFacts& facts, Fresh& fresh,
          Instant now) -> Result<Decision<ConfirmationOutcome>> {
        return decide_confirmation(ticket, facts, client, env_.policies.mail, fresh, now);
      });
}

Result<InspectAddressOutcome> Profile::inspect_address_change(std::string_view token) const {
  OSTIARY_TRY(const auto ticket, verify_link_token(*env_.keys.current(), LinkPurpose::revoke_address_change, token));
  OSTIARY_TRY(const auto facts, services::load_link_facts(env_, ticket));
  const Instant now = env_.clock.now();
  const auto verdict = judge_revocation(ticket, facts, now);
  if (verdict != LinkVerdict::good) {
    return LinkRefused{verdict};
  }
  return AddressLinkPage{.login_name = facts.account->login.as_typed(),
                         .organization_name = facts.organization->name,
                         .address = revoked_change(facts, now)->former,
                         .expires_at = facts.link->expires_at};
}

Result<RevokeChangeOutcome> Profile::revoke_address_change(std::string_view token, const ClientContext& client) const {
  return follow<RevokeChangeOutcome>(
      env_, LinkPurpose::revoke_address_change, token, client,
      [&](const LinkTicket& ticket) { return load_revocation(env_, ticket); },
      [&](const LinkTicket& ticket, const RevocationFacts& facts, Fresh& fresh,
          Instant now) -> Result<Decision<RevocationOutcome>> {
        return decide_revocation(ticket, facts.found, facts.reset, client, env_.policies.mail, fresh, now);
      });
}

}  // namespace ostiary::inline v0
