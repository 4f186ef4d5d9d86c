#include <ostiary/services/outbox.hpp>

#include <algorithm>

#include "services/overtaken_store.hpp"
#include "services/world.hpp"
#include <ostiary/rules/factor_code.hpp>
#include <ostiary/testing/faulty_store.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

MailIntent mail_of(World& world, const MailId& id) { return world.store.find_mail(id).value().value(); }

bool works(World& world, const std::string& token) {
  return std::holds_alternative<SetupPage>(world.setup.inspect(token).value());
}

// The code in a mail as its reader sees it: behind the label, up to the line's end.
std::string code_in(const OutgoingMail& mail) {
  const auto text = decode_quoted_printable(mail.message);
  const std::string label = "\r\nYour code: ";
  const auto at = text.find(label);
  return at == std::string::npos ? std::string() : text.substr(at + label.size(), factor_code_digits);
}

MailId ask_for_code(World& world, const AccountId& account) {
  return world.put_link(account, MailKind::factor_code, LinkPurpose::factor_code);
}

// Whether a code is the one of the account's row, and its generation works, as the service behind it would ask.
LinkVerdict verdict_of(World& world, const AccountId& account, const std::string& code) {
  const auto link = world.store.find_link_of(account, LinkPurpose::factor_code).value().value();
  const bool matches = match_factor_code(*world.keys.current(), link.id, link.live, code).value();
  return matches ? judge_link({.id = link.id, .generation = link.live}, link, world.account(account), world.clock.now())
                 : LinkVerdict::superseded;
}

// A builder of links that must never be asked.
class NoLinks final : public LinkBuilder {
 public:
  [[nodiscard]] std::string url(LinkPurpose purpose, std::string_view /*token*/) const override {
    CHECK_MESSAGE(false, "asked for a link of purpose " << static_cast<int>(purpose));
    return "https://portal.example/none";
  }
};

}  // namespace

TEST_CASE("R62, R72: a code by e-mail is in the message that leaves, derived there, and in no byte of the store") {
  World world;
  const auto acme = world.found_active();
  REQUIRE(world.outbox.deliver(10).has_value());
  const auto mail = ask_for_code(world, acme.manager.account);
  const NoLinks links;
  const Outbox outbox(world.env, {.mailer = world.mailer,
                                  .renderer = world.renderer,
                                  .links = links,
                                  .from = EmailAddress::parse("portal@portal.example").value()});
  REQUIRE(outbox.deliver(10).value().sent == 1);
  CHECK(mail_of(world, mail).state == MailState::sent);
  const auto message = world.mailer.mails().back();
  CHECK(message.to.as_typed() == "mara@acme.example");
  const auto code = code_in(message);
  REQUIRE(code.size() == factor_code_digits);
  const auto link = world.store.find_link_of(acme.manager.account, LinkPurpose::factor_code).value().value();
  CHECK(code == make_factor_code(*world.keys.current(), link.id, 1).value().reveal());
  CHECK(verdict_of(world, acme.manager.account, code) == LinkVerdict::good);
  CHECK(world.memory.dump().find("mara@acme.example") != std::string::npos);  // the search does find what is there
  CHECK(world.memory.dump().find(code) == std::string::npos);
  // The header, with the subject, ends before the code; nor is there anything to click.
  CHECK(message.message.substr(0, message.message.find("\r\n\r\n")).find(code) == std::string::npos);
  CHECK(token_in(message.message).empty());
}

