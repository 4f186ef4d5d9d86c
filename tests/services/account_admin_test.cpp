#include <ostiary/services/account_admin.hpp>

#include <algorithm>

#include "services/world.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

// acme with an active manager and an active member, 201.
struct Office {
  World world;
  OrganizationCreated acme = world.found_active();
  AccountId member = world.add_active(acme.organization, "201");

  Version version(const AccountId& id) { return world.account(id).version; }
  AccountId invite(const std::string& extension) {
    return std::get<Invited>(
               world.organizations
                   .invite(
                       world.host(), acme.organization,
                       {.extension = extension, .display_name = "Ada", .email = "wrong" + extension + "@acme.example"})
                   .value())
        .account;
  }
  bool is_signed_in(const SignInSuccess& session) {
    return std::holds_alternative<SignedIn>(world.sessions.check(session.token.reveal()).value());
  }
};

template <class Expected>
bool is(const auto& outcome) {
  return std::holds_alternative<Expected>(outcome.value());
}

// The flaw of the one field that a change of addresses has.
std::error_code flaw_of(const auto& outcome) {
  const auto& refused = std::get<InputRefused>(outcome.value());
  REQUIRE(refused.flaws.size() == 1);
  CHECK(refused.flaws.front().field == "email");
  return refused.flaws.front().error;
}

}  // namespace

TEST_CASE("R29: an edit writes what the page shows, and the next search finds the new name") {
  Office office;
  auto& world = office.world;
  const auto manager = world.manager();
  const auto shown = office.version(office.member);
  const auto outcome =
      world.account_admin.edit(manager, office.member, shown, {.display_name = "Noé Tremblay", .locale = "fr"});
  CHECK(std::get<AccountEdited>(outcome.value()).current == office.version(office.member));
  CHECK(world.account(office.member).locale->tag() == "fr");
  const auto found = world.organizations.find_accounts(manager, office.acme.organization, {.text = "noe"}, {}).value();
  CHECK(std::get<Page<AccountEntry>>(found).records.size() == 1);
  // The page can go on with the version that it was told.
  CHECK(is<AccountEdited>(world.account_admin.edit(
      manager, office.member, std::get<AccountEdited>(outcome.value()).current, {.display_name = "Noé"})));
}

TEST_CASE("two managers edit one account: one sees what the other wrote, and nothing is lost") {
  Office office;
  auto& world = office.world;
  world.add_active(office.acme.organization, "101", Role::manager);
  const auto first = world.manager("100@acme");
  const auto second = world.manager("101@acme");
  const auto shown = office.version(office.member);
  CHECK(is<AccountEdited>(world.account_admin.edit(first, office.member, shown, {.display_name = "By the first"})));
  const auto late = world.account_admin.edit(second, office.member, shown, {.display_name = "By the second"});
  CHECK(std::get<Changed>(late.value()).current == office.version(office.member));
  CHECK(world.account(office.member).display_name == "By the first");
  CHECK(is<Changed>(world.account_admin.change_role(second, office.member, shown, Role::supervisor)));
  CHECK(is<Changed>(world.account_admin.remove(second, office.member, shown)));
  CHECK(is<Changed>(world.account_admin.add_address(second, office.member, shown, "new@acme.example")));
  CHECK(world.account(office.member).status == AccountStatus::active);
  CHECK(world.account(office.member).addresses.size() == 1);
}

TEST_CASE("flaws of an edit are told at once, to who still is an actor") {
  Office office;
  auto& world = office.world;
  const auto session = world.signed_in("100@acme");
  const auto manager = Actor::in_view(session.who, View::manage_organization).value();
  const auto edit = [&] {
    return world.account_admin.edit(manager, office.member, office.version(office.member),
                                    {.display_name = "", .locale = "??"});
  };
  CHECK(std::get<InputRefused>(edit().value()).flaws.size() == 2);
  REQUIRE(world.sessions.end(session.who, session.who.session()).has_value());
  CHECK(edit().error() == Errc::actor_revoked);
}

TEST_CASE("R40, R67, R68: a new role ends the sessions in which the old one was; a new sign-in has the new views") {
  Office office;
  auto& world = office.world;
  const auto session = world.signed_in("201@acme");
  const auto changed =
      world.account_admin.change_role(world.manager(), office.member, office.version(office.member), Role::manager);
  REQUIRE(is<RoleChanged>(changed));
  CHECK(!office.is_signed_in(session));
  CHECK(world.store.find_organization(office.acme.organization).value()->active_managers == 2);
  const auto promoted = world.manager("201@acme");
  // The new manager demotes the one who made them one; now they are the last, and stay.
  const auto& first = office.acme.manager.account;
  CHECK(is<RoleChanged>(world.account_admin.change_role(promoted, first, office.version(first), Role::member)));
  CHECK(is<LastManager>(
      world.account_admin.change_role(world.host(), office.member, office.version(office.member), Role::member)));
  CHECK(is<LastManager>(world.account_admin.remove(world.host(), office.member, office.version(office.member))));
  CHECK(is<LastManager>(world.organizations.suspend(world.host(), office.member)));
  CHECK(is<StandingUnchanged>(
      world.account_admin.change_role(world.host(), office.member, office.version(office.member), Role::manager)));
}

