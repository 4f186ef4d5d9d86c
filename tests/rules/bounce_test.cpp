#include <ostiary/rules/bounce.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"
#include <ostiary/rules/mail_intent.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

MailIntent mail_in(MailState state) {
  auto drawn = fresh(3);
  auto mail = make_mail_intent(MailKind::welcome, invited(), acme(), {}, drawn, noon);
  mail.parts.push_back({.account = stranger_id, .organization = other_organization_id});
  mail.state = state;
  return mail;
}

}  // namespace

TEST_CASE("R38: a mail that came back is marked, with an event for each account that it speaks of") {
  for (const auto state : {MailState::sent, MailState::sending}) {
    auto drawn = fresh();
    const auto mail = mail_in(state);
    const auto decision = decide_bounce(host(), mail, "smtp-550", drawn, noon);
    REQUIRE(names_of(decision.changes) == "BounceMail AppendAudit AppendAudit");
    CHECK(at<BounceMail>(decision.changes, 0).mail == mail.id);
    CHECK(at<BounceMail>(decision.changes, 0).reason == "smtp-550");
    CHECK(line_of(at<AppendAudit>(decision.changes, 1).event) ==
          "mail_bounced reason=smtp-550 actor=host/-/cron/- subject=11 organization=1 from=- client=- count=1");
    CHECK(line_of(at<AppendAudit>(decision.changes, 2).event) ==
          "mail_bounced reason=smtp-550 actor=host/-/cron/- subject=12 organization=2 from=- client=- count=1");
  }
}

TEST_CASE("R38: a mail that never left, or came back before, is left as it is") {
  for (const auto state :
       {MailState::queued, MailState::bounced, MailState::failed, MailState::superseded, MailState::voided}) {
    auto drawn = fresh();
    const auto decision = decide_bounce(host(), mail_in(state), "smtp-550", drawn, noon);
    CHECK(std::get<BounceIgnored>(decision.outcome).state == state);
    CHECK(decision.changes.empty());
  }
}

TEST_CASE("S368: what the mail system says is cut to clean text") {
  auto drawn = fresh();
  const auto decision =
      decide_bounce(host(), mail_in(MailState::sent), "a\r\nb\x1b" + std::string(80, 'x'), drawn, noon);
  const auto& reason = at<BounceMail>(decision.changes, 0).reason;
  CHECK(reason == "a??b?" + std::string(59, 'x'));
}
