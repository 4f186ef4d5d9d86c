#include <ostiary/rules/hand_over.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

const auto mail_id = id_of<MailId>(61);
const auto lease = id_of<LeaseToken>(71);

MailIntent welcome(MailState state = MailState::queued) {
  MailIntent mail{.id = mail_id,
                  .kind = MailKind::welcome,
                  .parts = {{.account = owner_id, .organization = acme_id}},
                  .to = EmailAddress::parse("zoe@mail.example").value()};
  mail.parts.front().link = MailLink{.id = link_id, .purpose = LinkPurpose::setup, .generation = 2, .epoch = 1};
  mail.created_at = noon - 1h;
  mail.give_up_at = noon + 71h;
  mail.state = state;
  return mail;
}

MailIntent notice() {
  auto mail = welcome();
  mail.kind = MailKind::setup_completed;
  mail.parts.front().link.reset();
  return mail;
}

HandOverFacts facts_of(Link link) { return {.parts = {{.account = invited(), .organization = acme(), .link = link}}}; }

// The row that the mail's generation was asked for, and not yet handed over.
Link asked() {
  Link link = live_link();
  link.issued = 2;
  return link;
}

// A code that was asked for at noon, the second one of its row.
MailIntent code_mail() {
  const Link row{.id = link_id, .account = owner_id, .purpose = LinkPurpose::factor_code, .issued = 1};
  auto randomness = fresh();
  auto mail =
      make_linked_mail(MailKind::factor_code, LinkPurpose::factor_code, row, active(), acme(), {}, randomness, noon)
          .mail;
  mail.id = mail_id;
  return mail;
}

HandOverFacts code_facts() {
  const Link row{.id = link_id, .account = owner_id, .purpose = LinkPurpose::factor_code, .issued = 2};
  return {.parts = {{.account = active(), .organization = acme(), .link = row}}};
}

Decision<HandOverOutcome> decide(const MailIntent& mail, const HandOverFacts& facts, Instant now = noon) {
  auto randomness = fresh();
  return decide_hand_over(mail, lease, facts, {}, randomness, now);
}

// "mark state reason; event" of what ended a mail, or "hand over".
std::string ending(const MailIntent& mail, const HandOverFacts& facts, Instant now = noon) {
  static constexpr std::array states{"?", "queued", "sending", "sent", "bounced", "failed", "superseded", "voided"};
  const auto decision = decide(mail, facts, now);
  if (std::holds_alternative<HandOver>(decision.outcome)) {
    CHECK(names_of(decision.changes) == "BeginHandOver");
    return "hand over";
  }
  REQUIRE(names_of(decision.changes) == "MarkMail AppendAudit");
  const auto& mark = at<MarkMail>(decision.changes, 0);
  const auto& event = at<AppendAudit>(decision.changes, 1).event;
  CHECK(mark.mail == mail_id);
  CHECK(mark.lease == lease);
  CHECK(mark.due_at == now);
  CHECK(mark.state == std::get<Settled>(decision.outcome).state);
  CHECK(mark.reason == event.reason);
  CHECK(line_of(event) ==
        fmt::format("{} reason={} actor=host/-/outbox/- subject=11 organization=1 from=- client=- count=1",
                    audit_kind_name(event.kind), event.reason));
  return fmt::format("{} {}, {}", states.at(static_cast<std::size_t>(mark.state)), mark.reason,
                     audit_kind_name(event.kind));
}

}  // namespace

TEST_CASE("R22: a hand-over takes a new lease, and the link lives 24 hours from the lease's end") {
  const auto decision = decide(welcome(), facts_of(asked()));
  CHECK(std::holds_alternative<HandOver>(decision.outcome));
  REQUIRE(names_of(decision.changes) == "BeginHandOver");
  const auto& begin = at<BeginHandOver>(decision.changes, 0);
  CHECK(begin.mail == mail_id);
  CHECK(begin.lease == lease);
  CHECK(begin.until == noon + 5min);
  REQUIRE(begin.parts.size() == 1);
  CHECK(begin.parts[0].account == owner_id);
  REQUIRE(begin.parts[0].link);
  CHECK(begin.parts[0].link->sent_to == welcome().to);
  CHECK(begin.parts[0].link->id == link_id);
  CHECK(begin.parts[0].link->generation == 2);
  CHECK(begin.parts[0].link->epoch == 1);
  CHECK(begin.parts[0].link->expires_at == noon + 5min + 24h);
  CHECK(begin.parts[0].link->ends_at == noon + 5min + 24h + 30 * 24h);
}

