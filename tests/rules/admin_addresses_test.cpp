#include <ostiary/rules/admin_addresses.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"
#include <ostiary/rules/link.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

const auto other = EmailAddress::parse("zoe@home.example").value();

AdminAddressFacts facts_of(Account account, std::optional<Link> link = live_link()) {
  return {.subject = {.account = std::move(account), .organization = acme()}, .setup_link = std::move(link)};
}

Errc flaw_of(const auto& outcome) { return static_cast<Errc>(std::get<InputFlaw>(outcome).error.value()); }

}  // namespace

TEST_CASE("R15, R19: an address that a manager adds is for notifications, not verified, and opens nothing") {
  auto drawn = fresh();
  const auto decision = decide_added_address(manager(), facts_of(active()), 4, other, {}, drawn, noon);
  REQUIRE(names_of(decision.changes) == "RequireActor PutAccount AppendAudit");
  const auto& next = at<PutAccount>(decision.changes, 1).next;
  REQUIRE(next.addresses.size() == 2);
  CHECK(next.addresses[1].address == other);
  CHECK(next.addresses[1].purposes == PurposeSet{AddressPurpose::notification});
  CHECK(next.addresses[1].wanted == PurposeSet{});
  CHECK(!next.addresses[1].verified_at);
  CHECK(next.addresses[0].purposes == active().addresses[0].purposes);
  CHECK(next.epochs == active().epochs);
  CHECK(!std::get<AddressAdded>(decision.outcome).welcome_mail);
  CHECK(at<AppendAudit>(decision.changes, 2).event.kind == AuditKind::address_added);
}

TEST_CASE("R38: a second address of an invited account gets the welcome mail too, with the next link") {
  auto drawn = fresh();
  const auto decision = decide_added_address(host(), facts_of(invited()), 4, other, {}, drawn, noon);
  REQUIRE(names_of(decision.changes) == "PutAccount AppendAudit PutLink PutMailIntent AppendAudit");
  const auto& mail = at<PutMailIntent>(decision.changes, 3).mail;
  CHECK(mail.to == other);
  CHECK(mail.kind == MailKind::welcome);
  CHECK(mail.parts.front().link->generation == 2);
  CHECK(at<PutLink>(decision.changes, 2).id == link_id);
  CHECK(std::get<AddressAdded>(decision.outcome).welcome_mail == mail.id);
  CHECK(designated_address(at<PutAccount>(decision.changes, 0).next) == designated_address(invited()));
  // An organisation that is not active sends none.
  auto closed = facts_of(invited());
  closed.subject.organization.status = OrganizationStatus::suspended;
  CHECK(names_of(decide_added_address(host(), closed, 4, other, {}, drawn, noon).changes) == "PutAccount AppendAudit");
}

TEST_CASE("R18: an address twice, in whatever case, and one too many are refused") {
  auto drawn = fresh();
  auto account = active();
  const auto again = EmailAddress::parse("ZOE@mail.example").value();
  const auto twice = decide_added_address(manager(), facts_of(account), 4, again, {}, drawn, noon);
  CHECK(flaw_of(twice.outcome) == Errc::already_taken);
  REQUIRE(names_of(twice.changes) == "RequireActor AppendAudit");
  CHECK(at<AppendAudit>(twice.changes, 1).event.reason == "add_address:input_refused");
  while (account.addresses.size() < addresses_count_max) {
    const auto name = "z" + std::to_string(account.addresses.size()) + "@mail.example";
    account.addresses.push_back({.address = EmailAddress::parse(name).value(), .purposes = {}});
  }
  CHECK(flaw_of(decide_added_address(manager(), facts_of(account), 4, other, {}, drawn, noon).outcome) ==
        Errc::value_not_allowed);
  account.addresses.pop_back();
  CHECK(std::holds_alternative<AddressAdded>(
      decide_added_address(manager(), facts_of(account), 4, other, {}, drawn, noon).outcome));
}

TEST_CASE("R15: until setup is complete a manager replaces the designated address; the older link is dead at once") {
  auto drawn = fresh();
  const auto decision = decide_replaced_address(manager(), facts_of(invited()), 4, other, {}, drawn, noon);
  REQUIRE(names_of(decision.changes) == "RequireActor PutAccount AppendAudit PutLink PutMailIntent AppendAudit");
  const auto& next = at<PutAccount>(decision.changes, 1).next;
  REQUIRE(next.addresses.size() == 1);
  CHECK(designated_address(next) == other);
  CHECK(next.epochs.links == invited().epochs.links + 1);
  const auto& mail = at<PutMailIntent>(decision.changes, 4).mail;
  CHECK(mail.to == other);
  CHECK(mail.parts.front().link->epoch == next.epochs.links);
  CHECK(std::get<DesignatedReplaced>(decision.outcome).welcome_mail == mail.id);
  CHECK(std::get<DesignatedReplaced>(decision.outcome).ended.event == SecurityEvent::designated_changed);
  auto old = live_link();
  CHECK(judge_link({.id = link_id, .generation = 1}, old, next, noon) == LinkVerdict::voided);
}

TEST_CASE("R15: an address that the account has already takes the place; it is there once") {
  auto drawn = fresh();
  auto account = invited();
  account.addresses.push_back({.address = other, .purposes = {AddressPurpose::notification}});
  const auto decision = decide_replaced_address(host(), facts_of(account), 4, other, {}, drawn, noon);
  const auto& next = at<PutAccount>(decision.changes, 0).next;
  REQUIRE(next.addresses.size() == 1);
  CHECK(next.addresses[0].purposes == PurposeSet{AddressPurpose::designated});
}

TEST_CASE(
    "R15: of an account that is set up or suspended nobody but its owner replaces it, nor by itself, nor blindly") {
  auto drawn = fresh();
  const auto set_up = decide_replaced_address(manager(), facts_of(active()), 4, other, {}, drawn, noon);
  CHECK(std::get<WrongStatus>(set_up.outcome).status == AccountStatus::active);
  REQUIRE(names_of(set_up.changes) == "RequireActor AppendAudit");
  CHECK(at<AppendAudit>(set_up.changes, 1).event.reason == "replace_designated_address:wrong_status");
  auto suspended = invited();
  suspended.status = AccountStatus::suspended;
  CHECK(std::holds_alternative<WrongStatus>(
      decide_replaced_address(host(), facts_of(suspended), 4, other, {}, drawn, noon).outcome));
  const auto same =
      decide_replaced_address(host(), facts_of(invited()), 4, designated_address(invited()), {}, drawn, noon);
  CHECK(flaw_of(same.outcome) == Errc::already_taken);
  CHECK(std::get<Changed>(decide_replaced_address(host(), facts_of(invited()), 9, other, {}, drawn, noon).outcome)
            .current == 4);
  CHECK(
      std::get<Changed>(decide_added_address(host(), facts_of(invited()), 9, other, {}, drawn, noon).outcome).current ==
      4);
}
