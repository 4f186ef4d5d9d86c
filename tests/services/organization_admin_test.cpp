#include <ostiary/services/organization_admin.hpp>

#include <algorithm>

#include "services/world.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

NewAccount member(const std::string& extension) {
  return {.extension = extension, .display_name = "No\xc3\xa9 Tremblay", .email = "noe@acme.example"};
}

template <class Outcome>
Permission refusal_of(const Outcome& outcome) {
  const auto* const refused = std::get_if<OperationRefused>(&outcome);
  return refused == nullptr ? Permission::allowed : refused->reason;
}

std::vector<std::string> fields_of(const InviteOutcome& outcome) {
  std::vector<std::string> fields;
  if (const auto* const refused = std::get_if<InputRefused>(&outcome)) {
    for (const auto& flaw : refused->flaws) {
      fields.emplace_back(flaw.field);
    }
  }
  return fields;
}

}  // namespace

TEST_CASE("R20, R28: a manager invites an account in their own organisation") {
  World world;
  const auto acme = world.found_active();
  const auto outcome = world.organizations.invite(world.manager(), acme.organization, member("201")).value();
  REQUIRE(std::holds_alternative<Invited>(outcome));
  const auto& invited = std::get<Invited>(outcome);
  CHECK(invited.login.as_typed() == "201@acme");
  const auto account = world.account(invited.account);
  CHECK(account.status == AccountStatus::invited);
  CHECK(!account.password);
  CHECK(account.role == Role::member);
  // R19: what a manager gives is designated and unverified; it opens nothing until setup.
  CHECK(account.addresses.front().purposes == PurposeSet{AddressPurpose::designated});
  CHECK(!account.addresses.front().verified_at);
}

TEST_CASE("R28, R40, R67: a member, a supervisor, and a manager in the wrong view may not invite") {
  World world;
  const auto acme = world.found_active();
  world.add_active(acme.organization, "300", Role::supervisor);
  world.add_active(acme.organization, "301", Role::member);
  const auto member_actor = Actor::in_view(world.signed_in("301@acme").who, View::my_account).value();
  const auto supervisor = Actor::in_view(world.signed_in("300@acme").who, View::call_centre).value();
  const auto at_home = Actor::in_view(world.signed_in("100@acme").who, View::my_account).value();
  CHECK(!Actor::in_view(world.signed_in("301@acme").who, View::manage_organization));
  const auto try_it = [&](const Actor& actor) {
    return refusal_of(world.organizations.invite(actor, acme.organization, member("201")).value());
  };
  CHECK(try_it(member_actor) == Permission::role_too_low);
  CHECK(try_it(supervisor) == Permission::role_too_low);
  CHECK(try_it(at_home) == Permission::wrong_view);
  CHECK(!world.store.find_account_by_login(LoginName::parse("201@acme").value()).value());
  CHECK(std::ranges::count(world.kinds(acme.organization), "operation_refused:invite_account:wrong_view") == 1);
}

TEST_CASE("R30: another organisation's account is answered and audited as one that does not exist") {
  World world;
  const auto acme = world.found_active("acme");
  const auto birch = world.found_active("birch");
  const auto manager = world.manager("100@acme");
  const auto foreign = world.organizations.send_welcome_mail(manager, birch.manager.account).value();
  world.clock.advance(std::chrono::milliseconds(1));  // so that the events are in this order
  const auto nobody = world.organizations.send_welcome_mail(manager, AccountId::make(world.clock.now(), {})).value();
  CHECK(refusal_of(foreign) == Permission::not_found);
  CHECK(refusal_of(nobody) == Permission::not_found);
  world.clock.advance(std::chrono::milliseconds(1));
  CHECK(refusal_of(world.organizations.invite(manager, birch.organization, member("201")).value()) ==
        Permission::not_found);
  const auto rows = world.store.list_audit(acme.organization, {.limit = 500}).value().records;
  std::vector<AuditEvent> refusals;
  for (const auto& row : rows) {
    if (row.event.kind == AuditKind::operation_refused) {
      refusals.push_back(row.event);
    }
  }
  REQUIRE(refusals.size() == 3);
  CHECK(refusals[0].reason == refusals[1].reason);
  CHECK(refusals[0].subject == refusals[1].subject);
  CHECK(world.kinds(birch.organization).size() == 5);  // its founding, delivery and setup; nothing of the attempt
}

