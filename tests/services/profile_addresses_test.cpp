#include <algorithm>

#include "services/profile_world.hpp"

using namespace ostiary;
using namespace ostiary::test;
using enum AddressPurpose;

namespace {

const std::string home = "mara@acme.example";
const std::string second = "second@acme.example";
const std::string third = "third@acme.example";

EmailAddress address(std::string_view text) { return EmailAddress::parse(text).value(); }

AccountAddress entry_of(ProfileWorld& world, std::string_view wanted) {
  const auto account = world.own();
  const auto found = std::ranges::find(account.addresses, address(wanted), &AccountAddress::address);
  REQUIRE(found != account.addresses.end());
  return *found;
}

AddressRefusal refused(const AddressOutcome& outcome) {
  const auto* const it = std::get_if<AddressRefused>(&outcome);
  return it == nullptr ? AddressRefusal{} : it->reason;
}

bool saved(const AddressOutcome& outcome) { return std::holds_alternative<AddressSaved>(outcome); }

CurrentPasswordRefusal unproved(const AddressOutcome& outcome) {
  const auto* const it = std::get_if<CurrentPasswordRefused>(&outcome);
  return it == nullptr ? CurrentPasswordRefusal{} : it->reason;
}

}  // namespace

TEST_CASE("R16, R19, S296: an address has nothing until its link is followed; looking at the link uses nothing up") {
  ProfileWorld world;
  const auto owner = world.owner();
  REQUIRE(saved(world.profile.add_address(owner, ProfileWorld::entry(second, {notification})).value()));
  CHECK(entry_of(world, second).purposes == PurposeSet{});
  const auto token = world.token_to(second);
  const auto before = world.memory.dump();
  for (int i = 0; i < 20; ++i) {
    const auto page = std::get<AddressLinkPage>(world.profile.inspect_address_link(token).value());
    CHECK(page.address == address(second));
    CHECK(page.login_name == "100@acme");
    CHECK(page.wanted == PurposeSet{notification});
  }
  CHECK(world.memory.dump() == before);
  const auto outcome = world.profile.confirm_address(token, client()).value();
  REQUIRE(std::holds_alternative<AddressConfirmed>(outcome));
  CHECK(!std::get<AddressConfirmed>(outcome).ended);
  CHECK(entry_of(world, second).purposes == PurposeSet{notification});
  CHECK(entry_of(world, second).verified_at == world.clock.now());
  CHECK(refusal_of(world.profile.inspect_address_link(token).value()) == LinkVerdict::used);
  CHECK(refusal_of(world.profile.confirm_address(token, client()).value()) == LinkVerdict::used);
  CHECK(world.has_event("address_refused:used"));
}

TEST_CASE("R19, S339: more than notification needs the current password, and a right one") {
  ProfileWorld world;
  const auto owner = world.owner();
  for (const auto purposes : {PurposeSet{recovery}, PurposeSet{sign_in}, PurposeSet{designated}}) {
    const auto add = [&](const std::string& password) {
      return world.profile.add_address(owner, ProfileWorld::entry(second, purposes, password)).value();
    };
    CHECK(unproved(add("")) == CurrentPasswordRefusal::required);
    CHECK(unproved(add("Wrong-Lake-77")) == CurrentPasswordRefusal::wrong);
  }
  CHECK(world.own().addresses.size() == 1);
  CHECK(world.has_event("operation_refused:add_address:wrong_password"));
  CHECK(world.mails_to(second, MailKind::confirm_address) == 0);
  CHECK(saved(world.profile.add_address(owner, ProfileWorld::entry(second, {recovery}, good_password)).value()));
}

TEST_CASE("S331: an address that is not verified gets no reset link, whatever was asked for it") {
  ProfileWorld world;
  const auto owner = world.owner();
  REQUIRE(saved(world.profile.add_address(owner, ProfileWorld::entry(second, {recovery}, good_password)).value()));
  CHECK(!entry_of(world, second).purposes.has(recovery));
  CHECK(!entry_of(world, second).verified_at);
  REQUIRE(std::holds_alternative<AddressConfirmed>(world.confirm(second)));
  CHECK(entry_of(world, second).purposes.has(recovery));
}