TEST_CASE("R62, R73: a code that the transport put off goes again as it was; one put off over a rotation still works") {
  for (const bool is_rotated : {false, true}) {
    CAPTURE(is_rotated);
    World world;
    const auto acme = world.found_active();
    REQUIRE(world.outbox.deliver(10).has_value());
    const auto first = world.mailer.mails().size();
    const auto mail = ask_for_code(world, acme.manager.account);
    world.mailer.answer_next(Delivery{.verdict = DeliveryVerdict::retry_later, .reason = "smtp-451"});
    REQUIRE(world.outbox.deliver(10).value().retried == 1);
    if (is_rotated) {
      world.keys.swap(make_ring(2));
    }
    world.clock.advance(std::chrono::minutes(2));
    REQUIRE(world.outbox.deliver(10).value().sent == 1);
    CHECK(mail_of(world, mail).attempts == 2);
    const auto mails = world.mailer.mails();
    REQUIRE(mails.size() == first + 2);
    CHECK((mails[first].message == mails[first + 1].message) == !is_rotated);
    CHECK(mails[first].message_id == mails[first + 1].message_id);
    for (const auto at : {first, first + 1}) {
      CHECK(verdict_of(world, acme.manager.account, code_in(mails[at])) == LinkVerdict::good);
    }
  }
}

TEST_CASE("R62: a newer code takes the older one's place when it is handed over, not before") {
  World world;
  const auto acme = world.found_active();
  REQUIRE(world.outbox.deliver(10).has_value());
  const auto& manager = acme.manager.account;
  ask_for_code(world, manager);
  REQUIRE(world.outbox.deliver(10).value().sent == 1);
  const auto older = code_in(world.mailer.mails().back());
  world.clock.advance(std::chrono::seconds(30));
  const auto overtaken = ask_for_code(world, manager);
  ask_for_code(world, manager);
  CHECK(verdict_of(world, manager, older) == LinkVerdict::good);
  const auto report = world.outbox.deliver(10).value();
  CHECK(report.sent == 1);
  CHECK(report.dropped == 1);
  CHECK(mail_of(world, overtaken).state == MailState::superseded);
  const auto newer = code_in(world.mailer.mails().back());
  CHECK(newer != older);
  CHECK(verdict_of(world, manager, newer) == LinkVerdict::good);
  CHECK(verdict_of(world, manager, older) == LinkVerdict::superseded);
}

TEST_CASE("R62: a code works 10 minutes from its lease's end; one that could not leave within 5 is never sent") {
  World world;
  const auto acme = world.found_active();
  REQUIRE(world.outbox.deliver(10).has_value());
  ask_for_code(world, acme.manager.account);
  REQUIRE(world.outbox.deliver(10).value().sent == 1);
  const auto code = code_in(world.mailer.mails().back());
  world.clock.advance(std::chrono::minutes(15) - std::chrono::milliseconds(1));
  CHECK(verdict_of(world, acme.manager.account, code) == LinkVerdict::good);
  world.clock.advance(std::chrono::milliseconds(1));
  CHECK(verdict_of(world, acme.manager.account, code) == LinkVerdict::expired);

  const auto sent = world.mailer.mails().size();
  const auto late = ask_for_code(world, acme.manager.account);
  world.clock.advance(std::chrono::minutes(5) + std::chrono::milliseconds(1));
  CHECK(world.outbox.deliver(10).value().failed == 1);
  CHECK(mail_of(world, late).state == MailState::failed);
  CHECK(mail_of(world, late).reason == "gave_up");
  CHECK(world.mailer.mails().size() == sent);
}

TEST_CASE("R62, S303: who was suspended since has no code mailed") {
  World world;
  const auto acme = world.found_active();
  REQUIRE(world.outbox.deliver(10).has_value());
  const auto sent = world.mailer.mails().size();
  const auto mail = ask_for_code(world, acme.manager.account);
  world.alter(acme.manager.account, [](Account& account) { account.status = AccountStatus::suspended; });
  CHECK(world.outbox.deliver(10).value().dropped == 1);
  CHECK(mail_of(world, mail).state == MailState::voided);
  CHECK(world.mailer.mails().size() == sent);
}

TEST_CASE("R13, R14, R21, S322: the welcome mail goes to the stored address and has login name and link") {
  World world;
  const auto acme = world.found();
  const auto report = world.outbox.deliver(10).value();
  CHECK(report.sent == 1);
  const auto mails = world.mailer.mails();
  REQUIRE(mails.size() == 1);
  CHECK(mails.front().to.as_typed() == "mara@acme.example");
  CHECK(mails.front().message.find("100@acme") != std::string::npos);
  CHECK(works(world, token_in(mails.front().message)));
  CHECK(mail_of(world, acme.manager.welcome_mail).state == MailState::sent);
  CHECK(world.outbox.deliver(10).value().claimed == 0);
}