TEST_CASE("R67: support staff and the host cross organisations, with their name and reason in the audit") {
  World world;
  const auto acme = world.found_active();
  const auto staff = Actor::staff("sam", "ticket 4711").value();
  REQUIRE(std::holds_alternative<Invited>(world.organizations.invite(staff, acme.organization, member("201")).value()));
  const auto rows = world.store.list_audit(acme.organization, {.limit = 500}).value().records;
  const auto by_sam = [](const AuditRow& row) {
    return row.event.actor_name == "sam" && row.event.actor_reason == "ticket 4711";
  };
  CHECK(std::ranges::count_if(rows, by_sam) == 2);
  CHECK(!Actor::staff("sam", "").has_value());
  CHECK(!Actor::staff("", "ticket").has_value());
  CHECK(!Actor::host("a\nb").has_value());
}

TEST_CASE("R67: founding an organisation is for staff and host, not for a manager") {
  World world;
  world.found_active();
  const NewOrganization request{.domain = "birch", .name = "Birch", .manager = member("100")};
  CHECK(refusal_of(world.organizations.create_organization(world.manager(), request).value()) ==
        Permission::role_too_low);
  CHECK(std::holds_alternative<OrganizationCreated>(
      world.organizations.create_organization(world.host(), request).value()));
}

TEST_CASE("R12: a login name is unique in its organisation, without case; another organisation may have it too") {
  World world;
  const auto acme = world.found_active("acme");
  const auto birch = world.found_active("birch");
  REQUIRE(std::holds_alternative<Invited>(
      world.organizations.invite(world.host(), acme.organization, member("201")).value()));
  CHECK(fields_of(world.organizations.invite(world.host(), acme.organization, member("201")).value()) ==
        std::vector<std::string>{"extension"});
  CHECK(std::holds_alternative<Invited>(
      world.organizations.invite(world.host(), birch.organization, member("201")).value()));
  const auto again =
      world.organizations.create_organization(world.host(), {.domain = "ACME", .name = "Acme", .manager = member("1")})
          .value();
  REQUIRE(std::holds_alternative<InputRefused>(again));
  CHECK(std::get<InputRefused>(again).flaws.front().field == "domain");
  CHECK(std::get<InputRefused>(again).flaws.front().error == Errc::already_taken);
}

TEST_CASE("R17: one address may belong to many accounts") {
  World world;
  const auto acme = world.found_active();
  for (const auto* const extension : {"201", "202", "203"}) {
    CHECK(std::holds_alternative<Invited>(
        world.organizations.invite(world.host(), acme.organization, member(extension)).value()));
  }
  const auto found = world.store.find_accounts_by_address(EmailAddress::parse("NOE@acme.example").value(), {}).value();
  CHECK(found.records.size() == 3);
}

TEST_CASE("Every flaw of a request is told at once, by field") {
  World world;
  const auto acme = world.found_active();
  const auto outcome = world.organizations
                           .invite(world.host(), acme.organization,
                                   {.extension = "two", .display_name = "", .email = "no address", .locale = "??"})
                           .value();
  CHECK(fields_of(outcome) == std::vector<std::string>{"extension", "display_name", "email", "locale"});
}

TEST_CASE("R24, R25: a completed account is skipped with that reason, and a suspended one with its own") {
  World world;
  const auto acme = world.found_active();
  const auto done = world.organizations.send_welcome_mail(world.host(), acme.manager.account).value();
  REQUIRE(std::holds_alternative<WelcomeSkipped>(done));
  CHECK(std::get<WelcomeSkipped>(done).reason == WelcomeSkip::setup_complete);
  world.alter(acme.manager.account, [](Account& account) { account.status = AccountStatus::suspended; });
  const auto suspended = world.organizations.send_welcome_mail(world.host(), acme.manager.account).value();
  CHECK(std::get<WelcomeSkipped>(suspended).reason == WelcomeSkip::suspended);
}