TEST_CASE("S332, S333, S337: what is no address is refused; another case is the same one, a tag another") {
  ProfileWorld world;
  const auto owner = world.owner();
  const auto add = [&](std::string_view typed) {
    return world.profile.add_address(owner, ProfileWorld::entry(typed, {notification})).value();
  };
  for (const auto* const typed : {"", "x", "a@b", "a b@acme.example", "mara@acme.example\r\nBcc: x@evil.example",
                                  "mar\xc4\xb1@acme.example", "=?utf-8?q?x?=@acme.example"}) {
    CHECK(refused(add(typed)) == AddressRefusal::malformed);
  }
  CHECK(refused(add("MARA@Acme.Example")) == AddressRefusal::present);
  CHECK(saved(add("mara+x@acme.example")));
}

TEST_CASE("R71: a forged token about an address makes no store call, and no token serves another purpose") {
  ProfileWorld world;
  const auto owner = world.owner();
  REQUIRE(saved(world.profile.add_address(owner, ProfileWorld::entry(second, {notification})).value()));
  const auto token = world.token_to(second);
  auto forged = token;
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  const auto calls = world.memory.calls();
  for (const auto& each : std::vector<std::string>{"", "x", forged}) {
    CHECK(world.profile.inspect_address_link(each).error() == Errc::malformed_token);
    CHECK(world.profile.confirm_address(each, client()).error() == Errc::malformed_token);
    CHECK(world.profile.revoke_address_change(each, client()).error() == Errc::malformed_token);
  }
  CHECK(world.profile.inspect_address_change(token).error() == Errc::malformed_token);
  CHECK(world.profile.revoke_address_change(token, client()).error() == Errc::malformed_token);
  CHECK(world.memory.calls() == calls);
}

TEST_CASE("R70, S328: mails to an address are limited, and a refused one writes nothing") {
  Policies policies;
  policies.budgets.mail_per_address = {.count = 2, .window = std::chrono::hours(1)};
  ProfileWorld world(policies);
  const auto owner = world.owner();
  REQUIRE(saved(world.profile.add_address(owner, ProfileWorld::entry(second, {notification})).value()));
  REQUIRE(saved(world.profile.send_confirmation(owner, ProfileWorld::entry(second)).value()));
  const auto version = world.own().version;
  CHECK(std::holds_alternative<Throttled>(world.profile.send_confirmation(owner, ProfileWorld::entry(second)).value()));
  CHECK(world.own().version == version);
  // A wrong password, and what is refused anyway, spend none of another address's.
  for (int i = 0; i < 3; ++i) {
    CHECK(unproved(world.profile.add_address(owner, ProfileWorld::entry(third, {recovery}, "Wrong-1x")).value()) ==
          CurrentPasswordRefusal::wrong);
    CHECK(refused(world.profile.send_confirmation(owner, ProfileWorld::entry(third)).value()) ==
          AddressRefusal::unknown);
  }
  CHECK(saved(world.profile.add_address(owner, ProfileWorld::entry(third, {notification})).value()));
}

TEST_CASE("R70: following links is limited per network") {
  Policies policies;
  policies.budgets.link_per_network = {.count = 3, .window = std::chrono::hours(1)};
  ProfileWorld world(policies);
  const auto owner = world.owner();
  REQUIRE(saved(world.profile.add_address(owner, ProfileWorld::entry(second, {notification})).value()));
  const auto token = world.token_to(second);
  for (int i = 0; i < 2; ++i) {  // the setup took one
    CHECK(!std::holds_alternative<Throttled>(world.profile.confirm_address(token, client()).value()));
  }
  CHECK(std::holds_alternative<Throttled>(world.profile.confirm_address(token, client()).value()));
}

