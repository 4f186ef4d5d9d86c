#include <ostiary/rules/address_book.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using AddressAct::add, AddressAct::request_designated, AddressAct::send_confirmation, AddressAct::set_purposes;
using enum AddressPurpose;

namespace {

EmailAddress address(std::string_view text) { return EmailAddress::parse(text).value(); }

// The designated one, a verified and an unverified one, the latter as a manager adds it.
Account owner_account() {
  auto account = active();
  account.addresses.front().verified_at = noon;
  account.addresses.front().purposes.add(sign_in);
  account.addresses.push_back({.address = address("second@mail.example"),
                               .purposes = {recovery, notification},
                               .verified_at = noon,
                               .added_at = noon});
  account.addresses.push_back({.address = address("third@mail.example"), .purposes = {notification}, .added_at = noon});
  return account;
}

constexpr std::string_view designated_one = "zoe@mail.example";
constexpr std::string_view verified_one = "second@mail.example";
constexpr std::string_view unverified_one = "third@mail.example";
constexpr std::string_view absent_one = "new@mail.example";

// One line: the refusal, or what the plan asks for and does.
std::string line_of(const std::variant<AddressPlan, AddressRefusal>& verdict, std::string_view about) {
  static constexpr std::array refusals{"?",        "malformed",  "unknown", "present",         "too_many",
                                       "purposes", "designated", "nothing", "too_many_changes"};
  if (const auto* const refusal = std::get_if<AddressRefusal>(&verdict)) {
    return std::string("refused ") + refusals.at(static_cast<std::size_t>(*refusal));
  }
  const auto& plan = std::get<AddressPlan>(verdict);
  std::string text(audit_kind_name(plan.kind));
  text += plan.needs_password ? " password" : "";
  text += plan.sends_confirmation ? " mail" : "";
  text += plan.event ? " " + std::string(security_event_name(*plan.event)) : "";
  for (const auto& each : plan.next.addresses) {
    if (each.address == address(about)) {
      text += fmt::format(" has={} wants={}", each.purposes.bits(), each.wanted.bits());
    }
  }
  return text;
}

std::string plan(AddressAct act, std::string_view about, PurposeSet purposes = {},
                 const Account& account = owner_account()) {
  return line_of(plan_address_request(account, {.act = act, .address = address(about), .purposes = purposes}, noon),
                 about);
}

CurrentPassword verdict(bool matches) { return {.matches = matches, .verified_hash = std::string(stored_hash)}; }

Decision<AddressRequestOutcome> decide(AddressAct act, std::string_view about, PurposeSet purposes,
                                       const std::optional<CurrentPassword>& current,
                                       const std::optional<Link>& confirmation = std::nullopt) {
  auto drawn = fresh();
  return decide_address_request(
      signed_in(active()), {.account = owner_account(), .organization = acme(), .confirmation = confirmation},
      {.act = act, .address = address(about), .purposes = purposes}, current, client(), {}, drawn, noon);
}

}  // namespace

TEST_CASE("R16, R19: an added address has nothing until it is confirmed; more than notification needs the password") {
  CHECK(plan(add, absent_one, {notification}) == "address_added mail has=0 wants=8");
  CHECK(plan(add, absent_one, {recovery}) == "address_added password mail has=0 wants=2");
  CHECK(plan(add, absent_one, {sign_in, notification}) == "address_added password mail has=0 wants=12");
  CHECK(plan(add, absent_one, {designated}) == "address_added password mail has=0 wants=1");
  CHECK(plan(add, absent_one, {}) == "refused purposes");
  CHECK(plan(add, absent_one, PurposeSet::from_bits(16)) == "refused purposes");
  for (const auto present : {designated_one, verified_one, unverified_one}) {
    CHECK(plan(add, present, {notification}) == "refused present");
  }
  CHECK(plan(add, "ZOE@mail.example", {notification}) == "refused present");
}

TEST_CASE("R16: an account has at most twenty addresses") {
  auto account = owner_account();
  while (account.addresses.size() < addresses_count_max - 1) {
    account.addresses.push_back({.address = address(fmt::format("a{}@mail.example", account.addresses.size()))});
  }
  CHECK(plan(add, absent_one, {notification}, account) == "address_added mail has=0 wants=8");
  account.addresses.push_back({.address = address("last@mail.example")});
  CHECK(plan(add, absent_one, {notification}, account) == "refused too_many");
}