TEST_CASE("R24: a link that was never handed over cannot be redeemed") {
  World world;
  const auto acme = world.found();
  const auto link = mail_of(world, acme.manager.welcome_mail).parts.front().link.value();
  const auto token = make_link_token(*world.keys.current(), link.purpose, link.id, link.generation).value();
  CHECK(!works(world, std::string(token.reveal())));
  CHECK(world.deliver() == token.reveal());
  CHECK(works(world, std::string(token.reveal())));
}

TEST_CASE("R72: a mail that the transport puts off goes again, with one Message-ID and the same link") {
  World world;
  const auto acme = world.found();
  world.mailer.answer_next(Delivery{.verdict = DeliveryVerdict::retry_later, .reason = "smtp-451"});
  CHECK(world.outbox.deliver(10).value().retried == 1);
  const auto waiting = mail_of(world, acme.manager.welcome_mail);
  CHECK(waiting.state == MailState::queued);
  CHECK(waiting.reason == "smtp-451");
  CHECK(world.outbox.deliver(10).value().claimed == 0);  // not due yet
  world.clock.advance(std::chrono::minutes(2));
  CHECK(world.outbox.deliver(10).value().sent == 1);
  const auto mails = world.mailer.mails();
  REQUIRE(mails.size() == 2);
  CHECK(mails[0].message_id == mails[1].message_id);
  CHECK(mails[0].message == mails[1].message);
}

TEST_CASE("R38: a permanent refusal is failed, with its code") {
  World world;
  const auto acme = world.found();
  world.mailer.answer_next(Delivery{.verdict = DeliveryVerdict::permanent, .reason = "smtp-550"});
  CHECK(world.outbox.deliver(10).value().failed == 1);
  CHECK(mail_of(world, acme.manager.welcome_mail).state == MailState::failed);
  CHECK(mail_of(world, acme.manager.welcome_mail).reason == "smtp-550");
  CHECK(std::ranges::count(world.kinds(acme.organization), "mail_failed:smtp-550") == 1);
}

TEST_CASE("R24: where the newer mail is refused for good at once, the older link works again; put off, it does not") {
  World world;
  const auto acme = world.found();
  const auto older = world.deliver();
  const auto again = [&](DeliveryVerdict verdict) {
    world.clock.advance(std::chrono::seconds(1));
    const auto queued = world.organizations.send_welcome_mail(world.host(), acme.manager.account).value();
    world.mailer.answer_next(Delivery{.verdict = verdict, .reason = "smtp"});
    REQUIRE(world.outbox.deliver(10).value().claimed == 1);
    CHECK(token_in(world.mailer.mails().back().message) != older);
    return std::get<WelcomeQueued>(queued).mail;
  };
  const auto failed = again(DeliveryVerdict::permanent);
  CHECK(mail_of(world, failed).state == MailState::failed);
  const auto newer = token_in(world.mailer.mails().back().message);
  CHECK(works(world, older));
  CHECK(!works(world, newer));

  SUBCASE("it sets the account up, and then neither works") {
    CHECK(std::holds_alternative<SetupCompleted>(world.redeem(older)));
    CHECK(!works(world, older));
    CHECK(!works(world, newer));
  }
  SUBCASE("once the links are ended neither works") {
    world.alter(acme.manager.account, [](Account& account) { ++account.epochs.links; });
    CHECK(!works(world, older));
    CHECK(!works(world, newer));
  }
  SUBCASE("where the links were ended while the mailer had the mail, neither works") {
    class Ending final : public Mailer {
     public:
      explicit Ending(World& world, const AccountId& account) : world_(world), account_(account) {}
      Result<Delivery> send(const OutgoingMail& mail) override {
        token = token_in(mail.message);
        world_.alter(account_, [](Account& account) { ++account.epochs.links; });
        return Delivery{.verdict = DeliveryVerdict::permanent, .reason = "smtp-550"};
      }
      std::string token;

     private:
      World& world_;
      AccountId account_;
    };
    Ending mailer(world, acme.manager.account);
    const Outbox outbox(world.env, {.mailer = mailer,
                                    .renderer = world.renderer,
                                    .links = world.links,
                                    .from = EmailAddress::parse("portal@portal.example").value()});
    REQUIRE(world.organizations.send_welcome_mail(world.host(), acme.manager.account).has_value());
    CHECK(outbox.deliver(10).value().failed == 1);
    CHECK(!works(world, older));
    CHECK(!works(world, mailer.token));
  }
  SUBCASE("a mail that was put off before may be in somebody's hands: its link stays") {
    const auto waiting = again(DeliveryVerdict::retry_later);
    const auto newest = token_in(world.mailer.mails().back().message);
    CHECK(works(world, newest));
    world.clock.advance(std::chrono::minutes(2));
    world.mailer.answer_next(Delivery{.verdict = DeliveryVerdict::permanent, .reason = "smtp-550"});
    REQUIRE(world.outbox.deliver(10).value().failed == 1);
    CHECK(mail_of(world, waiting).attempts == 2);
    CHECK(works(world, newest));
    CHECK(!works(world, older));
  }
  SUBCASE("the next mail is one like any other") {
    CHECK(mail_of(world, again(DeliveryVerdict::accepted)).state == MailState::sent);
    CHECK(!works(world, older));
    CHECK(works(world, token_in(world.mailer.mails().back().message)));
  }
}