TEST_CASE("S300: a link that is sent again takes the older one's place when it is handed over, not before") {
  ProfileWorld world;
  const auto owner = world.owner();
  REQUIRE(saved(world.profile.add_address(owner, ProfileWorld::entry(second, {notification})).value()));
  const auto older = world.token_to(second);
  REQUIRE(saved(world.profile.send_confirmation(owner, ProfileWorld::entry(second)).value()));
  CHECK(std::holds_alternative<AddressLinkPage>(world.profile.inspect_address_link(older).value()));
  const auto newer = world.token_to(second);
  CHECK(newer != older);
  CHECK(refusal_of(world.profile.confirm_address(older, client()).value()) == LinkVerdict::superseded);
  CHECK(std::holds_alternative<AddressConfirmed>(world.profile.confirm_address(newer, client()).value()));
  CHECK(refused(world.profile.send_confirmation(owner, ProfileWorld::entry(second)).value()) ==
        AddressRefusal::nothing_to_confirm);
}

TEST_CASE("R15: an address is designated once its link is followed; the former one keeps the rest and is told") {
  ProfileWorld world;
  world.give(second, {notification});
  const auto session = world.signed_in("100@acme");
  REQUIRE(unproved(world.profile.request_designated(session.who, ProfileWorld::entry(second)).value()) ==
          CurrentPasswordRefusal::required);
  REQUIRE(saved(world.profile.request_designated(session.who, ProfileWorld::entry(second, {}, good_password)).value()));
  CHECK(designated_address(world.own()) == address(home));
  CHECK(world.is_live(session));
  const auto outcome = world.confirm(second);
  REQUIRE(std::holds_alternative<AddressConfirmed>(outcome));
  CHECK(std::get<AddressConfirmed>(outcome).ended->event == SecurityEvent::designated_changed);
  CHECK(designated_address(world.own()) == address(second));
  CHECK(entry_of(world, home).purposes == PurposeSet{sign_in});
  CHECK(!world.is_live(session));
  CHECK(world.mails_to(home, MailKind::address_changed) == 1);
  CHECK(world.has_event("designated_changed"));
  const auto owner = world.owner();
  CHECK(refused(world.profile.request_designated(owner, ProfileWorld::entry(second, {}, good_password)).value()) ==
        AddressRefusal::designated);
}

TEST_CASE("S340: of two changes at once each link confirms its own address, and the newest wish is designated") {
  ProfileWorld world;
  const auto owner = world.owner();
  REQUIRE(saved(world.profile.add_address(owner, ProfileWorld::entry(second, {designated}, good_password)).value()));
  REQUIRE(saved(world.profile.add_address(owner, ProfileWorld::entry(third, {designated}, good_password)).value()));
  const auto to_second = world.token_to(second);
  const auto to_third = world.token_to(third);
  REQUIRE(std::get<AddressConfirmed>(world.profile.confirm_address(to_second, client()).value()).address ==
          address(second));
  CHECK(designated_address(world.own()) == address(home));
  CHECK(!entry_of(world, third).verified_at);
  REQUIRE(std::get<AddressConfirmed>(world.profile.confirm_address(to_third, client()).value()).address ==
          address(third));
  CHECK(designated_address(world.own()) == address(third));
}

TEST_CASE("S340: the link of an address that was removed confirms nothing, also where it was added again") {
  ProfileWorld world;
  const auto owner = world.owner();
  REQUIRE(saved(world.profile.add_address(owner, ProfileWorld::entry(second, {notification})).value()));
  const auto older = world.token_to(second);
  REQUIRE(saved(world.profile.remove_address(owner, ProfileWorld::entry(second)).value()));
  CHECK(refusal_of(world.profile.confirm_address(older, client()).value()) == LinkVerdict::voided);
  REQUIRE(saved(world.profile.add_address(owner, ProfileWorld::entry(second, {notification})).value()));
  CHECK(refusal_of(world.profile.confirm_address(older, client()).value()) == LinkVerdict::voided);
  CHECK(std::holds_alternative<AddressConfirmed>(world.confirm(second)));
}