TEST_CASE("a hand-over's times follow the host's policy") {
  auto randomness = fresh();
  const MailPolicy policy{.setup_link = {.lifetime = 2h, .give_up_after = 72h}, .lease = 1min, .keep_after = 3h};
  const auto decision = decide_hand_over(welcome(), lease, facts_of(asked()), policy, randomness, noon);
  const auto& begin = at<BeginHandOver>(decision.changes, 0);
  CHECK(begin.until == noon + 1min);
  CHECK(begin.parts[0].link->expires_at == noon + 1min + 2h);
  CHECK(begin.parts[0].link->ends_at == noon + 1min + 5h);
}

TEST_CASE("a mail without link is handed over to an active account, and makes no link live") {
  const HandOverFacts facts{.parts = {{.account = active(), .organization = acme()}}};
  CHECK(ending(notice(), facts) == "hand over");
  CHECK_FALSE(at<BeginHandOver>(decide(notice(), facts).changes, 0).parts[0].link);
}

TEST_CASE("R24: a mail whose link was used or replaced goes nowhere; one that was already sending is sent") {
  struct Row {
    const char* what;
    Generation issued, live, used;
    const char* queued;
    const char* sending;
  };
  static constexpr Row rows[] = {
      {"asked for", 2, 1, 0, "hand over", "hand over"},
      {"handed over before, the answer lost", 2, 2, 0, "hand over", "hand over"},
      {"an older one was used", 2, 1, 1, "hand over", "hand over"},
      {"a newer mail waits", 3, 1, 0, "superseded newer_mail, mail_dropped", "sent newer_mail, mail_handed_over"},
      {"a newer mail was handed over", 3, 3, 0, "superseded newer_mail, mail_dropped",
       "sent newer_mail, mail_handed_over"},
      {"its own link was used", 2, 2, 2, "voided link_used, mail_dropped", "sent link_used, mail_handed_over"},
      {"a newer link was used", 3, 3, 3, "voided link_used, mail_dropped", "sent link_used, mail_handed_over"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Link link = asked();
    link.issued = row.issued;
    link.live = row.live;
    link.used = row.used;
    CHECK(ending(welcome(), facts_of(link)) == row.queued);
    CHECK(ending(welcome(MailState::sending), facts_of(link)) == row.sending);
  }
}

TEST_CASE(
    "R24, R26: a cancelled job drops what no mailer had; what one may have delivered goes on, for its link is live") {
  auto facts = facts_of(asked());
  facts.job = Job{.state = JobState::cancelled};
  CHECK(ending(welcome(), facts) == "voided cancelled, mail_dropped");
  for (const auto state : {MailState::queued, MailState::sending}) {
    auto mail = welcome(state);
    mail.attempts = 1;
    CHECK(ending(mail, facts) == "hand over");
  }
  facts.job->state = JobState::paused;
  CHECK(ending(welcome(), facts) == "hand over");
}

TEST_CASE("design.md 5: a mail whose link was used is sent though its reader's account is active by now") {
  Link link = asked();
  link.live = link.used = 2;
  auto facts = facts_of(link);
  facts.parts[0].account = active();
  CHECK(ending(welcome(MailState::sending), facts) == "sent link_used, mail_handed_over");
}

TEST_CASE(
    "S303: a mail to an account or organisation that is not open, or is gone, is voided, or sent where it may have "
    "left") {
  for (const auto state : {MailState::queued, MailState::sending}) {
    const std::string dropped = state == MailState::queued ? "voided account_inactive, mail_dropped"
                                                           : "sent account_inactive, mail_handed_over";
    for (const auto status : {AccountStatus::suspended, AccountStatus::removed}) {
      auto facts = facts_of(asked());
      facts.parts[0].account->status = status;
      CHECK(ending(welcome(state), facts) == dropped);
      CHECK(ending(notice(), facts) == "voided account_inactive, mail_dropped");
    }
    for (const auto status : {OrganizationStatus::suspended, OrganizationStatus::removed}) {
      auto facts = facts_of(asked());
      facts.parts[0].organization = acme(status);
      CHECK(ending(welcome(state), facts) == dropped);
    }
    auto facts = facts_of(asked());
    facts.parts[0].account.reset();
    CHECK(ending(welcome(state), facts) == dropped);
    facts = facts_of(asked());
    facts.parts[0].organization.reset();
    CHECK(ending(welcome(state), facts) == dropped);
  }
}

TEST_CASE("S302, S305: a link whose row is gone, whose epoch moved, or whose account is complete is not handed over") {
  auto facts = facts_of(asked());
  facts.parts[0].link.reset();
  CHECK(ending(welcome(), facts) == "voided link_gone, mail_dropped");

  facts = facts_of(asked());
  facts.parts[0].account->epochs.links = 2;
  CHECK(ending(welcome(), facts) == "voided links_ended, mail_dropped");

  facts = facts_of(asked());
  facts.parts[0].account = active();
  facts.parts[0].account->epochs.links = 1;
  CHECK(ending(welcome(), facts) == "voided setup_complete, mail_dropped");
}

TEST_CASE("no link outlives its mail's end: a hand-over later than that fails") {
  // lease 5 min and lifetime 24 h must fit
  const auto last = welcome().give_up_at - 24h - 5min;
  CHECK(ending(welcome(), facts_of(asked()), last) == "hand over");
  CHECK(at<BeginHandOver>(decide(welcome(), facts_of(asked()), last).changes, 0).parts[0].link->expires_at ==
        welcome().give_up_at);
  CHECK(ending(welcome(), facts_of(asked()), last + 1ms) == "failed gave_up, mail_failed");
  CHECK(ending(welcome(MailState::sending), facts_of(asked()), last + 1ms) == "failed gave_up, mail_failed");
}

TEST_CASE("a mail without link is given up at its own end") {
  const HandOverFacts facts{.parts = {{.account = active(), .organization = acme()}}};
  const auto end = notice().give_up_at;
  CHECK(ending(notice(), facts, end - 1ms) == "hand over");
  CHECK(ending(notice(), facts, end) == "failed gave_up, mail_failed");
}

TEST_CASE("R62: a code by e-mail goes to an active account alone") {
  const auto mail = code_mail();
  CHECK(ending(mail, code_facts()) == "hand over");
  const std::pair<AccountStatus, const char*> rows[] = {
      {AccountStatus::invited, "voided setup_incomplete, mail_dropped"},
      {AccountStatus::suspended, "voided account_inactive, mail_dropped"},
      {AccountStatus::removed, "voided account_inactive, mail_dropped"}};
  for (const auto& [status, dropped] : rows) {
    auto facts = code_facts();
    facts.parts[0].account->status = status;
    CHECK(ending(mail, facts) == dropped);
  }
  auto facts = code_facts();
  ++facts.parts[0].account->epochs.links;  // a changed password, or a factor that was reset
  CHECK(ending(mail, facts) == "voided links_ended, mail_dropped");
  facts = code_facts();
  facts.parts[0].link->issued = 3;
  CHECK(ending(mail, facts) == "superseded newer_mail, mail_dropped");
  facts.parts[0].link->used = 3;
  CHECK(ending(mail, facts) == "voided link_used, mail_dropped");
}

TEST_CASE("R62: a code lives 10 minutes from its lease's end, and its delivery is given up where that is too late") {
  const auto mail = code_mail();
  const auto begin = at<BeginHandOver>(decide(mail, code_facts()).changes, 0);
  REQUIRE(begin.parts[0].link);
  CHECK(begin.parts[0].link->generation == 2);
  CHECK(begin.parts[0].link->epoch == 6);
  CHECK(begin.parts[0].link->expires_at == noon + 5min + 10min);
  // Of the 20 minutes, 5 are left to hand it over in.
  CHECK(ending(mail, code_facts(), noon + 5min) == "hand over");
  CHECK(ending(mail, code_facts(), noon + 5min + 1ms) == "failed gave_up, mail_failed");
  auto sending = mail;
  sending.state = MailState::sending;
  CHECK(ending(sending, code_facts(), noon + 5min + 1ms) == "failed gave_up, mail_failed");
}

TEST_CASE("R62: a newer code that is refused for good at once gives the older one back") {
  auto facts = code_facts();
  facts.parts[0].link->live = 1;
  facts.parts[0].link->expires_at = noon + 3min;
  const auto replaced = std::get<HandOver>(decide(code_mail(), facts).outcome).replaced;
  REQUIRE(replaced.size() == 1);
  CHECK(replaced[0].live == 1);
  CHECK(replaced[0].expires_at == noon + 3min);
}

TEST_CASE("R38: a mailer's last word is written with its code, and audited") {
  const std::pair<MailState, AuditKind> rows[] = {{MailState::sent, AuditKind::mail_handed_over},
                                                  {MailState::failed, AuditKind::mail_failed},
                                                  {MailState::bounced, AuditKind::mail_failed}};
  for (const auto& [verdict, kind] : rows) {
    CAPTURE(static_cast<int>(verdict));
    auto randomness = fresh();
    const auto decision =
        decide_delivered(welcome(MailState::sending), lease, verdict, "smtp-550", {}, {}, randomness, noon);
    CHECK(decision.outcome == verdict);
    REQUIRE(names_of(decision.changes) == "MarkMail AppendAudit");
    const auto& mark = at<MarkMail>(decision.changes, 0);
    CHECK(mark.mail == mail_id);
    CHECK(mark.lease == lease);
    CHECK(mark.state == verdict);
    CHECK(mark.reason == "smtp-550");
    CHECK(at<AppendAudit>(decision.changes, 1).event.kind == kind);
    CHECK(at<AppendAudit>(decision.changes, 1).event.reason == "smtp-550");
  }
}

TEST_CASE("a mail to be sent again waits a minute, twice as long with each try, and never more than an hour") {
  const std::pair<std::uint32_t, Duration> rows[] = {{0, 1min}, {1, 2min}, {2, 4min}, {5, 32min},      {6, 1h},
                                                     {16, 1h},  {17, 1h},  {32, 1h},  {0xffffffff, 1h}};
  for (const auto& [attempts, pause] : rows) {
    CAPTURE(attempts);
    auto mail = welcome(MailState::sending);
    mail.attempts = attempts;
    auto randomness = fresh();
    const auto decision = decide_delivered(mail, lease, MailState::queued, "smtp-451", {}, {}, randomness, noon);
    CHECK(decision.outcome == MailState::queued);
    REQUIRE(names_of(decision.changes) == "MarkMail");
    const auto& mark = at<MarkMail>(decision.changes, 0);
    CHECK(mark.mail == mail_id);
    CHECK(mark.lease == lease);
    CHECK(mark.state == MailState::queued);
    CHECK(mark.reason == "smtp-451");
    CHECK(mark.due_at == noon + pause);
  }
}

TEST_CASE("S368: a mailer's code is cleaned and cut to 64 bytes") {
  for (const auto verdict : {MailState::queued, MailState::failed}) {
    auto randomness = fresh();
    const auto decision = decide_delivered(welcome(), lease, verdict, "550\r\nevil\xff" + std::string(100, 'x'), {}, {},
                                           randomness, noon);
    CHECK(at<MarkMail>(decision.changes, 0).reason == "550??evil?" + std::string(54, 'x'));
  }
}

TEST_CASE("R24: what a first hand-over replaces is a link that works, and nothing at a later one") {
  auto row = asked();
  row.sent_to = EmailAddress::parse("old@mail.example").value();
  const auto replaced = [&](const MailIntent& mail, const Link& link) {
    auto facts = facts_of(link);
    return std::get<HandOver>(decide(mail, facts).outcome).replaced;
  };
  const auto first = replaced(welcome(), row);
  REQUIRE(first.size() == 1);
  CHECK(first[0].id == link_id);
  CHECK(first[0].generation == 2);
  CHECK(first[0].live == 1);
  CHECK(first[0].epoch == 1);
  CHECK(first[0].expires_at == row.expires_at);
  CHECK(first[0].sent_to == row.sent_to);

  auto later = welcome();
  later.attempts = 1;  // the new link may be in somebody's hands
  CHECK(replaced(later, row).empty());
  auto never = row;
  never.live = 0;
  CHECK(replaced(welcome(), never).empty());
  auto repeating = welcome();
  repeating.parts.front().link->use = LinkUse::repeated;
  repeating.parts.front().link->generation = 1;
  CHECK(replaced(repeating, row).empty());
  const HandOverFacts facts{.parts = {{.account = active(), .organization = acme()}}};
  CHECK(std::get<HandOver>(decide(notice(), facts).outcome).replaced.empty());
}

TEST_CASE("R24: a mail that was refused for good gives back what it replaced; one that is sent or put off does not") {
  const std::vector<RestoreLink> replaced{{.id = link_id, .generation = 2, .live = 1, .epoch = 1},
                                          {.id = id_of<LinkId>(22), .generation = 5, .live = 3}};
  const std::pair<MailState, const char*> rows[] = {{MailState::failed, "MarkMail AppendAudit RestoreLink RestoreLink"},
                                                    {MailState::sent, "MarkMail AppendAudit"},
                                                    {MailState::queued, "MarkMail"}};
  for (const auto& [verdict, names] : rows) {
    auto randomness = fresh();
    const auto decision = decide_delivered(welcome(), lease, verdict, "code", replaced, {}, randomness, noon);
    CHECK(names_of(decision.changes) == names);
    if (verdict == MailState::failed) {
      CHECK(at<RestoreLink>(decision.changes, 2).id == link_id);
      CHECK(at<RestoreLink>(decision.changes, 3).live == 3);
    }
  }
}