TEST_CASE("R15: an address becomes designated by its link alone, and of several wishes the newest counts") {
  CHECK(plan(request_designated, verified_one) == "address_purposes_changed password mail has=10 wants=1");
  CHECK(plan(request_designated, unverified_one) == "address_purposes_changed password mail has=8 wants=1");
  CHECK(plan(request_designated, designated_one) == "refused designated");
  CHECK(plan(request_designated, absent_one) == "refused unknown");
  auto account = owner_account();
  account.addresses[1].wanted = {designated, sign_in};
  const auto next =
      std::get<AddressPlan>(
          plan_address_request(account, {.act = request_designated, .address = address(unverified_one)}, noon))
          .next;
  CHECK(next.addresses[1].wanted == PurposeSet{sign_in});
  CHECK(next.addresses[2].wanted == PurposeSet{designated});
}

TEST_CASE("R15: with five changes that can be revoked there is no sixth; one whose time is over counts no more") {
  auto account = owner_account();
  for (std::uint8_t i = 0; i < revocable_changes_count_max; ++i) {
    account.revocable.push_back(
        {.link = id_of<LinkId>(i), .former = address("old@mail.example"), .until = noon + Duration(1)});
  }
  CHECK(plan(request_designated, verified_one, {}, account) == "refused too_many_changes");
  CHECK(plan(add, absent_one, {designated}, account) == "refused too_many_changes");
  CHECK(plan(add, absent_one, {recovery}, account) == "address_added password mail has=0 wants=2");
  account.revocable.front().until = noon;
  CHECK(plan(request_designated, verified_one, {}, account) == "address_purposes_changed password mail has=10 wants=1");
}

TEST_CASE("R19: a link is sent again to what waits for one, without the password, and to nothing else") {
  CHECK(plan(send_confirmation, unverified_one) == "address_added mail has=8 wants=0");
  CHECK(plan(send_confirmation, verified_one) == "refused nothing");
  CHECK(plan(send_confirmation, absent_one) == "refused unknown");
  auto account = owner_account();
  account.addresses[1].wanted = {designated};
  CHECK(plan(send_confirmation, verified_one, {}, account) == "address_added mail has=10 wants=1");
}

TEST_CASE("R19: giving or taking recovery or sign-in needs the password; notification does not") {
  CHECK(plan(set_purposes, verified_one, {recovery}) == "address_purposes_changed has=2 wants=0");
  CHECK(plan(set_purposes, verified_one, {recovery, notification}) == "address_purposes_changed has=10 wants=0");
  CHECK(plan(set_purposes, verified_one, {notification}) ==
        "address_purposes_changed password address_purposes_changed has=8 wants=0");
  CHECK(plan(set_purposes, verified_one, {recovery, notification, sign_in}) ==
        "address_purposes_changed password address_purposes_changed has=14 wants=0");
  CHECK(plan(set_purposes, designated_one, {}) ==
        "address_purposes_changed password address_purposes_changed has=1 wants=0");
  CHECK(plan(set_purposes, designated_one, {sign_in}) == "address_purposes_changed has=5 wants=0");
  CHECK(plan(set_purposes, verified_one, {designated}) == "refused purposes");
  CHECK(plan(set_purposes, absent_one, {notification}) == "refused unknown");
}

TEST_CASE("R19, S341: an unverified address gets nothing that it has not until it is confirmed") {
  CHECK(plan(set_purposes, unverified_one, {recovery, notification}) ==
        "address_purposes_changed password has=8 wants=2");
  CHECK(plan(set_purposes, unverified_one, {}) == "address_purposes_changed has=0 wants=0");
  auto account = owner_account();
  account.addresses[2].wanted = {recovery, designated};
  CHECK(plan(set_purposes, unverified_one, {notification}, account) ==
        "address_purposes_changed password has=8 wants=1");
}

TEST_CASE("R19: any address but the designated one is removed; its pending links end") {
  CHECK(plan(AddressAct::remove, unverified_one) == "address_removed address_removed");
  CHECK(plan(AddressAct::remove, verified_one) == "address_removed password address_removed");
  CHECK(plan(AddressAct::remove, designated_one) == "refused designated");
  CHECK(plan(AddressAct::remove, absent_one) == "refused unknown");
  auto account = owner_account();
  account.addresses[2].wanted = {sign_in};
  CHECK(plan(AddressAct::remove, unverified_one, {}, account) == "address_removed password address_removed");
}

