#include <algorithm>

#include "services/world.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

AccountView view(World& world, const Actor& actor, const AccountId& id) {
  return std::get<AccountView>(world.account_admin.view(actor, id).value());
}

AccountId invite(World& world, const OrganizationId& organization) {
  return std::get<Invited>(world.organizations
                               .invite(world.host(), organization,
                                       {.extension = "301", .display_name = "Ada", .email = "ada@acme.example"})
                               .value())
      .account;
}

}  // namespace

TEST_CASE("R15, R38: a manager sees addresses, standing, the mails with what became of them, and when the link ends") {
  World world;
  const auto acme = world.found_active();
  const auto manager = world.manager();
  const auto guest = invite(world, acme.organization);
  auto page = view(world, manager, guest);
  CHECK(page.login.as_typed() == "301@acme");
  CHECK(page.version == world.account(guest).version);
  CHECK(page.status == AccountStatus::invited);
  REQUIRE(page.addresses.size() == 1);
  CHECK(page.addresses[0].address.as_typed() == "ada@acme.example");
  REQUIRE(page.mails.size() == 1);
  CHECK(page.mails[0].state == MailState::queued);
  CHECK(!page.link_ends_at);  // not handed over: there is none that works

  world.deliver();
  page = view(world, manager, guest);
  CHECK(page.mails[0].state == MailState::sent);
  const auto& times = world.env.policies.mail;
  REQUIRE(page.link_ends_at);
  CHECK(*page.link_ends_at == world.clock.now() + times.lease + times.setup_link.lifetime);

  REQUIRE(world.organizations.report_bounce(world.host(), page.mails[0].id.to_string(), "smtp-550").has_value());
  REQUIRE(world.organizations.send_welcome_mail(world.host(), guest).has_value());
  page = view(world, manager, guest);
  REQUIRE(page.mails.size() == 2);
  CHECK(page.mails[0].state == MailState::queued);  // the newest first
  CHECK(page.mails[1].state == MailState::bounced);
  CHECK(page.mails[1].reason == "smtp-550");

  world.clock.advance(std::chrono::hours(25));
  CHECK(!view(world, manager, guest).link_ends_at);
}

TEST_CASE("R36, R38: of an active account the page tells the reset link's end and a temporary password's") {
  World world;
  const auto acme = world.found_active();
  const auto member = world.add_active(acme.organization, "201");
  CHECK(!view(world, world.host(), member).link_ends_at);
  CHECK(view(world, world.host(), member).setup_completed_at);
  REQUIRE(world.account_admin.send_reset_link(world.host(), member).has_value());
  world.deliver();
  CHECK(view(world, world.host(), member).link_ends_at);
  REQUIRE(world.account_admin
              .set_temporary_password(
                  world.host(), member,
                  {.password = SecretString("Lake-Huron-88"), .confirmation = SecretString("Lake-Huron-88")})
              .has_value());
  const auto page = view(world, world.host(), member);
  CHECK(!page.link_ends_at);  // ended with it (R68)
  CHECK(page.temporary_password_until == world.clock.now() + std::chrono::hours(24));
}

TEST_CASE("R38: the page shows the newest mails only") {
  World world;
  const auto acme = world.found_active();
  const auto guest = invite(world, acme.organization);
  for (int i = 0; i < 30; ++i) {
    world.clock.advance(std::chrono::minutes(10));  // mails to one address are limited
    REQUIRE(world.organizations.send_welcome_mail(world.host(), guest).has_value());
  }
  const auto page = view(world, world.host(), guest);
  CHECK(page.mails.size() == mails_shown_max);
  CHECK(page.mails.front().created_at == world.clock.now());
  CHECK(std::ranges::is_sorted(page.mails, std::greater(), &MailView::created_at));
}

TEST_CASE("R67, R69: staff's and the host's looking is audited, a manager's in the own organisation is not") {
  World world;
  const auto acme = world.found_active();
  const auto member = world.add_active(acme.organization, "201");
  const auto manager = world.manager();
  const auto before = world.kinds(acme.organization);
  view(world, manager, member);
  CHECK(world.kinds(acme.organization) == before);
  view(world, Actor::staff("sam", "ticket 4711").value(), member);
  view(world, world.host(), member);
  CHECK(std::ranges::count(world.kinds(acme.organization), "account_viewed") == 2);
}
