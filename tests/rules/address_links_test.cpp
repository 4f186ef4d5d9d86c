#include <ostiary/rules/address_links.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using enum AddressPurpose;

namespace {

constexpr LinkTicket ticket_number_one{.id = {}, .generation = 1};

EmailAddress address(std::string_view text) { return EmailAddress::parse(text).value(); }

const auto former = address("zoe@mail.example");
const auto newer = address("zoe@new.example");

LinkTicket ticket() { return {.id = link_id, .generation = ticket_number_one.generation}; }

// The account's second address waits for the link; `wanted` is what it gets.
LinkFacts confirming(PurposeSet wanted) {
  auto account = active();
  account.addresses.front().purposes.add(sign_in);
  account.addresses.push_back(
      {.address = newer, .purposes = {notification}, .added_at = noon, .wanted = wanted, .confirmation = link_id});
  auto link = live_link();
  link.purpose = LinkPurpose::confirm_address;
  link.epoch = account.epochs.links;
  link.sent_to = newer;
  return {.link = std::move(link), .account = std::move(account), .organization = acme()};
}

// The designated address was changed, and again: the link takes back the first change.
LinkFacts revoking() {
  auto account = active();
  const auto until = noon + std::chrono::hours(100);
  account.addresses.front().purposes = {sign_in};
  account.addresses.push_back({.address = newer,
                               .purposes = {recovery, notification},
                               .verified_at = noon,
                               .added_at = noon,
                               .wanted = {sign_in},
                               .confirmation = id_of<LinkId>(99)});
  account.addresses.push_back({.address = address("thief@evil.example"),
                               .purposes = {designated, sign_in, recovery},
                               .verified_at = noon,
                               .added_at = noon + Duration(1)});
  account.revocable = {{.link = id_of<LinkId>(20), .former = address("zero@mail.example"), .until = until},
                       {.link = link_id, .former = former, .until = until},
                       {.link = id_of<LinkId>(22), .former = newer, .until = until}};
  auto link = live_link();
  link.purpose = LinkPurpose::revoke_address_change;
  link.epoch.reset();
  link.sent_to = former;
  return {.link = std::move(link), .account = std::move(account), .organization = acme()};
}

Decision<ConfirmationOutcome> confirm(const LinkFacts& facts, Instant now = noon) {
  auto drawn = fresh();
  return decide_confirmation(ticket(), facts, client(), {}, drawn, now);
}

Decision<RevocationOutcome> revoke(const LinkFacts& facts, const std::optional<Link>& reset = std::nullopt) {
  auto drawn = fresh();
  return decide_revocation(ticket(), facts, reset, client(), {}, drawn, noon);
}

const AccountAddress& entry(const Account& account, const EmailAddress& wanted) {
  const auto found = std::ranges::find(account.addresses, wanted, &AccountAddress::address);
  REQUIRE(found != account.addresses.end());
  return *found;
}

}  // namespace

TEST_CASE("R19: a followed link verifies its address and gives what was wanted; nothing ends") {
  const auto decision = confirm(confirming({recovery}));
  REQUIRE(names_of(decision.changes) == "ConsumeLink PutAccount AppendAudit");
  const auto& put = at<PutAccount>(decision.changes, 1);
  CHECK(put.expected == 4);
  const auto& confirmed = entry(put.next, newer);
  CHECK(confirmed.purposes == PurposeSet{recovery, notification});
  CHECK(confirmed.verified_at == noon);
  CHECK(confirmed.wanted == PurposeSet{});
  CHECK(!confirmed.confirmation);
  CHECK(put.next.epochs == active().epochs);
  CHECK(put.next.revocable.empty());
  CHECK(line_of(at<AppendAudit>(decision.changes, 2).event) ==
        "address_confirmed reason=- actor=anonymous/-/-/- subject=11 organization=1 from=192.0.2.1 client=portal "
        "count=1");
  CHECK(!std::get<AddressConfirmed>(decision.outcome).ended);
}

