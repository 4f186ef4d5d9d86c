#include <ostiary/rules/invitation.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

NewAccount new_account() {
  return {.extension = "202", .display_name = "Noël Roy", .email = "Noel@Mail.example", .role = Role::supervisor};
}

NewOrganization new_organization() {
  NewOrganization request{.domain = "Maple", .name = "Maple Dental"};
  request.support_contact = "help@maple.example";
  request.manager = new_account();
  return request;
}

template <class Parsed>
std::string flaws_of(const std::variant<Parsed, std::vector<InputFlaw>>& result) {
  std::string text;
  if (const auto* flaws = std::get_if<std::vector<InputFlaw>>(&result)) {
    for (const InputFlaw& flaw : *flaws) {
      CHECK(flaw.error == ErrorKind::caller);
      text += fmt::format("{}: {}\n", flaw.field, flaw.error.message());
    }
  }
  return text;
}

std::string flaws_of(const NewAccount& account, ExtensionAlphabet alphabet = ExtensionAlphabet::digits) {
  return flaws_of(parse_new_account(account, acme().domain, alphabet));
}

std::string flaw(std::string_view field, Errc error) {
  return fmt::format("{}: {}\n", field, make_error_code(error).message());
}

ParsedAccount parsed(const NewAccount& account = new_account()) {
  return std::get<ParsedAccount>(parse_new_account(account, acme().domain, ExtensionAlphabet::digits));
}

Decision<Invited> invite(const Actor& actor, const NewAccount& account = new_account()) {
  auto randomness = fresh();
  return decide_invitation(actor, parsed(account), acme(), {}, randomness, noon);
}

Decision<WelcomeOutcome> welcome(const Actor& actor, const Account& account, const std::optional<Link>& stored) {
  auto randomness = fresh();
  return decide_welcome_mail(actor, account, acme(), stored, {}, randomness, noon);
}

}  // namespace

TEST_CASE("R12, R14: a new account of the right form is parsed, as typed") {
  auto request = new_account();
  request.locale = "fr-CA";
  request.host_ref = "crm-17";
  const auto account = parsed(request);
  CHECK(account.login.as_typed() == "202@acme");
  CHECK(account.display_name == "Noël Roy");
  CHECK(account.email.as_typed() == "Noel@Mail.example");
  CHECK(account.role == Role::supervisor);
  CHECK(account.locale->tag() == "fr-CA");
  CHECK(account.host_ref == "crm-17");
  CHECK_FALSE(parsed().locale);
}

TEST_CASE("every flaw of a new account is reported at once, under its field's name") {
  NewAccount request{.extension = "2 2", .display_name = "", .email = "nobody", .locale = "e"};
  request.host_ref = std::string(65, 'x');
  CHECK(flaws_of(request) == flaw("extension", Errc::malformed_extension) + flaw("display_name", Errc::malformed_text) +
                                 flaw("email", Errc::malformed_email_address) + flaw("locale", Errc::malformed_locale) +
                                 flaw("host_ref", Errc::text_too_long));
  CHECK(flaws_of(new_account()).empty());
}

TEST_CASE("R12: letters in an extension are the organisation's choice") {
  auto request = new_account();
  request.extension = "reception";
  CHECK(flaws_of(request) == flaw("extension", Errc::malformed_extension));
  CHECK(flaws_of(request, ExtensionAlphabet::letters_digits).empty());
}

TEST_CASE("texts are bounded and clean") {
  auto request = new_account();
  request.display_name = std::string(200, 'n');
  request.host_ref = std::string(64, 'r');
  CHECK(flaws_of(request).empty());
  request.display_name += 'n';
  CHECK(flaws_of(request) == flaw("display_name", Errc::text_too_long));
  for (const std::string_view hostile : {"a\nb", "a\rb", "\x1b[1m", "\xff"}) {
    request = new_account();
    request.display_name = hostile;
    request.host_ref = hostile;
    CHECK(flaws_of(request) == flaw("display_name", Errc::malformed_text) + flaw("host_ref", Errc::malformed_text));
  }
}

TEST_CASE("a new organisation of the right form is parsed; its first account is a manager whatever was asked for") {
  auto request = new_organization();
  request.extension_alphabet = ExtensionAlphabet::letters_digits;
  request.manager.extension = "front.desk";
  const auto [organization, manager] = std::get<ParsedOrganization>(parse_new_organization(request));
  CHECK(organization.domain.as_typed() == "Maple");
  CHECK(organization.name == "Maple Dental");
  CHECK(organization.support_contact == "help@maple.example");
  CHECK(organization.locale.tag() == "en");
  CHECK(organization.extension_alphabet == ExtensionAlphabet::letters_digits);
  CHECK(organization.status == OrganizationStatus::active);
  CHECK(organization.active_managers == 0);
  CHECK(manager.login.as_typed() == "front.desk@Maple");
  CHECK(manager.role == Role::manager);
  request.locale = "fr";
  CHECK(std::get<ParsedOrganization>(parse_new_organization(request)).organization.locale.tag() == "fr");
}