TEST_CASE("R67: a manager whose session ended, or who is demoted, can do nothing more with an old proof") {
  World world;
  const auto acme = world.found_active();
  const auto session = world.signed_in("100@acme");
  const auto manager = Actor::in_view(session.who, View::manage_organization).value();
  SUBCASE("ended") { REQUIRE(world.sessions.end(session.who, session.who.session()).has_value()); }
  SUBCASE("demoted") {
    world.alter(acme.manager.account, [](Account& account) { account.role = Role::member; });
  }
  SUBCASE("suspended") {
    world.alter(acme.manager.account, [](Account& account) { account.status = AccountStatus::suspended; });
  }
  const auto outcome = world.organizations.invite(manager, acme.organization, member("201"));
  REQUIRE(!outcome.has_value());
  CHECK(outcome.error() == Errc::actor_revoked);
  CHECK(!world.store.find_account_by_login(LoginName::parse("201@acme").value()).value());
}

TEST_CASE("S328: welcome mails to one address are limited, and a refused one writes nothing") {
  World world;
  const auto acme = world.found_active();
  int invited = 0;
  for (int i = 0; i < 20; ++i) {
    const auto outcome =
        world.organizations.invite(world.host(), acme.organization, member(std::to_string(200 + i))).value();
    invited += std::holds_alternative<Invited>(outcome) ? 1 : 0;
  }
  CHECK(invited == 10);
  CHECK(!world.store.find_account_by_login(LoginName::parse("219@acme").value()).value());
}

TEST_CASE("R30, R76: a manager cannot try the host's own keys, nor learn from an old proof what names are taken") {
  World world;
  const auto acme = world.found_active("acme");
  auto request = member("201");
  request.host_ref = "customer-1";
  CHECK(refusal_of(world.organizations.invite(world.manager(), acme.organization, request).value()) ==
        Permission::role_too_low);
  CHECK(std::holds_alternative<Invited>(world.organizations.invite(world.host(), acme.organization, request).value()));
  const auto session = world.signed_in("100@acme");
  const auto manager = Actor::in_view(session.who, View::manage_organization).value();
  REQUIRE(world.sessions.end(session.who, session.who.session()).has_value());
  CHECK(world.organizations.invite(manager, acme.organization, member("201")).error() == Errc::actor_revoked);
}

TEST_CASE("R67, S349: a proof kept past its session's absolute limit can do nothing more") {
  World world;
  const auto acme = world.found_active();
  const auto manager = world.manager();
  world.clock.advance(world.env.policies.session.absolute_limit);
  CHECK(world.organizations.invite(manager, acme.organization, member("201")).error() == Errc::actor_revoked);
}

TEST_CASE("R69: a throttled invitation names organisation and actor") {
  World world;
  const auto acme = world.found_active();
  const auto manager = world.manager();
  for (int i = 0; i < 12; ++i) {
    REQUIRE(world.organizations.invite(manager, acme.organization, member(std::to_string(200 + i))).has_value());
  }
  const auto rows = world.store.list_audit(acme.organization, {.limit = 500}).value().records;
  const auto throttled =
      std::ranges::find(rows, AuditKind::throttled, [](const AuditRow& row) { return row.event.kind; });
  REQUIRE(throttled != rows.end());
  CHECK(throttled->event.actor == acme.manager.account);
}

TEST_CASE("R67, R68: a suspended account cannot sign in and its session is over at once; restored, it signs in anew") {
  World world;
  const auto acme = world.found_active();
  const auto member_id = world.add_active(acme.organization, "201");
  const auto session = world.signed_in("201@acme");
  const auto manager = world.manager();
  REQUIRE(std::holds_alternative<Suspended>(world.organizations.suspend(manager, member_id).value()));
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("201@acme")));
  CHECK(std::holds_alternative<SessionRefused>(world.sessions.check(session.token.reveal()).value()));
  CHECK(std::holds_alternative<StandingUnchanged>(world.organizations.suspend(manager, member_id).value()));

  CHECK(std::holds_alternative<Restored>(world.organizations.restore(manager, member_id).value()));
  CHECK(std::holds_alternative<StandingUnchanged>(world.organizations.restore(manager, member_id).value()));
  CHECK(std::holds_alternative<SessionRefused>(world.sessions.check(session.token.reveal()).value()));
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("201@acme")));
}