TEST_CASE("A mailer that is set up wrongly keeps every mail queued and is told to the host") {
  World world;
  const auto acme = world.found();
  world.mailer.answer_next(Errc::invalid_configuration);
  CHECK(world.outbox.deliver(10).error() == Errc::invalid_configuration);
  CHECK(mail_of(world, acme.manager.welcome_mail).state == MailState::queued);
  world.clock.advance(std::chrono::hours(1));
  CHECK(world.outbox.deliver(10).value().sent == 1);
}

TEST_CASE("A mail that cannot be composed keeps no other back, and kills no working link (R24)") {
  class Picky final : public MailRenderer {
   public:
    Result<RenderedMail> render(const MailContent& content) const override {
      if (broken && content.entries.front().login_name == "100@acme") {
        return RenderedMail{.subject = "two\nlines", .text = "t", .html = "h"};
      }
      return inner.render(content);
    }
    StandardMailRenderer inner;
    bool broken = false;
  };
  World world;
  Picky renderer;
  const Outbox outbox(world.env, {.mailer = world.mailer,
                                  .renderer = renderer,
                                  .links = world.links,
                                  .from = EmailAddress::parse("portal@portal.example").value()});
  const auto acme = world.found();
  REQUIRE(outbox.deliver(10).value().sent == 1);
  const auto token = token_in(world.mailer.mails().back().message);
  renderer.broken = true;
  REQUIRE(world.organizations.send_welcome_mail(world.host(), acme.manager.account).has_value());
  world.clock.advance(std::chrono::seconds(1));
  REQUIRE(
      world.organizations
          .invite(world.host(), acme.organization, {.extension = "201", .display_name = "M", .email = "m@acme.example"})
          .has_value());
  const auto report = outbox.deliver(10).value();
  CHECK(report.first_error == Errc::malformed_mail_header);
  CHECK(report.sent == 1);
  CHECK(world.mailer.mails().back().to.as_typed() == "m@acme.example");
  CHECK(works(world, token));
  renderer.broken = false;
  world.clock.advance(std::chrono::hours(1));
  CHECK(outbox.deliver(10).value().sent == 1);
  CHECK(!works(world, token));
}

TEST_CASE("R24: a waiting mail that a newer one overtook is superseded and never handed over") {
  World world;
  const auto acme = world.found();
  REQUIRE(world.organizations.send_welcome_mail(world.host(), acme.manager.account).has_value());
  const auto report = world.outbox.deliver(10).value();
  CHECK(report.sent == 1);
  CHECK(report.dropped == 1);
  CHECK(mail_of(world, acme.manager.welcome_mail).state == MailState::superseded);
  CHECK(mail_of(world, acme.manager.welcome_mail).attempts == 0);
  CHECK(works(world, token_in(world.mailer.mails().back().message)));
}