TEST_CASE("every flaw of a new organisation is reported at once, the manager's under manager.…") {
  NewOrganization request{.domain = "-", .name = "", .support_contact = std::string(201, 'x')};
  request.locale = "e";
  request.manager = {.extension = "2 2", .display_name = "\n", .email = "nobody"};
  request.manager.locale = "e";
  request.manager.host_ref = std::string(65, 'x');
  const auto managers = flaw("manager.extension", Errc::malformed_extension) +
                        flaw("manager.display_name", Errc::malformed_text) +
                        flaw("manager.email", Errc::malformed_email_address) +
                        flaw("manager.locale", Errc::malformed_locale) + flaw("manager.host_ref", Errc::text_too_long);
  const auto rest = flaw("name", Errc::malformed_text) + flaw("support_contact", Errc::text_too_long) +
                    flaw("locale", Errc::malformed_locale);
  CHECK(flaws_of(parse_new_organization(request)) == flaw("domain", Errc::malformed_domain) + rest + managers);
  request.domain = "maple";
  CHECK(flaws_of(parse_new_organization(request)) == rest + managers);
  CHECK(flaws_of(parse_new_organization(new_organization())).empty());
}

TEST_CASE("R20, R21: an invitation writes account, link, mail and two events, all under the manager's proof") {
  const auto decision = invite(manager());
  REQUIRE(names_of(decision.changes) == "RequireActor PutAccount PutLink PutMailIntent AppendAudit AppendAudit");
  const auto& guard = at<RequireActor>(decision.changes, 0);
  CHECK(guard.account == owner_id);
  CHECK(guard.role == Role::manager);
  CHECK(guard.epoch == 5);
  CHECK(guard.session == session_id);

  const auto& [account, expected] = at<PutAccount>(decision.changes, 1);
  CHECK(expected == 0);
  CHECK_FALSE(account.id.is_nil());
  CHECK(account.organization == acme_id);
  CHECK(account.login.as_typed() == "202@acme");
  CHECK(account.status == AccountStatus::invited);
  CHECK(account.role == Role::supervisor);
  CHECK(account.display_name == "Noël Roy");
  CHECK_FALSE(account.password);
  CHECK_FALSE(account.pin);
  CHECK(account.epochs == Epochs{});
  CHECK(account.created_at == noon);
  CHECK_FALSE(account.setup_completed_at);
  REQUIRE(account.addresses.size() == 1);
  CHECK(account.addresses[0].address.as_typed() == "Noel@Mail.example");
  CHECK(account.addresses[0].purposes == PurposeSet{AddressPurpose::designated});
  CHECK_FALSE(account.addresses[0].verified_at);
  CHECK(account.addresses[0].added_at == noon);

  const auto& link = at<PutLink>(decision.changes, 2);
  CHECK(link.account == account.id);
  CHECK(link.purpose == LinkPurpose::setup);
  CHECK(link.expected == 0);
  const auto& mail = at<PutMailIntent>(decision.changes, 3).mail;
  CHECK(mail.kind == MailKind::welcome);
  CHECK(mail.parts.front().account == account.id);
  CHECK(mail.parts.front().organization == acme_id);
  CHECK(mail.to.as_typed() == "Noel@Mail.example");
  CHECK(mail.parts.front().link->id == link.id);
  CHECK(mail.parts.front().link->generation == 1);
  CHECK(mail.parts.front().link->epoch == 1);

  CHECK(decision.outcome.account == account.id);
  CHECK(decision.outcome.login == account.login);
  CHECK(decision.outcome.welcome_mail == mail.id);
}

TEST_CASE("R69: an invitation's two events name who asked and whom it is about") {
  const auto decision = invite(manager());
  const auto& invited = at<AppendAudit>(decision.changes, 4).event;
  const auto& mailed = at<AppendAudit>(decision.changes, 5).event;
  CHECK(invited.kind == AuditKind::account_invited);
  CHECK(mailed.kind == AuditKind::welcome_mail_requested);
  CHECK(invited.id != mailed.id);
  for (const auto& event : {invited, mailed}) {
    CHECK(event.at == noon);
    CHECK(event.organization == acme_id);
    CHECK(event.actor_kind == AuditActorKind::account);
    CHECK(event.actor == owner_id);
    CHECK(event.subject == decision.outcome.account);
    CHECK(event.reason.empty());
  }
}