TEST_CASE("R67, R69: what stays as it is, or is removed, is audited, and an old proof learns nothing of it") {
  World world;
  const auto acme = world.found_active();
  const auto suspended = world.add_active(acme.organization, "201");
  const auto removed = world.add_active(acme.organization, "202");
  world.alter(suspended, [](Account& account) { account.status = AccountStatus::suspended; });
  world.alter(removed, [](Account& account) { account.status = AccountStatus::removed; });
  const auto session = world.signed_in("100@acme");
  const auto manager = Actor::in_view(session.who, View::manage_organization).value();
  CHECK(std::holds_alternative<StandingUnchanged>(world.organizations.suspend(manager, suspended).value()));
  CHECK(refusal_of(world.organizations.suspend(manager, removed).value()) == Permission::not_found);
  CHECK(refusal_of(world.organizations.restore(manager, removed).value()) == Permission::not_found);
  const auto kinds = world.kinds(acme.organization);
  for (const auto* const reason :
       {"suspend_account:unchanged", "suspend_account:not_found", "restore_account:not_found"}) {
    CAPTURE(reason);
    CHECK(std::ranges::count(kinds, "operation_refused:" + std::string(reason)) == 1);
  }
  REQUIRE(world.sessions.end(session.who, session.who.session()).has_value());
  CHECK(world.organizations.suspend(manager, suspended).error() == Errc::actor_revoked);
  CHECK(world.organizations.suspend(manager, removed).error() == Errc::actor_revoked);
  CHECK(world.organizations.restore(manager, removed).error() == Errc::actor_revoked);
  CHECK(world.kinds(acme.organization).size() == kinds.size() + 1);  // the session's end alone
}

TEST_CASE("R24: a suspension kills the welcome link and keeps a queued mail from leaving; a new mail invites again") {
  World world;
  const auto acme = world.found_active();
  const auto invited =
      std::get<Invited>(world.organizations.invite(world.host(), acme.organization, member("201")).value());
  const auto token = world.deliver();
  REQUIRE(std::holds_alternative<WelcomeQueued>(
      world.organizations.send_welcome_mail(world.host(), invited.account).value()));
  REQUIRE(std::holds_alternative<Suspended>(world.organizations.suspend(world.host(), invited.account).value()));
  const auto mails = world.mailer.mails().size();
  world.deliver();
  CHECK(world.mailer.mails().size() == mails);
  CHECK(std::holds_alternative<LinkRefused>(world.redeem(token)));
  REQUIRE(std::get<Restored>(world.organizations.restore(world.host(), invited.account).value()).status ==
          AccountStatus::invited);
  CHECK(std::holds_alternative<LinkRefused>(world.redeem(token)));
  REQUIRE(std::holds_alternative<WelcomeQueued>(
      world.organizations.send_welcome_mail(world.host(), invited.account).value()));
  CHECK(std::holds_alternative<SetupCompleted>(world.redeem(world.deliver())));
}

TEST_CASE("R30, R40, R67: nobody suspends themselves, another organisation's, or the last active manager") {
  World world;
  const auto acme = world.found_active("acme");
  const auto birch = world.found_active("birch");
  const auto member_id = world.add_active(acme.organization, "201");
  const auto manager = world.manager("100@acme");
  CHECK(refusal_of(world.organizations.suspend(manager, acme.manager.account).value()) == Permission::wrong_view);
  CHECK(refusal_of(world.organizations.suspend(manager, birch.manager.account).value()) == Permission::not_found);
  CHECK(refusal_of(world.organizations.restore(manager, birch.manager.account).value()) == Permission::not_found);
  const auto colleague = Actor::in_view(world.signed_in("201@acme").who, View::my_account).value();
  CHECK(refusal_of(world.organizations.suspend(colleague, acme.manager.account).value()) == Permission::role_too_low);
  CHECK(std::holds_alternative<LastManager>(world.organizations.suspend(world.host(), acme.manager.account).value()));
  const auto nobody = AccountId::make(world.clock.now(), {});
  CHECK(refusal_of(world.organizations.suspend(world.host(), nobody).value()) == Permission::not_found);
  CHECK(world.account(member_id).status == AccountStatus::active);
  CHECK(world.account(acme.manager.account).status == AccountStatus::active);
}