TEST_CASE("R15, S339: a reset that was mailed to the old address is void once the new one is designated") {
  ProfileWorld world;
  const auto forget = [&](const std::string& typed) {
    REQUIRE(world.recovery.request({.kind = RecoveryKind::reset_password, .address = typed, .client = client()})
                .has_value());
  };
  forget(home);
  const auto reset = world.token_to(home);
  REQUIRE(std::holds_alternative<ResetPage>(world.recovery.inspect(reset).value()));
  const auto owner = world.owner();
  REQUIRE(saved(world.profile.add_address(owner, ProfileWorld::entry(second, {designated}, good_password)).value()));
  const auto token = world.token_to(second);
  CHECK(std::holds_alternative<ResetPage>(world.recovery.inspect(reset).value()));
  world.put_link(MailKind::reset_password, LinkPurpose::reset);  // queued, not handed over yet
  REQUIRE(std::holds_alternative<AddressConfirmed>(world.profile.confirm_address(token, client()).value()));
  CHECK(refusal_of(world.recovery.inspect(reset).value()) == LinkVerdict::voided);
  CHECK(refusal_of(world.reset(reset, "Lake-Ontario-8")) == LinkVerdict::voided);
  const auto mails = static_cast<std::ptrdiff_t>(world.mailer.mails().size());
  world.token_to(home);
  // Of what was due only the notice went to the old address: the reset that was queued was dropped.
  const auto sent = world.mailer.mails();
  CHECK(std::ranges::count(sent.begin() + mails, sent.end(), address(home), &OutgoingMail::to) == 1);
  const auto before = world.mails_to(home, MailKind::reset_password);
  forget(home);
  world.token_to(home);
  CHECK(world.mails_to(home, MailKind::reset_password) == before);
  forget(second);
  CHECK(std::holds_alternative<ResetCompleted>(world.reset(world.token_to(second), "Lake-Ontario-8")));
}

TEST_CASE("R15, R33: a reset by whoever took the address over is told to the owner's former address too") {
  ProfileWorld world;
  world.move_to(second);
  world.token_to(home);
  world.put_link(MailKind::reset_password, LinkPurpose::reset);
  REQUIRE(std::holds_alternative<ResetCompleted>(world.reset(world.token_to(second), "Lake-Ontario-8")));
  CHECK(world.mails_to(second, MailKind::password_changed) == 1);
  CHECK(world.mails_to(home, MailKind::password_changed) == 1);
}

TEST_CASE("R19: purposes are given and taken by the owner, the serious ones with the password; a link may end") {
  ProfileWorld world;
  world.give(second, {notification});
  const auto owner = world.owner();
  const auto set = [&](PurposeSet purposes, const std::string& password = "") {
    return world.profile.set_purposes(owner, ProfileWorld::entry(second, purposes, password)).value();
  };
  CHECK(unproved(set({recovery})) == CurrentPasswordRefusal::required);
  CHECK(unproved(set({recovery}, "Wrong-Lake-77")) == CurrentPasswordRefusal::wrong);
  CHECK(entry_of(world, second).purposes == PurposeSet{notification});
  const auto given = set({recovery}, good_password);
  REQUIRE(saved(given));
  CHECK(std::get<AddressSaved>(given).ended->event == SecurityEvent::address_purposes_changed);
  CHECK(entry_of(world, second).purposes == PurposeSet{recovery});
  CHECK(unproved(set({})) == CurrentPasswordRefusal::required);
  CHECK(saved(set({recovery, notification})));
  CHECK(refused(set({designated}, good_password)) == AddressRefusal::purposes_not_allowed);
}

TEST_CASE("R19: an address is removed, the serious one with the password, the designated one never") {
  ProfileWorld world;
  world.give(second, {recovery});
  world.give(third, {notification});
  const auto owner = world.owner();
  const auto remove = [&](const std::string& typed, const std::string& password = "") {
    return world.profile.remove_address(owner, ProfileWorld::entry(typed, {}, password)).value();
  };
  CHECK(unproved(remove(second)) == CurrentPasswordRefusal::required);
  CHECK(saved(remove(second, good_password)));
  CHECK(saved(remove(third)));
  CHECK(refused(remove(third)) == AddressRefusal::unknown);
  CHECK(refused(remove(home, good_password)) == AddressRefusal::designated);
  CHECK(world.own().addresses.size() == 1);
}

