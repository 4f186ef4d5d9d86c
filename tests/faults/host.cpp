#include "faults/host.hpp"

#include <cstdio>
#include <ranges>

namespace ostiary::test {

FaultHost::FaultHost(testing::FaultWorld& given, const Policies& policies)
    : world(given),
      hasher(StandardPasswordHasher::create(weak_hashing(), world.random).value()),
      keys(make_ring()),
      env{.store = world.store,
          .clock = world.clock,
          .random = world.random,
          .hasher = *hasher,
          .keys = keys,
          .policies = policies},
      organizations(env),
      setup(env),
      sign_in(env),
      sessions(env),
      credentials(env),
      outbox(env, {.mailer = world.mailer,
                   .renderer = renderer,
                   .links = links,
                   .from = EmailAddress::parse("portal@portal.example").value()}),
      recovery(env),
      housekeeping(env) {
  world.secret(good_password);
  world.secret("90284756");  // the PIN of `redeem`
}

bool FaultHost::tick(Duration step) {
  world.clock.advance(step);
  const auto left_before = world.mails.mails().size();
  const auto report = outbox.deliver(10);
  found_mail = found_mail || world.mails.mails().size() > left_before;
  if (!answered(report)) {
    return false;
  }
  found_mail = found_mail || report.value().claimed > 0;
  return found_mail && !report.value().first_error && report.value().lost == 0 && report.value().retried == 0;
}

Result<CreateOrganizationOutcome> FaultHost::create(const std::string& domain) const {
  return organizations.create_organization(
      host(), {.domain = domain,
               .name = "Maple Dental",
               .support_contact = "extension 611",
               .manager = {.extension = "100", .display_name = "Mara Lindqvist", .email = "mara@maple.example"}});
}

OrganizationCreated FaultHost::found() { return std::get<OrganizationCreated>(create("acme").value()); }

Result<InviteOutcome> FaultHost::invite(const Actor& actor, const OrganizationId& organization,
                                        const std::string& extension) {
  return organizations.invite(
      actor, organization,
      {.extension = extension, .display_name = "Member " + extension, .email = "m" + extension + "@maple.example"});
}

std::string FaultHost::deliver_all() {
  REQUIRE(outbox.deliver(100).has_value());
  const auto mails = world.mails.mails();
  for (const auto& mail : mails | std::views::reverse) {
    if (auto token = token_in(mail.message); !token.empty()) {
      world.secret(token);
      return token;
    }
  }
  return {};
}

Result<SetupOutcome> FaultHost::redeem(const std::string& token) {
  return setup.redeem({.token = token,
                       .password = SecretString(good_password),
                       .confirmation = SecretString(good_password),
                       .pin = SecretString("90284756"),
                       .client = client()});
}

OrganizationCreated FaultHost::found_active() {
  auto created = found();
  REQUIRE(std::holds_alternative<SetupCompleted>(redeem(deliver_all()).value()));
  return created;
}

Result<SignInOutcome> FaultHost::try_sign_in(std::string_view login, const std::string& password,
                                             const std::optional<AccountId>& prover) {
  if (prover) {
    world.proved(*prover);
  }
  const SecretString typed(password);
  auto outcome = sign_in.with_password({.login_name = login, .password = typed, .client = client()});
  if (outcome.has_value()) {
    if (const auto* success = std::get_if<SignInSuccess>(&outcome.assume_value())) {
      world.secret(success->token.reveal());
    }
  }
  return outcome;
}

SignInSuccess FaultHost::signed_in(const AccountId& manager) {
  auto outcome = try_sign_in("100@acme", good_password, manager).value();
  REQUIRE(std::holds_alternative<SignInSuccess>(outcome));
  return std::get<SignInSuccess>(std::move(outcome));
}

// AddressSanitizer is ten times slower: there single faults run every line, and the other builds run the pairs.
#ifndef __has_feature
#define __has_feature(name) 0
#endif
constexpr bool has_pairs = !__has_feature(address_sanitizer);

void check_sweep(std::string_view name, const testing::FaultScenario& scenario, const testing::FaultOptions& options) {
  auto within_time = options;
  within_time.pairs = has_pairs ? options.pairs : testing::FaultPairs::none;
  const auto report = testing::fault_sweep(name, scenario, within_time);
  std::puts(report.text().c_str());
  CHECK_MESSAGE(report.passed(), report.text());
}

}  // namespace ostiary::test