TEST_CASE(
    "A mail that was put off in doubt and arrived is voided once its link is used; attempts says that it was out") {
  World world;
  const auto acme = world.found();
  world.mailer.answer_next(Delivery{.verdict = DeliveryVerdict::retry_later, .reason = "lost"});
  REQUIRE(world.outbox.deliver(10).value().retried == 1);
  REQUIRE(std::holds_alternative<SetupCompleted>(world.redeem(token_in(world.mailer.mails().front().message))));
  world.clock.advance(std::chrono::minutes(2));
  CHECK(world.outbox.deliver(10).value().dropped == 1);
  CHECK(mail_of(world, acme.manager.welcome_mail).state == MailState::voided);
  CHECK(mail_of(world, acme.manager.welcome_mail).attempts == 1);
}

TEST_CASE("R75: who is removed while a welcome mail is decided gets none, and is not found") {
  for (const bool is_first : {true, false}) {  // whether the mail would issue the first link, or raise one that is gone
    CAPTURE(is_first);
    World world;
    const auto acme = world.found_active();
    const std::vector<ImportRow> rows{
        {.extension = "201", .display_name = "Noa", .email = "noa@acme.example", .status = AccountStatus::invited}};
    REQUIRE(world.organizations.import_accounts(world.host(), acme.organization, rows, ImportMode::commit).has_value());
    const auto noa = world.store.find_account_by_login(LoginName::parse("201@acme").value()).value()->id;
    if (!is_first) {
      REQUIRE(world.organizations.send_welcome_mail(world.host(), noa).has_value());
    }
    OvertakenStore<PutMailIntent> store(world.store);
    const Environment env{
        .store = store, .clock = world.clock, .random = world.random, .hasher = world.hasher, .keys = world.keys};
    store.overtake = [&] {
      CHECK(std::holds_alternative<AccountRemoved>(
          world.account_admin.remove(world.host(), noa, world.account(noa).version).value()));
    };
    const auto outcome = OrganizationAdmin(env).send_welcome_mail(world.host(), noa).value();
    CHECK_FALSE(store.overtake);
    CHECK(std::get<OperationRefused>(outcome).reason == Permission::not_found);
    CHECK(world.store.list_mails(noa, {}).value().records.empty());
    CHECK(world.memory.dump().find("noa@acme.example") == std::string::npos);
  }
}

TEST_CASE("S303: a mail to an account that was suspended meanwhile is voided") {
  World world;
  const auto acme = world.found();
  world.alter(acme.manager.account, [](Account& account) { account.status = AccountStatus::suspended; });
  CHECK(world.outbox.deliver(10).value().dropped == 1);
  CHECK(mail_of(world, acme.manager.welcome_mail).state == MailState::voided);
  CHECK(world.mailer.mails().empty());
}

TEST_CASE("R22: a mail that could not leave in time is failed, so that no link outlives its 72 hours") {
  World world;
  const auto acme = world.found();
  world.clock.advance(std::chrono::hours(49));
  CHECK(world.outbox.deliver(10).value().failed == 1);
  CHECK(mail_of(world, acme.manager.welcome_mail).reason == "gave_up");
  CHECK(world.mailer.mails().empty());
}

TEST_CASE("A worker killed in the middle repeats at most its mail: same Message-ID, same link") {
  World world;
  const auto acme = world.found();
  const Instant now = world.clock.now();
  const auto lease = LeaseToken::make(now, {});
  const auto claimed = world.store.claim_mail(10, now, now + world.env.policies.mail.lease, lease).value();
  REQUIRE(claimed.size() == 1);
  CHECK(world.outbox.deliver(10).value().claimed == 0);  // the dead worker's lease holds
  world.clock.advance(world.env.policies.mail.lease);
  CHECK(world.outbox.deliver(10).value().sent == 1);
  CHECK(world.outbox.deliver(10).value().claimed == 0);
  CHECK(mail_of(world, acme.manager.welcome_mail).state == MailState::sent);
}