TEST_CASE("R15: a session thief changes address and password, and the owner's notice takes the account back") {
  ProfileWorld world;
  const auto thief = world.signed_in("100@acme");
  const std::string thief_password = "Other-River-55";
  REQUIRE(
      saved(world.profile.add_address(thief.who, ProfileWorld::entry("thief@evil.example", {designated}, good_password))
                .value()));
  REQUIRE(std::holds_alternative<AddressConfirmed>(world.confirm("thief@evil.example")));
  const auto again = world.signed_in("100@acme");
  REQUIRE(std::holds_alternative<PasswordChanged>(world.change_password(again.who, good_password, thief_password)));
  // The owner hears of both, though the account's mails go to the thief now.
  CHECK(world.mails_to(home, MailKind::address_changed) == 1);
  CHECK(world.mails_to(home, MailKind::password_changed) == 1);
  // The thief covers the tracks: removes the old address, moves on, asks for a reset, leaves a wish behind.
  const auto who = std::get<SignedIn>(world.sessions.check(again.token.reveal()).value());
  REQUIRE(saved(world.profile.remove_address(who, ProfileWorld::entry(home, {}, thief_password)).value()));
  world.move_to("other@evil.example", thief_password);
  world.put_link(MailKind::reset_password, LinkPurpose::reset);
  const auto thief_reset = world.token_to("other@evil.example");
  REQUIRE(world.verdict_of(LinkPurpose::reset, thief_reset) == LinkVerdict::good);
  const auto last = world.signed_in("100@acme", thief_password);
  REQUIRE(
      saved(world.profile.request_designated(last.who, ProfileWorld::entry("thief@evil.example", {}, thief_password))
                .value()));
  const auto thief_wish = world.token_to("thief@evil.example");
  const auto thief_revocation = world.token_to("thief@evil.example");

  const auto notice = world.token_to(home);
  const auto page = std::get<AddressLinkPage>(world.profile.inspect_address_change(notice).value());
  CHECK(page.address == address(home));
  const auto outcome = world.profile.revoke_address_change(notice, client("198.51.100.7")).value();
  REQUIRE(std::holds_alternative<AddressChangeRevoked>(outcome));
  CHECK(std::get<AddressChangeRevoked>(outcome).designated == address(home));
  CHECK(designated_address(world.own()) == address(home));
  CHECK(!world.is_live(last));
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("100@acme", thief_password)));
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("100@acme", good_password)));
  CHECK(world.verdict_of(LinkPurpose::reset, thief_reset) == LinkVerdict::voided);
  CHECK(refusal_of(world.profile.confirm_address(thief_wish, client()).value()) == LinkVerdict::voided);
  CHECK(thief_revocation == thief_wish);
  for (const auto& each : world.own().addresses) {
    CHECK((each.address == address(home) || each.purposes == PurposeSet{}));
    CHECK(each.wanted == PurposeSet{});
  }
  CHECK(world.mails_to(home, MailKind::reset_password) == 1);
  REQUIRE(std::holds_alternative<ResetCompleted>(world.reset(world.token_to(home), "Owner-Again-77")));
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme", "Owner-Again-77")));
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("100@acme", thief_password)));
  CHECK(refusal_of(world.profile.revoke_address_change(notice, client()).value()) == LinkVerdict::used);
  CHECK(refusal_of(world.profile.inspect_address_change(notice).value()) == LinkVerdict::used);
}