TEST_CASE("R75: a removed account is erased and gone; id and login name stay taken, and the audit keeps the id") {
  Office office;
  auto& world = office.world;
  const auto session = world.signed_in("201@acme");
  const auto address = designated_address(world.account(office.member));
  REQUIRE(is<ResetLinkQueued>(world.account_admin.send_reset_link(world.host(), office.member)));
  const auto mails = world.mailer.mails().size();
  REQUIRE(
      is<AccountRemoved>(world.account_admin.remove(world.manager(), office.member, office.version(office.member))));

  CHECK(!office.is_signed_in(session));
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("201@acme")));
  CHECK(world.store.list_sessions(office.member, {}).value().records.empty());
  CHECK(world.store.list_devices(office.member, {}).value().records.empty());
  CHECK(world.store.list_mails(office.member, {}).value().records.empty());
  CHECK(!world.store.find_link_of(office.member, LinkPurpose::setup).value());
  CHECK(!world.store.find_link_of(office.member, LinkPurpose::reset).value());
  CHECK(world.store.find_accounts_by_address(address, {}).value().records.empty());
  world.deliver();
  CHECK(world.mailer.mails().size() == mails + 1);  // the notice of the manager's own sign-in; nothing to the removed

  const auto rest = world.account(office.member);
  CHECK(rest.status == AccountStatus::removed);
  CHECK(rest.display_name.empty());
  const auto again = world.organizations.invite(
      world.host(), office.acme.organization, {.extension = "201", .display_name = "New", .email = "new@acme.example"});
  REQUIRE(is<InputRefused>(again));
  CHECK(std::get<InputRefused>(again.value()).flaws.front().error == Errc::already_taken);
  const auto kinds = world.kinds(office.acme.organization);
  CHECK(std::ranges::count(kinds, "account_removed") == 1);
}

TEST_CASE("R38: an address added to an invited account gets the welcome mail, and its link proves that one alone") {
  Office office;
  auto& world = office.world;
  const auto guest = office.invite("301");
  const auto first = world.deliver();
  const auto added =
      world.account_admin.add_address(world.manager(), guest, office.version(guest), "ada@home.example").value();
  REQUIRE(std::get<AddressAdded>(added).welcome_mail);
  const auto second = world.deliver();
  const auto mails = world.mailer.mails();
  CHECK(std::ranges::count(mails, "ada@home.example", [](const auto& mail) { return mail.to.as_typed(); }) == 1);
  CHECK(std::holds_alternative<LinkRefused>(world.redeem(first)));  // R24: superseded at the hand-over
  REQUIRE(std::holds_alternative<SetupCompleted>(world.redeem(second)));
  const auto account = world.account(guest);
  CHECK(!account.addresses[0].verified_at);
  CHECK(account.addresses[0].purposes == PurposeSet{AddressPurpose::designated});
  CHECK(account.addresses[1].verified_at);
  CHECK(account.addresses[1].purposes == PurposeSet{AddressPurpose::notification});
}

TEST_CASE("R15, R19: an address added to an active account gets no mail; malformed, double and foreign ones are told") {
  Office office;
  auto& world = office.world;
  world.deliver();
  const auto mails = world.mailer.mails().size();
  const auto manager = world.manager();
  world.deliver();
  const auto add = [&](std::string_view email) {
    return world.account_admin.add_address(manager, office.member, office.version(office.member), email);
  };
  CHECK(!std::get<AddressAdded>(add("voicemail@acme.example").value()).welcome_mail);
  world.deliver();
  CHECK(world.mailer.mails().size() == mails + 1);  // the manager's sign-in
  CHECK(flaw_of(add("no address")) == Errc::malformed_email_address);
  CHECK(flaw_of(add("VOICEMAIL@acme.example")) == Errc::already_taken);
  CHECK(world.account(office.member).addresses.size() == 2);
}