TEST_CASE("R16, S331: the link goes to the address itself, bound to the epoch, under a row of its own") {
  const auto decision = decide(add, absent_one, {notification}, std::nullopt);
  REQUIRE(names_of(decision.changes) == "RequireActor PutAccount PutLink PutMailIntent AppendAudit");
  const auto& next = at<PutAccount>(decision.changes, 1).next;
  const auto& link = at<PutLink>(decision.changes, 2);
  const auto& mail = at<PutMailIntent>(decision.changes, 3).mail;
  CHECK(link.purpose == LinkPurpose::confirm_address);
  CHECK(link.expected == 0);
  CHECK(next.addresses.back().confirmation == link.id);
  CHECK(mail.kind == MailKind::confirm_address);
  CHECK(mail.to == address(absent_one));
  CHECK(mail.parts.front().link->id == link.id);
  CHECK(mail.parts.front().link->epoch == 6);
  CHECK(std::get<AddressSaved>(decision.outcome).confirmation == mail.id);
  CHECK(!std::get<AddressSaved>(decision.outcome).ended);
  CHECK(at<AppendAudit>(decision.changes, 4).event.kind == AuditKind::address_added);
}

TEST_CASE("S300: a link that is sent again is the next one of the same row; where the row is gone, of a new one") {
  auto row = live_link();
  row.purpose = LinkPurpose::confirm_address;
  const auto again = decide(send_confirmation, unverified_one, {}, std::nullopt, row);
  CHECK(at<PutLink>(again.changes, 2).id == link_id);
  CHECK(at<PutLink>(again.changes, 2).expected == 1);
  CHECK(at<PutAccount>(again.changes, 1).next.addresses[2].confirmation == link_id);
  CHECK(at<AppendAudit>(again.changes, 4).event.reason == "confirmation_again");
  const auto anew = decide(send_confirmation, unverified_one, {}, std::nullopt);
  CHECK(at<PutLink>(anew.changes, 2).id != link_id);
}

TEST_CASE("R19: a wrong current password changes nothing and is audited; a refused act writes nothing") {
  const auto wrong = decide(add, absent_one, {recovery}, verdict(false));
  CHECK(std::holds_alternative<CurrentPasswordRefused>(wrong.outcome));
  REQUIRE(names_of(wrong.changes) == "RequireActor AppendAudit");
  CHECK(at<AppendAudit>(wrong.changes, 1).event.reason == "add_address:wrong_password");
  CHECK(std::holds_alternative<StaleVerdict>(decide(add, absent_one, {recovery}, std::nullopt).outcome));
  CHECK(std::holds_alternative<AddressSaved>(decide(add, absent_one, {recovery}, verdict(true)).outcome));
  const auto refused = decide(AddressAct::remove, designated_one, {}, verdict(true));
  CHECK(std::holds_alternative<AddressRefused>(refused.outcome));
  CHECK(names_of(refused.changes) == "RequireActor");
}

TEST_CASE("R68: what an address's removal or purposes end is in the outcome and in the epochs") {
  const auto removed = decide(AddressAct::remove, verified_one, {}, verdict(true));
  REQUIRE(names_of(removed.changes) == "RequireActor PutAccount AppendAudit");
  CHECK(at<PutAccount>(removed.changes, 1).next.addresses.size() == 2);
  CHECK(at<PutAccount>(removed.changes, 1).next.epochs == Epochs{.sessions = 5, .links = 7, .devices = 7});
  CHECK(std::get<AddressSaved>(removed.outcome).ended->event == SecurityEvent::address_removed);
  const auto taken = decide(set_purposes, verified_one, {notification}, verdict(true));
  CHECK(at<PutAccount>(taken.changes, 1).next.epochs.links == 7);
  CHECK(std::get<AddressSaved>(taken.outcome).ended->event == SecurityEvent::address_purposes_changed);
}

TEST_CASE("R51: the advice is there in English and French, and English for any other language") {
  const auto english = address_advice(Locale());
  CHECK(english.find("shared mailbox") != std::string_view::npos);
  CHECK(address_advice(Locale::parse("fr-CA").value()).find("boîte partagée") != std::string_view::npos);
  CHECK(address_advice(Locale::parse("de").value()) == english);
}
