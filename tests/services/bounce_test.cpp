#include <algorithm>

#include "services/world.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

template <class Expected>
bool is(const auto& outcome) {
  return std::holds_alternative<Expected>(outcome.value());
}

}  // namespace

TEST_CASE("R38: what comes back later is found by the mail's id or its Message-ID, in angle brackets or not") {
  for (int form = 0; form < 3; ++form) {
    CAPTURE(form);
    World world;
    const auto acme = world.found();
    world.deliver();
    const auto message_id = world.mailer.mails().back().message_id;
    const std::string named[] = {acme.manager.welcome_mail.to_string(), message_id, "<" + message_id + ">"};
    REQUIRE(is<BounceRecorded>(world.organizations.report_bounce(world.host(), named[form], "smtp-550")));
    const auto mail = world.store.find_mail(acme.manager.welcome_mail).value().value();
    CHECK(mail.state == MailState::bounced);
    CHECK(mail.reason == "smtp-550");
    CHECK(std::ranges::count(world.kinds(acme.organization), "mail_bounced:smtp-550") == 1);
    const auto again = world.organizations.report_bounce(world.host(), named[form], "smtp-551");
    CHECK(std::get<BounceIgnored>(again.value()).state == MailState::bounced);
  }
}

TEST_CASE("R38: a mail that did not leave, another system's, and another's report are refused") {
  World world;
  const auto acme = world.found();
  const auto id = acme.manager.welcome_mail.to_string();
  CHECK(std::get<BounceIgnored>(world.organizations.report_bounce(world.host(), id, "x").value()).state ==
        MailState::queued);
  const std::string foreign[] = {"<abc@elsewhere.example>",
                                 "",
                                 "<>",
                                 "@",
                                 std::string(1000, 'a'),
                                 MailId::make(world.clock.now(), {}).to_string()};
  for (const auto& message : foreign) {
    CAPTURE(message);
    const auto outcome = world.organizations.report_bounce(world.host(), message, "smtp-550");
    CHECK(std::get<OperationRefused>(outcome.value()).reason == Permission::not_found);
  }
  CHECK(std::ranges::count(world.kinds(std::nullopt), "operation_refused:report_bounce:not_found") == 6);
  const auto staff = Actor::staff("sam", "ticket 4711").value();
  CHECK(std::get<OperationRefused>(world.organizations.report_bounce(staff, id, "x").value()).reason ==
        Permission::role_too_low);
}

TEST_CASE("R24, R38: a bounced welcome mail's link works on: the address may have been right, and the mailbox full") {
  World world;
  const auto acme = world.found();
  const auto token = world.deliver();
  REQUIRE(is<BounceRecorded>(
      world.organizations.report_bounce(world.host(), acme.manager.welcome_mail.to_string(), "mailbox-full")));
  CHECK(std::holds_alternative<SetupCompleted>(world.redeem(token)));
}