TEST_CASE("R15: a wrong designated address is replaced until setup is complete; what it got is worth nothing at once") {
  Office office;
  auto& world = office.world;
  const auto guest = office.invite("301");
  const auto strangers = world.deliver();
  const auto manager = world.manager();
  const auto replaced =
      world.account_admin.replace_designated(manager, guest, office.version(guest), "ada@acme.example");
  REQUIRE(is<DesignatedReplaced>(replaced));
  // Before the new mail has left:
  CHECK(std::get<LinkRefused>(world.redeem(strangers)).verdict == LinkVerdict::voided);
  CHECK(world.store.find_accounts_by_address(EmailAddress::parse("wrong301@acme.example").value(), {})
            .value()
            .records.empty());
  const auto token = world.deliver();
  REQUIRE(std::holds_alternative<SetupCompleted>(world.redeem(token)));
  const auto account = world.account(guest);
  REQUIRE(account.addresses.size() == 1);
  CHECK(account.addresses[0].address.as_typed() == "ada@acme.example");
  CHECK(account.addresses[0].verified_at);
  CHECK(account.addresses[0].purposes == PurposeSet{AddressPurpose::designated, AddressPurpose::sign_in});
  const auto late = world.account_admin.replace_designated(manager, guest, office.version(guest), "x@acme.example");
  CHECK(std::get<WrongStatus>(late.value()).status == AccountStatus::active);
  CHECK(flaw_of(world.account_admin.replace_designated(manager, office.invite("302"), 1, "x")) ==
        Errc::malformed_email_address);
}

TEST_CASE("S362: a manager signs somebody out everywhere; devices stay known, and a new sign-in works") {
  Office office;
  auto& world = office.world;
  const auto one = world.signed_in("201@acme");
  const auto two = world.signed_in("201@acme");
  const auto ended = world.account_admin.end_sessions(world.manager(), office.member);
  CHECK(std::get<Effects>(ended.value()).event == SecurityEvent::signed_out_everywhere);
  CHECK(!office.is_signed_in(one));
  CHECK(!office.is_signed_in(two));
  CHECK(office.is_signed_in(world.signed_in("201@acme")));
}

TEST_CASE("R68: 2 sessions, a pending link and a known device: each event of a manager's ends exactly its row") {
  struct Row {
    SecurityEvent event;
    std::function<void(Office&)> act;
  };
  const auto version = [](Office& office) { return office.version(office.member); };
  const Row rows[] = {
      {SecurityEvent::suspended,
       [](Office& o) { REQUIRE(is<Suspended>(o.world.organizations.suspend(o.world.host(), o.member))); }},
      {SecurityEvent::role_changed,
       [&](Office& o) {
         REQUIRE(is<RoleChanged>(
             o.world.account_admin.change_role(o.world.host(), o.member, version(o), Role::supervisor)));
       }},
      {SecurityEvent::removed,
       [&](Office& o) {
         REQUIRE(is<AccountRemoved>(o.world.account_admin.remove(o.world.host(), o.member, version(o))));
       }},
      {SecurityEvent::temporary_password_set,
       [](Office& o) {
         REQUIRE(is<TemporaryPasswordSet>(o.world.account_admin.set_temporary_password(
             o.world.host(), o.member,
             {.password = SecretString("Lake-Huron-88"), .confirmation = SecretString("Lake-Huron-88")})));
       }},
      {SecurityEvent::signed_out_everywhere,
       [](Office& o) { REQUIRE(is<Effects>(o.world.account_admin.end_sessions(o.world.host(), o.member))); }},
  };
  for (const Row& row : rows) {
    CAPTURE(static_cast<int>(row.event));
    Office office;
    auto& world = office.world;
    const auto one = world.signed_in("201@acme");
    const auto two = world.signed_in("201@acme");
    REQUIRE(is<ResetLinkQueued>(world.account_admin.send_reset_link(world.host(), office.member)));
    world.deliver();
    const auto link = world.store.find_link_of(office.member, LinkPurpose::reset).value().value();
    const auto device = world.store.list_devices(office.member, {}).value().records.front();
    const LinkTicket ticket{.id = link.id, .generation = link.live};
    REQUIRE(judge_link(ticket, link, world.account(office.member), world.clock.now()) == LinkVerdict::good);
    row.act(office);
    const auto& effects = effects_of(row.event);
    CHECK(office.is_signed_in(one) == (effects.other_sessions == Effect::stays));
    CHECK(office.is_signed_in(two) == (effects.other_sessions == Effect::stays));
    const auto account = world.account(office.member);
    const auto stored = world.store.find_link(link.id).value();
    CHECK((judge_link(ticket, stored, account, world.clock.now()) == LinkVerdict::good) ==
          (effects.pending_links == Effect::stays));
    const auto known = world.store.find_device(device.id).value();
    CHECK(is_known_device(known, account, world.clock.now()) == (effects.remembered_devices == Effect::stays));
  }
}