TEST_CASE("R15: where it becomes designated the former one keeps the rest, gets the notice, and all sessions end") {
  const auto decision = confirm(confirming({designated}));
  REQUIRE(names_of(decision.changes) == "ConsumeLink PutAccount PutLink PutMailIntent AppendAudit");
  const auto& next = at<PutAccount>(decision.changes, 1).next;
  CHECK(entry(next, newer).purposes == PurposeSet{designated, notification});
  CHECK(entry(next, former).purposes == PurposeSet{sign_in});
  CHECK(next.epochs == Epochs{.sessions = 6, .links = 7, .devices = 7});
  const auto& link = at<PutLink>(decision.changes, 2);
  CHECK(link.purpose == LinkPurpose::revoke_address_change);
  CHECK(link.expected == 0);
  const auto& mail = at<PutMailIntent>(decision.changes, 3).mail;
  CHECK(mail.kind == MailKind::address_changed);
  CHECK(mail.to == former);
  CHECK(mail.parts.front().link->id == link.id);
  CHECK(!mail.parts.front().link->epoch);  // it outlives what happens to the account
  REQUIRE(next.revocable.size() == 1);
  CHECK(next.revocable.front().link == link.id);
  CHECK(next.revocable.front().former == former);
  CHECK(next.revocable.front().until == mail.give_up_at);
  CHECK(at<AppendAudit>(decision.changes, 4).event.kind == AuditKind::designated_changed);
  CHECK(std::get<AddressConfirmed>(decision.outcome).ended->event == SecurityEvent::designated_changed);
}

TEST_CASE("R15: a sixth change is refused and nothing used; a change whose time is over makes room") {
  auto facts = confirming({designated});
  for (std::uint8_t i = 0; i < revocable_changes_count_max; ++i) {
    facts.account->revocable.push_back({.link = id_of<LinkId>(i), .former = former, .until = noon + Duration(1)});
  }
  const auto refused = confirm(facts);
  CHECK(std::get<AddressRefused>(refused.outcome).reason == AddressRefusal::too_many_changes);
  REQUIRE(names_of(refused.changes) == "AppendAudit");
  CHECK(at<AppendAudit>(refused.changes, 0).event.reason == "too_many_changes");
  facts.account->revocable.front().until = noon;
  const auto done = confirm(facts);
  CHECK(at<PutAccount>(done.changes, 1).next.revocable.size() == revocable_changes_count_max);
}

TEST_CASE("S340: a link proves the address that it was sent to, of the entry that names its row, and no other") {
  auto facts = confirming({designated});
  const auto voided = [&] {
    const auto decision = confirm(facts);
    return names_of(decision.changes) == "AppendAudit" &&
           std::get<LinkRefused>(decision.outcome).verdict == LinkVerdict::voided;
  };
  SUBCASE("sent to another address") { facts.link->sent_to = address("victim@mail.example"); }
  SUBCASE("sent to an address of the account that names another row") { facts.link->sent_to = former; }
  SUBCASE("the entry names another row") { facts.account->addresses.back().confirmation = id_of<LinkId>(77); }
  SUBCASE("the entry waits for nothing") { facts.account->addresses.back().confirmation.reset(); }
  SUBCASE("the entry is gone") { facts.account->addresses.pop_back(); }
  SUBCASE("the links ended since") { ++facts.account->epochs.links; }
  SUBCASE("the account is suspended") { facts.account->status = AccountStatus::suspended; }
  SUBCASE("the organisation is suspended") { facts.organization->status = OrganizationStatus::suspended; }
  CHECK(voided());
}

TEST_CASE("R15: a link that confirms or revokes works once and until its end, and a row that is gone never") {
  auto facts = confirming({recovery});
  const auto verdict_at = [&](Instant now) { return judge_confirmation(ticket(), facts, now); };
  CHECK(verdict_at(facts.link->expires_at - Duration(1)) == LinkVerdict::good);
  CHECK(verdict_at(facts.link->expires_at) == LinkVerdict::expired);
  facts.link->used = 1;
  CHECK(verdict_at(noon) == LinkVerdict::used);
  facts.link.reset();
  CHECK(verdict_at(noon) == LinkVerdict::expired);
  CHECK(std::get<LinkRefused>(confirm(facts).outcome).verdict == LinkVerdict::expired);

  auto other = revoking();
  CHECK(judge_revocation(ticket(), other, noon) == LinkVerdict::good);
  CHECK(judge_revocation(ticket(), other, other.link->expires_at) == LinkVerdict::expired);
  other.link->used = 1;
  CHECK(judge_revocation(ticket(), other, noon) == LinkVerdict::used);
}

