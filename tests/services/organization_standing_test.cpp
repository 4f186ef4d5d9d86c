#include <algorithm>

#include "services/world.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

template <class Expected>
bool is(const auto& outcome) {
  return std::holds_alternative<Expected>(outcome.value());
}

bool is_signed_in(World& world, const SignInSuccess& session) {
  return std::holds_alternative<SignedIn>(world.sessions.check(session.token.reveal()).value());
}

OrganizationErased remove(World& world, const OrganizationId& id, std::size_t limit) {
  return std::get<OrganizationErased>(world.organizations.remove_organization(world.host(), id, limit).value());
}

}  // namespace

TEST_CASE("R67, R71: nobody of a suspended organisation signs in or stays in; restored, it is as it was") {
  World world;
  const auto acme = world.found_active("acme");
  world.found_active("birch");
  const auto session = world.signed_in("100@acme");
  const auto staff = Actor::staff("sam", "ticket 4711").value();
  REQUIRE(is<OrganizationSuspended>(world.organizations.suspend_organization(staff, acme.organization)));
  CHECK(is<StandingUnchanged>(world.organizations.suspend_organization(staff, acme.organization)));
  CHECK(!is_signed_in(world, session));
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("100@acme")));
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@birch")));
  CHECK(std::ranges::count(world.kinds(acme.organization), "sign_in_refused:organization_inactive") == 1);
  REQUIRE(is<OrganizationRestored>(world.organizations.restore_organization(staff, acme.organization)));
  CHECK(is<StandingUnchanged>(world.organizations.restore_organization(staff, acme.organization)));
  CHECK(is_signed_in(world, session));
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme")));
}

TEST_CASE("R24: mails of a suspended organisation are voided when they are due, and its setup links do not work") {
  World world;
  const auto acme = world.found("acme");
  const auto token = world.deliver();
  REQUIRE(world.organizations.send_welcome_mail(world.host(), acme.manager.account).has_value());
  REQUIRE(is<OrganizationSuspended>(world.organizations.suspend_organization(world.host(), acme.organization)));
  const auto mails = world.mailer.mails().size();
  world.deliver();
  CHECK(world.mailer.mails().size() == mails);
  CHECK(std::holds_alternative<LinkRefused>(world.redeem(token)));
}

TEST_CASE(
    "R75: an organisation is removed in batches: its sessions are over with the first, its accounts with the last") {
  World world;
  const auto acme = world.found_active("acme");
  const auto birch = world.found_active("birch");
  for (int i = 0; i < 4; ++i) {
    world.add_active(acme.organization, std::to_string(201 + i));
  }
  const auto session = world.signed_in("204@acme");
  const auto first = remove(world, acme.organization, 2);
  CHECK(first.accounts == 2);
  CHECK(first.more);
  CHECK(!is_signed_in(world, session));
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("204@acme")));
  std::size_t erased = first.accounts;
  auto last = first;
  int calls = 1;
  while (last.more) {
    last = remove(world, acme.organization, 2);
    erased += last.accounts;
    REQUIRE(++calls < 10);
  }
  CHECK(erased == 5);
  const auto events = world.kinds(acme.organization);
  CHECK(std::ranges::count(events, "organization_removed") == 1);
  CHECK(std::ranges::count(events, "account_removed") == 5);
  // Once more is nothing.
  CHECK(remove(world, acme.organization, 2).accounts == 0);
  CHECK(world.kinds(acme.organization) == events);

  const auto rest = world.store.find_organization(acme.organization).value().value();
  CHECK(rest.status == OrganizationStatus::removed);
  CHECK(rest.name.empty());
  const auto everybody = world.store.list_accounts({.limit = 500}).value();
  for (const auto& account : everybody.records) {
    CAPTURE(account.login.as_typed());
    CHECK((account.status == AccountStatus::removed) == (account.organization == acme.organization));
    CHECK(account.addresses.empty() == (account.organization == acme.organization));
  }
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@birch")));
  const auto again = world.organizations.create_organization(
      world.host(), {.domain = "acme",
                     .name = "Another",
                     .manager = {.extension = "1", .display_name = "Ada", .email = "ada@acme.example"}});
  REQUIRE(is<InputRefused>(again));
  CHECK(std::get<InputRefused>(again.value()).flaws.front().field == "domain");
  CHECK(is<OperationRefused>(world.organizations.restore_organization(world.host(), acme.organization)));
}

TEST_CASE("R75: an account that was being made when the mark was set goes with the next call") {
  World world;
  const auto acme = world.found_active("acme");
  auto late = world.account(acme.manager.account);
  CHECK(!remove(world, acme.organization, 500).more);
  late.id = AccountId::make(world.clock.now(), {});
  late.login = LoginName::parse("299@acme").value();
  late.status = AccountStatus::invited;
  auto fresh = Fresh::draw(world.random, world.clock.now()).value();
  REQUIRE(world.store.commit({.id = fresh.id<ChangeId>(), .at = world.clock.now(), .changes = {PutAccount{late, 0}}})
              .has_value());
  CHECK(remove(world, acme.organization, 500).accounts == 1);
  CHECK(world.account(late.id).status == AccountStatus::removed);
}

TEST_CASE("R75: a call erases no more than its limit, at most 500, and at least one") {
  World world;
  const auto acme = world.found_active("acme");
  std::vector<ImportRow> rows;
  for (int i = 0; i < 510; ++i) {
    rows.push_back({.extension = std::to_string(1000 + i), .display_name = "Imported", .email = "i@acme.example"});
  }
  REQUIRE(world.organizations.import_accounts(world.host(), acme.organization, rows, ImportMode::commit).has_value());
  CHECK(remove(world, acme.organization, 0).accounts == 1);
  const auto many = remove(world, acme.organization, 100'000);
  CHECK(many.accounts == 500);
  CHECK(many.more);
  CHECK(remove(world, acme.organization, 500).accounts == 10);
}

TEST_CASE("R28, R69: to invite or import into an organisation that is not active is refused and audited") {
  World world;
  const auto acme = world.found_active("acme");
  const auto manager = world.manager();
  REQUIRE(world.organizations.suspend_organization(world.host(), acme.organization).has_value());
  const NewAccount request{.extension = "201", .display_name = "Ada", .email = "ada@acme.example"};
  const auto invited = world.organizations.invite(world.host(), acme.organization, request);
  CHECK(std::get<OperationRefused>(invited.value()).reason == Permission::not_found);
  const auto imported = world.organizations.import_accounts(world.host(), acme.organization, {}, ImportMode::commit);
  CHECK(std::get<OperationRefused>(imported.value()).reason == Permission::not_found);
  const auto kinds = world.kinds(acme.organization);
  CHECK(std::ranges::count(kinds, "operation_refused:invite_account:not_found") == 1);
  CHECK(std::ranges::count(kinds, "operation_refused:import_accounts:not_found") == 1);
  CHECK(world.organizations.invite(manager, acme.organization, request).error() == Errc::actor_revoked);
}