TEST_CASE("R67: staff and host have no session to require; their name and reason are in the events") {
  for (const auto& actor : {staff(), host()}) {
    const auto decision = invite(actor);
    REQUIRE(names_of(decision.changes) == "PutAccount PutLink PutMailIntent AppendAudit AppendAudit");
    for (const std::size_t index : {3U, 4U}) {
      const auto& event = at<AppendAudit>(decision.changes, index).event;
      CHECK(event.actor_kind == actor.kind());
      CHECK(event.actor_name == actor.name());
      CHECK(event.actor_reason == actor.reason());
    }
  }
}

TEST_CASE("a welcome mail speaks the account's language where it chose one, else the organisation's") {
  CHECK(at<PutMailIntent>(invite(host()).changes, 2).mail.locale.tag() == "fr");
  auto request = new_account();
  request.locale = "en-GB";
  CHECK(at<PutMailIntent>(invite(host(), request).changes, 2).mail.locale.tag() == "en-GB");
}

TEST_CASE("an organisation is made with its first manager, invited and not yet counted, in one set") {
  auto randomness = fresh();
  auto request = std::get<ParsedOrganization>(parse_new_organization(new_organization()));
  const auto decision = decide_organization(staff(), std::move(request), {}, randomness, noon);
  REQUIRE(names_of(decision.changes) ==
          "PutOrganization PutAccount PutLink PutMailIntent AppendAudit AppendAudit AppendAudit");
  const auto& [organization, expected] = at<PutOrganization>(decision.changes, 0);
  CHECK(expected == 0);
  CHECK_FALSE(organization.id.is_nil());
  CHECK(organization.domain.as_typed() == "Maple");
  CHECK(organization.created_at == noon);
  CHECK(organization.active_managers == 0);
  const auto& account = at<PutAccount>(decision.changes, 1).next;
  CHECK(account.organization == organization.id);
  CHECK(account.role == Role::manager);
  CHECK(account.status == AccountStatus::invited);
  CHECK(at<PutMailIntent>(decision.changes, 3).mail.parts.front().organization == organization.id);

  const auto& created = at<AppendAudit>(decision.changes, 6).event;
  CHECK(created.kind == AuditKind::organization_created);
  CHECK(created.organization == organization.id);
  CHECK_FALSE(created.subject);
  CHECK(created.actor_name == "Robin");
  CHECK(decision.outcome.organization == organization.id);
  CHECK(decision.outcome.manager.account == account.id);
}

TEST_CASE("R24: a new welcome mail raises the generation of the account's link and supersedes nothing yet") {
  Link stored = live_link();
  stored.issued = 3;
  const auto decision = welcome(manager(), invited(), stored);
  REQUIRE(names_of(decision.changes) == "RequireActor PutLink PutMailIntent AppendAudit");
  const auto& link = at<PutLink>(decision.changes, 1);
  CHECK(link.id == link_id);
  CHECK(link.account == owner_id);
  CHECK(link.expected == 3);
  const auto& mail = at<PutMailIntent>(decision.changes, 2).mail;
  CHECK(mail.kind == MailKind::welcome);
  CHECK(mail.parts.front().link->generation == 4);
  CHECK(std::get<WelcomeQueued>(decision.outcome).mail == mail.id);
  CHECK(line_of(at<AppendAudit>(decision.changes, 3).event) ==
        "welcome_mail_requested reason=- actor=account/11/-/- subject=11 organization=1 from=- client=- count=1");
}

TEST_CASE("R21: an account whose link row was cleaned away gets a new row") {
  const auto decision = welcome(host(), invited(), std::nullopt);
  REQUIRE(names_of(decision.changes) == "PutLink PutMailIntent AppendAudit");
  CHECK(at<PutLink>(decision.changes, 0).expected == 0);
  CHECK(at<PutMailIntent>(decision.changes, 1).mail.parts.front().link->generation == 1);
}

TEST_CASE("R24: a completed account is skipped with that reason: an event, no link and no mail") {
  struct Row {
    AccountStatus status;
    WelcomeSkip skip;
    const char* reason;
  };
  static constexpr Row rows[] = {
      {AccountStatus::active, WelcomeSkip::setup_complete, "skipped_setup_complete"},
      {AccountStatus::suspended, WelcomeSkip::suspended, "skipped_suspended"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.reason);
    Account account = active();
    account.status = row.status;
    const auto decision = welcome(manager(), account, live_link());
    CHECK(std::get<WelcomeSkipped>(decision.outcome).reason == row.skip);
    REQUIRE(names_of(decision.changes) == "RequireActor AppendAudit");
    CHECK(line_of(at<AppendAudit>(decision.changes, 1).event) ==
          fmt::format("welcome_mail_requested reason={} actor=account/11/-/- subject=11 organization=1 from=- client=- "
                      "count=1",
                      row.reason));
  }
}
