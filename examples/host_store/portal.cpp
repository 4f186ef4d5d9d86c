#include "portal.hpp"

#include <iostream>

namespace host {
namespace {

ClientContext browser() {
  return {.network = ClientNetwork::parse("192.0.2.10").value(), .client_id = "portal", .user_agent = "host_store"};
}

}  // namespace

Result<std::unique_ptr<Portal>> make_portal(Store& store) {
  static SystemRandom random;
  SecretBytes secret(std::size_t{32});
  OSTIARY_TRY(random.fill(secret.writable()));
  std::vector<Key> keys;
  keys.push_back({.id = 1, .secret = std::move(secret)});
  OSTIARY_TRY(auto ring, KeyRing::create(1, std::move(keys)));
  OSTIARY_TRY(auto hasher, StandardPasswordHasher::create({}, random));
  // NOLINTNEXTLINE(modernize-make-unique): it cannot name the members of an aggregate
  return std::unique_ptr<Portal>(new Portal{.store = store, .hasher = std::move(hasher), .ring = std::move(ring)});
}

Result<OrganizationCreated> found(const Portal& portal, const std::string& domain, const std::string& host_ref) {
  OSTIARY_TRY(const auto actor, Actor::host("host_store"));
  OSTIARY_TRY(auto outcome,
              portal.organizations.create_organization(actor, {.domain = domain,
                                                               .name = "Birch Dental",
                                                               .manager = {.extension = "100",
                                                                           .display_name = "Mara Lindqvist",
                                                                           .email = "mara@birch.example",
                                                                           .host_ref = host_ref}}));
  if (const auto* refused = std::get_if<InputRefused>(&outcome)) {
    return refused->flaws.front().error;  // the story was told in this folder before
  }
  return only<OrganizationCreated>(std::move(outcome));
}

Result<Invited> invite(const Portal& portal, const OrganizationId& organization, const std::string& extension,
                       const std::string& host_ref) {
  OSTIARY_TRY(const auto actor, Actor::host("host_store"));
  OSTIARY_TRY(auto outcome, portal.organizations.invite(actor, organization,
                                                        {.extension = extension,
                                                         .display_name = "Extension " + extension,
                                                         .email = "desk-" + extension + "@birch.example",
                                                         .host_ref = host_ref}));
  return only<Invited>(std::move(outcome));
}

Result<std::string> open_mail(const Portal& portal) {
  OSTIARY_TRY(const auto report, portal.outbox.deliver(10));
  if (report.sent == 0) {
    return Errc::out_of_order;
  }
  return portal.links.last_token();
}

Result<SetupCompleted> complete_setup(const Portal& portal, const std::string& token) {
  OSTIARY_TRY(auto outcome, portal.setup.redeem({.token = token,
                                                 .password = SecretString(story_password),
                                                 .confirmation = SecretString(story_password),
                                                 .pin = SecretString("4071"),
                                                 .client = browser()}));
  return only<SetupCompleted>(std::move(outcome));
}

Result<SignInOutcome> sign_in(const Portal& portal, std::string_view login, std::string_view password) {
  const SecretString typed(password);
  return portal.sign_in.with_password({.login_name = login, .password = typed, .client = browser()});
}

void say(const std::string& line) { std::cout << line << '\n'; }

}  // namespace host