TEST_CASE("R15: revoking an older change revokes the newer ones; revoking a newer one leaves the older revocable") {
  ProfileWorld world;
  world.move_to(second);
  const auto first_notice = world.token_to(home);
  world.move_to(third);
  const auto second_notice = world.token_to(second);
  REQUIRE(world.own().revocable.size() == 2);
  SUBCASE("the older one") {
    REQUIRE(std::holds_alternative<AddressChangeRevoked>(
        world.profile.revoke_address_change(first_notice, client()).value()));
    CHECK(refusal_of(world.profile.revoke_address_change(second_notice, client()).value()) == LinkVerdict::voided);
    CHECK(designated_address(world.own()) == address(home));
    CHECK(world.own().revocable.empty());
  }
  SUBCASE("the newer one, then the older") {
    REQUIRE(std::holds_alternative<AddressChangeRevoked>(
        world.profile.revoke_address_change(second_notice, client()).value()));
    CHECK(designated_address(world.own()) == address(second));
    REQUIRE(std::holds_alternative<AddressChangeRevoked>(
        world.profile.revoke_address_change(first_notice, client()).value()));
    CHECK(designated_address(world.own()) == address(home));
  }
}

TEST_CASE("R15: the notice's link works for 72 hours from its hand-over, to the millisecond") {
  ProfileWorld world;
  world.move_to(second);
  world.clock.advance(std::chrono::hours(20));  // a queue's delay costs the owner nothing
  const auto notice = world.token_to(home);
  const auto now = world.clock.now();
  world.clock.advance(world.env.policies.mail.lease + std::chrono::hours(72) - Duration(1));
  CHECK(std::holds_alternative<AddressLinkPage>(world.profile.inspect_address_change(notice).value()));
  SUBCASE("the last millisecond still revokes") {
    CHECK(std::holds_alternative<AddressChangeRevoked>(world.profile.revoke_address_change(notice, client()).value()));
  }
  SUBCASE("then it is over") {
    world.clock.set(now + world.env.policies.mail.lease + std::chrono::hours(72));
    CHECK(refusal_of(world.profile.inspect_address_change(notice).value()) == LinkVerdict::expired);
    CHECK(refusal_of(world.profile.revoke_address_change(notice, client()).value()) == LinkVerdict::expired);
    CHECK(designated_address(world.own()) == address(second));
  }
}

TEST_CASE("R15: the sixth change at a time is refused, and the first can still be revoked") {
  ProfileWorld world;
  world.move_to("n1@acme.example");
  const auto first_notice = world.token_to(home);
  for (const auto* const next : {"n2@acme.example", "n3@acme.example", "n4@acme.example", "n5@acme.example"}) {
    world.move_to(next);
  }
  const auto owner = world.owner();
  CHECK(refused(world.profile.add_address(owner, ProfileWorld::entry(second, {designated}, good_password)).value()) ==
        AddressRefusal::too_many_changes);
  CHECK(refused(world.profile.request_designated(owner, ProfileWorld::entry(home, {}, good_password)).value()) ==
        AddressRefusal::too_many_changes);
  CHECK(std::holds_alternative<AddressChangeRevoked>(
      world.profile.revoke_address_change(first_notice, client()).value()));
}

TEST_CASE("R15, R71: an account without a password refuses every sign-in like a wrong password; its PIN goes on") {
  ProfileWorld world;
  const auto wrong_verifies = [&] {
    const int before = world.hasher.verifies;
    CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("100@acme", "Wrong-Lake-77")));
    return world.hasher.verifies - before;
  };
  const int usual = wrong_verifies();
  world.move_to(second);
  REQUIRE(std::holds_alternative<AddressChangeRevoked>(
      world.profile.revoke_address_change(world.token_to(home), client()).value()));
  REQUIRE(!world.own().password);
  CHECK(wrong_verifies() == usual);
  CHECK(world.has_event("sign_in_refused:no_password"));
  CHECK(std::get<PinCheck>(world.credentials.check_pin(world.host(), world.owner_id, SecretString(good_pin)).value()) ==
        PinCheck::accepted);
}

TEST_CASE("R15: a suspension does not keep the address from its owner: the notice's link works, and nobody is let in") {
  ProfileWorld world;
  world.move_to(second);
  const auto notice = world.token_to(home);
  world.alter(world.owner_id, [](Account& account) { account.status = AccountStatus::suspended; });
  CHECK(std::holds_alternative<AddressChangeRevoked>(world.profile.revoke_address_change(notice, client()).value()));
  CHECK(world.own().status == AccountStatus::suspended);
  CHECK(designated_address(world.own()).as_typed() == home);
}