TEST_CASE("R15: a revoked change gives the account back: address, no password, nothing left of what came after") {
  const auto facts = revoking();
  auto reset = live_link();
  reset.id = id_of<LinkId>(33);
  reset.issued = 4;
  const auto decision = revoke(facts, reset);
  REQUIRE(names_of(decision.changes) == "ConsumeLink PutAccount PutLink PutMailIntent AppendAudit");
  const auto& next = at<PutAccount>(decision.changes, 1).next;
  CHECK(entry(next, former).purposes == PurposeSet{designated, sign_in});
  CHECK(entry(next, newer).purposes == PurposeSet{notification});
  CHECK(entry(next, newer).wanted == PurposeSet{});
  CHECK(!entry(next, newer).confirmation);
  CHECK(entry(next, address("thief@evil.example")).purposes == PurposeSet{});
  CHECK(designated_address(next) == former);
  CHECK(!next.password);
  CHECK(next.status == AccountStatus::active);
  CHECK(next.epochs == Epochs{.sessions = 6, .links = 7, .devices = 8});
  REQUIRE(next.revocable.size() == 1);  // the older change can still be revoked, the newer is gone with this one
  CHECK(next.revocable.front().link == id_of<LinkId>(20));
  CHECK(at<PutLink>(decision.changes, 2).id == reset.id);
  CHECK(at<PutLink>(decision.changes, 2).expected == 4);
  const auto& mail = at<PutMailIntent>(decision.changes, 3).mail;
  CHECK(mail.kind == MailKind::reset_password);
  CHECK(mail.to == former);
  CHECK(mail.parts.front().link->epoch == 7);
  CHECK(at<AppendAudit>(decision.changes, 4).event.kind == AuditKind::address_change_revoked);
  CHECK(std::get<AddressChangeRevoked>(decision.outcome).ended.event == SecurityEvent::address_change_revoked);
}

TEST_CASE("R15: the former address comes back also where it was removed, and where the account is full") {
  auto facts = revoking();
  std::erase_if(facts.account->addresses, [](const AccountAddress& each) { return each.address == former; });
  while (facts.account->addresses.size() < addresses_count_max) {
    facts.account->addresses.push_back(
        {.address = address(fmt::format("a{}@evil.example", facts.account->addresses.size())), .added_at = noon});
  }
  const auto decision = revoke(facts);
  const auto& next = at<PutAccount>(decision.changes, 1).next;
  CHECK(next.addresses.size() == addresses_count_max);
  CHECK(designated_address(next) == former);
  CHECK(entry(next, former).verified_at == noon);
  CHECK(std::ranges::count_if(next.addresses,
                              [](const AccountAddress& each) { return each.purposes.has(designated); }) == 1);
}

TEST_CASE("R15: a change that was revoked with an older one cannot be revoked; nor in a suspended account") {
  auto facts = revoking();
  SUBCASE("revoked already") { facts.account->revocable.resize(1, facts.account->revocable.front()); }
  SUBCASE("its time is over, whatever the row says") { facts.account->revocable[1].until = noon; }
  SUBCASE("sent to another address") { facts.link->sent_to = newer; }
  SUBCASE("suspended") { facts.account->status = AccountStatus::suspended; }
  SUBCASE("the organisation is suspended") { facts.organization->status = OrganizationStatus::suspended; }
  const auto decision = revoke(facts);
  CHECK(std::get<LinkRefused>(decision.outcome).verdict == LinkVerdict::voided);
  REQUIRE(names_of(decision.changes) == "AppendAudit");
  CHECK(at<AppendAudit>(decision.changes, 0).event.reason == "voided");
}

TEST_CASE("R15: a revocation asks nothing of epochs: it outlives a changed password and ended links") {
  auto facts = revoking();
  facts.account->epochs = {.sessions = 50, .links = 60, .devices = 70};
  CHECK(judge_revocation(ticket(), facts, noon) == LinkVerdict::good);
}
