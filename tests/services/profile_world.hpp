#pragma once

#include <algorithm>
#include <ranges>

#include "services/world.hpp"
#include <ostiary/rules/link_token.hpp>
#include <ostiary/services/profile.hpp>

// A world with an active account whose owner stands in My Account, and a mailbox for each address.
namespace ostiary::test {

struct ProfileWorld : World {
  explicit ProfileWorld(const Policies& given = {})
      : World(given), profile(env), acme(found_active()), owner_id(acme.manager.account) {}

  Profile profile;
  OrganizationCreated acme;
  AccountId owner_id;  ///< 100@acme, mara@acme.example.

  SignedIn owner() { return signed_in("100@acme").who; }
  Account own() { return account(owner_id); }
  bool is_live(const SignInSuccess& session) {
    return std::holds_alternative<SignedIn>(sessions.check(session.token.reveal()).value());
  }

  /// has_event says whether the organisation's audit has the line "kind" or "kind:reason".
  bool has_event(std::string_view line) {
    const auto lines = kinds(acme.organization);
    return std::ranges::find(lines, line) != lines.end();
  }
  /// newest_event is of the newest millisecond: let the clock go on before what it is asked about.
  std::string newest_event() { return kinds(acme.organization).back(); }

  /// token_to hands over what is due and gives the newest token that reached the address.
  std::string token_to(std::string_view address) {
    REQUIRE(outbox.deliver(100).has_value());
    const auto wanted = EmailAddress::parse(address).value();
    const auto mails = mailer.mails();
    for (const auto& mail : mails | std::views::reverse) {
      if (mail.to == wanted) {
        if (auto token = token_in(mail.message); !token.empty()) {
          return token;
        }
      }
    }
    return {};
  }
  /// mails_to counts the account's mails of a kind to an address.
  std::ptrdiff_t mails_to(std::string_view address, MailKind kind) {
    const auto wanted = EmailAddress::parse(address).value();
    return std::ranges::count_if(store.list_mails(owner_id, {.limit = PageRequest::limit_max}).value().records,
                                 [&](const MailIntent& mail) { return mail.kind == kind && mail.to == wanted; });
  }

  static AddressEntry entry(std::string_view address, PurposeSet purposes = {}, const std::string& password = "") {
    return {.address = address, .purposes = purposes, .current_password = SecretString(password), .client = client()};
  }
  /// confirm follows the link that the address was mailed last.
  ConfirmAddressOutcome confirm(std::string_view address) {
    return profile.confirm_address(token_to(address), client()).value();
  }
  /// give adds a verified address with the purposes.
  void give(const std::string& address, PurposeSet purposes) {
    REQUIRE(std::holds_alternative<AddressSaved>(
        profile.add_address(owner(), entry(address, purposes, good_password)).value()));
    REQUIRE(std::holds_alternative<AddressConfirmed>(confirm(address)));
  }
  /// move_to makes another address the designated one. Every session ends by it.
  void move_to(const std::string& address, const std::string& password = good_password) {
    const auto who = signed_in("100@acme", password).who;
    REQUIRE(std::holds_alternative<AddressSaved>(
        profile.add_address(who, entry(address, {AddressPurpose::designated}, password)).value()));
    REQUIRE(std::holds_alternative<AddressConfirmed>(confirm(address)));
  }

  ChangePasswordOutcome change_password(const SignedIn& who, const std::string& current, const std::string& next) {
    return profile
        .change_password(who, {.current = SecretString(current),
                               .password = SecretString(next),
                               .confirmation = SecretString(next),
                               .client = client()})
        .value();
  }

  /// reset follows a reset link.
  ResetOutcome reset(const std::string& token, const std::string& password) {
    return recovery
        .redeem({.token = token,
                 .password = SecretString(password),
                 .confirmation = SecretString(password),
                 .client = client()})
        .value();
  }

  void put_link(MailKind kind, LinkPurpose purpose) { World::put_link(owner_id, kind, purpose); }
  /// verdict_of judges a link as the service behind it would.
  LinkVerdict verdict_of(LinkPurpose purpose, const std::string& token) {
    const auto ticket = verify_link_token(*keys.current(), purpose, token).value();
    return judge_link(ticket, store.find_link(ticket.id).value(), own(), clock.now());
  }
};

/// refusal_of is the verdict on a link that was refused; `good` where it was not.
template <class Outcome>
LinkVerdict refusal_of(const Outcome& outcome) {
  const auto* const refused = std::get_if<LinkRefused>(&outcome);
  return refused == nullptr ? LinkVerdict::good : refused->verdict;
}

}  // namespace ostiary::test