TEST_CASE("A mail found sending whose link was used meanwhile is sent, and not repeated") {
  World world;
  const auto acme = world.found();
  // The first worker hands the mail over, and dies before its mark: the same as a lease that is put back to `sending`.
  const Instant now = world.clock.now();
  const auto lease = LeaseToken::make(now, {});
  const auto until = now + world.env.policies.mail.lease;
  const auto claimed = world.store.claim_mail(10, now, until, lease).value();
  const auto link = claimed.front().parts.front().link.value();
  const ChangeSet begin{
      .id = ChangeId::make(now, {}),
      .at = now,
      .changes = {BeginHandOver{.mail = acme.manager.welcome_mail,
                                .lease = lease,
                                .until = until,
                                .parts = {{.account = acme.manager.account,
                                           .link = LinkHandOver{.id = link.id,
                                                                .generation = link.generation,
                                                                .epoch = link.epoch,
                                                                .expires_at = until + std::chrono::hours(24),
                                                                .ends_at = until + std::chrono::hours(48),
                                                                .sent_to = claimed.front().to}}}}}};
  REQUIRE(std::holds_alternative<Committed>(world.store.commit(begin).value()));
  const auto token = make_link_token(*world.keys.current(), link.purpose, link.id, link.generation).value();
  REQUIRE(std::holds_alternative<SetupCompleted>(world.redeem(std::string(token.reveal()))));
  world.clock.advance(world.env.policies.mail.lease);
  const auto report = world.outbox.deliver(10).value();
  CHECK(report.sent == 2);  // the welcome mail by its link, and the notice
  CHECK(world.mailer.mails().size() == 1);
  CHECK(mail_of(world, acme.manager.welcome_mail).state == MailState::sent);
}

TEST_CASE("R72: the mail is in its reader's language") {
  World world;
  const auto acme = world.found_active();
  REQUIRE(
      world.organizations
          .invite(world.host(), acme.organization,
                  {.extension = "201", .display_name = "No\xc3\xa9", .email = "noe@acme.example", .locale = "fr-CA"})
          .has_value());
  world.deliver();
  const auto in_language = [&](const std::string& language) {
    const auto mails = world.mailer.mails();
    return std::ranges::count_if(mails, [&](const OutgoingMail& mail) {
      return mail.message.find("Content-Language: " + language) != std::string::npos;
    });
  };
  CHECK(in_language("fr\r\n") == 1);  // what it is written in, not what was asked for
  CHECK(in_language("en\r\n") == 2);  // the manager's welcome mail and notice
}

TEST_CASE("S315, S316: a name made to break out of the header or the page is refused at intake or escaped") {
  World world;
  const auto acme = world.found_active();
  const auto invite = [&](const std::string& name) {
    return world.organizations
        .invite(world.host(), acme.organization, {.extension = "201", .display_name = name, .email = "n@acme.example"})
        .value();
  };
  for (const auto& name : std::vector<std::string>{"A\r\nBcc: x@evil.example", "A\nB", std::string("A\0B", 3),
                                                   "A\xe2\x80\xa8"
                                                   "B"}) {
    CHECK(std::holds_alternative<InputRefused>(invite(name)));
  }
  REQUIRE(std::holds_alternative<Invited>(invite("<a href=//evil.example>%s%n{{7*7}}</a>")));
  world.deliver();
  const auto mails = world.mailer.mails();
  const auto mail =
      std::ranges::find_if(mails, [](const OutgoingMail& each) { return each.to.canonical() == "n@acme.example"; });
  REQUIRE(mail != mails.end());
  const auto html = mail->message.find("Content-Type: text/html");
  REQUIRE(html != std::string::npos);
  const auto page = decode_quoted_printable(mail->message.substr(html));
  CHECK(page.find("<a href=//evil.example>") == std::string::npos);
  CHECK(page.find("&lt;a href=//evil.example&gt;") != std::string::npos);
}
