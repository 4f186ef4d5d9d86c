// From the welcome mail to signed in: an office manager and one member of an invented organisation, on an SQLite file.
// Usage: quickstart FOLDER [--smtp HOST:PORT | --smtp-insecurely-plain HOST:PORT]

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <span>

#include "host.hpp"
#include "support.hpp"

namespace {

using namespace ostiary;  // NOLINT(google-build-using-namespace): an example reads better so

const ClientNetwork home = ClientNetwork::parse("192.0.2.10").value();

ClientContext browser() { return {.network = home, .client_id = "portal", .user_agent = "quickstart"}; }

// [create]
Result<OrganizationCreated> create_organization(const Host& host) {
  OSTIARY_TRY(const auto actor, Actor::host("quickstart"));
  const NewOrganization acme{
      .domain = "acme",
      .name = "Acme Dental",
      .support_contact = "help desk, extension 611",
      .manager = {.extension = "100", .display_name = "Mara Lindqvist", .email = "mara@acme.example"}};
  OSTIARY_TRY(auto outcome, host.organizations.create_organization(actor, acme));
  if (const auto* refused = std::get_if<InputRefused>(&outcome)) {
    return refused->flaws.front().error;  // the story was told in this folder before
  }
  return only<OrganizationCreated>(std::move(outcome));
}
// [create]

// [setup]
Result<void> complete_setup(const Host& host, const std::string& token, std::string_view password) {
  OSTIARY_TRY(auto page, host.setup.inspect(token));
  OSTIARY_TRY(const auto shown, only<SetupPage>(std::move(page)));
  say("  the setup page greets " + shown.display_name + ", login name " + shown.login_name);
  OSTIARY_TRY(auto outcome, host.setup.redeem({.token = token,
                                               .password = SecretString(password),
                                               .confirmation = SecretString(password),
                                               .pin = SecretString("4071"),
                                               .client = browser()}));
  OSTIARY_TRY(only<SetupCompleted>(std::move(outcome)));
  say("  setup is complete");
  return success();
}
// [setup]

// [sign-in]
Result<SignedIn> sign_in(const Host& host, std::string_view login, std::string_view password) {
  const SecretString typed(password);
  OSTIARY_TRY(auto outcome, host.sign_in.with_password({.login_name = login, .password = typed, .client = browser()}));
  OSTIARY_TRY(const auto begun, only<SignInSuccess>(std::move(outcome)));
  // The token goes into the session cookie; each later request brings it back:
  OSTIARY_TRY(auto verdict, host.sessions.check(begun.token.reveal()));
  return only<SignedIn>(std::move(verdict));
}
// [sign-in]

// [recovery]
Result<void> recover(const Host& host, const std::filesystem::path& mails, std::string_view address,
                     std::string_view new_password) {
  // The answer is the same whoever has the address, and whether anybody has it.
  OSTIARY_TRY(const auto asked,
              host.recovery.request({.kind = RecoveryKind::reset_password, .address = address, .client = browser()}));
  OSTIARY_TRY(only<RecoveryAccepted>(asked));
  OSTIARY_TRY(const auto token, deliver_and_read(host, mails));
  OSTIARY_TRY(auto outcome, host.recovery.redeem({.token = token,
                                                  .password = SecretString(new_password),
                                                  .confirmation = SecretString(new_password),
                                                  .client = browser()}));
  OSTIARY_TRY(only<ResetCompleted>(std::move(outcome)));
  say("  the password is a new one, and every session has ended");
  return success();
}
// [recovery]

// [second-factor]
Result<void> protect(const Host& host, const SignedIn& owner, Phone& phone, std::string_view password) {
  OSTIARY_TRY(auto begun, host.second_factor.begin(owner));
  OSTIARY_TRY(const auto offer, only<EnrolmentOffer>(std::move(begun)));
  phone.scan(offer);  // the page shows offer.uri as a QR code (make_qr_svg of ostiary::qr), and offer.secret for typing
  OSTIARY_TRY(auto outcome, host.second_factor.confirm(
                                owner, {.ticket = offer.ticket.reveal(),
                                        .code = phone.next_code(),
                                        .entry = {.current_password = SecretString(password), .client = browser()}}));
  OSTIARY_TRY(const auto enabled, only<FactorEnabled>(std::move(outcome)));
  say("  the second factor is on; " + std::to_string(enabled.recovery_codes.size()) +
      " recovery codes are shown, once");
  return success();
}

Result<SignedIn> sign_in_with_code(const Host& host, std::string_view login, std::string_view password, Phone& phone) {
  const SecretString typed(password);
  OSTIARY_TRY(auto first, host.sign_in.with_password({.login_name = login, .password = typed, .client = browser()}));
  OSTIARY_TRY(const auto asked, only<SecondFactorRequired>(std::move(first)));
  OSTIARY_TRY(auto outcome,
              host.sign_in.with_factor({.ticket = asked.ticket.reveal(),
                                        .proof = {.method = FactorMethod::totp, .code = phone.next_code()},
                                        .remember = RememberDevice::no,
                                        .client = browser()}));
  OSTIARY_TRY(const auto begun, only<SignInSuccess>(std::move(outcome)));
  return begun.who;
}
// [second-factor]

Result<void> show_refusals(const Host& host, const std::string& used_token) {
  const SecretString wrong("Wrong-Password-1");
  OSTIARY_TRY(const auto refused,
              host.sign_in.with_password({.login_name = "201@acme", .password = wrong, .client = browser()}));
  say("  a wrong password is " + std::string(std::holds_alternative<SignInRefused>(refused) ? "refused" : "ACCEPTED"));
  OSTIARY_TRY(const auto again, host.setup.inspect(used_token));
  const auto* const link = std::get_if<LinkRefused>(&again);
  say("  the used link is " + std::string(link != nullptr ? link_verdict_name(link->verdict) : "GOOD"));
  auto forged = used_token;
  forged.at(0) = forged.at(0) == 'A' ? 'B' : 'A';
  const auto answer = host.setup.inspect(forged);
  say("  a forged link: " + (answer ? std::string("ACCEPTED") : answer.error().message()));
  return success();
}

Result<void> show_audit(const Host& host, const OrganizationId& organization) {
  OSTIARY_TRY(const auto page, host.store->list_audit(organization, {}));
  for (const auto& row : page.records) {
    say("  " + std::string(audit_kind_name(row.event.kind)) +
        (row.event.reason.empty() ? "" : ": " + row.event.reason));
  }
  return success();
}

Result<void> tell_story(const Host& host, const std::filesystem::path& mails) {
  say("1. The host founds an organisation; its office manager gets a welcome mail.");
  OSTIARY_TRY(const auto acme, create_organization(host));
  OSTIARY_TRY(const auto manager_token, deliver_and_read(host, mails));
  OSTIARY_TRY(complete_setup(host, manager_token, "Lake-Superior-7"));

  say("2. The office manager signs in and creates an account.");
  OSTIARY_TRY(const auto mara, sign_in(host, "100@acme", "Lake-Superior-7"));
  const auto manager = Actor::in_view(mara, View::manage_organization);
  if (!manager) {
    return Errc::out_of_order;
  }
  OSTIARY_TRY(auto outcome,
              host.organizations.invite(
                  *manager, acme.organization,
                  {.extension = "201", .display_name = "Noé Tremblay", .email = "noe@acme.example", .locale = "fr"}));
  OSTIARY_TRY(only<Invited>(std::move(outcome)));
  OSTIARY_TRY(const auto token, deliver_and_read(host, mails));

  say("3. The owner follows the link. A weak password is refused with every reason; the link still works.");
  OSTIARY_TRY(auto weak, host.setup.redeem({.token = token,
                                            .password = SecretString("short"),
                                            .confirmation = SecretString("short"),
                                            .pin = SecretString("1234"),
                                            .client = browser()}));
  OSTIARY_TRY(const auto flaws, only<CredentialsRefused>(std::move(weak)));
  show(flaws);
  OSTIARY_TRY(complete_setup(host, token, "Rivière-Rouge-88"));

  say("4. What is refused:");
  OSTIARY_TRY(show_refusals(host, token));

  say("5. The owner signs in.");
  OSTIARY_TRY(const auto noe, sign_in(host, "201@ACME", "Rivière-Rouge-88"));
  say("  " + noe.account().login.as_typed() + " is signed in through the client \"" + noe.client_id() + "\"");

  say("6. The owner forgets the password, and has a link mailed to the designated address.");
  OSTIARY_TRY(recover(host, mails, "noe@acme.example", "Baie-James-1975"));
  OSTIARY_TRY(const auto again, sign_in(host, "201@acme", "Baie-James-1975"));
  say("  201@acme signs in with it");

  say("7. The owner switches a second factor on; from then on a sign-in asks for a code.");
  Phone phone;
  OSTIARY_TRY(protect(host, again, phone, "Baie-James-1975"));
  OSTIARY_TRY(sign_in_with_code(host, "201@acme", "Baie-James-1975", phone));
  say("  201@acme signs in with the password and a code");

  say("8. What the organisation's audit says:");
  return show_audit(host, acme.organization);
}

}  // namespace

int main(int argc, char** argv) {
  const auto arguments = std::span(argv, static_cast<std::size_t>(argc)).subspan(1);
  const auto options = parse_options({arguments.begin(), arguments.end()});
  if (!options) {
    std::cerr << "usage: quickstart FOLDER [--smtp HOST:PORT | --smtp-insecurely-plain HOST:PORT]\n";
    return EXIT_FAILURE;
  }
  const auto host = make_host(*options);
  if (!host) {
    std::cerr << "quickstart: cannot start: " << host.error().message() << '\n';
    return EXIT_FAILURE;
  }
  if (const auto told = tell_story(*host.value(), options->folder / "mails"); !told) {
    std::cerr << "quickstart: stopped: " << told.error().message() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
