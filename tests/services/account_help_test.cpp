#include <algorithm>

#include "services/world.hpp"
#include <ostiary/services/password_recovery.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

struct Office {
  explicit Office(const Policies& policies = {}) : world(policies) {}

  World world;
  OrganizationCreated acme = world.found_active();
  AccountId member = world.add_active(acme.organization, "201");

  Result<SetTemporaryPasswordOutcome> set(const Actor& actor, const std::string& password,
                                          const std::string& confirmation) {
    return world.account_admin.set_temporary_password(
        actor, member, {.password = SecretString(password), .confirmation = SecretString(confirmation)});
  }
  Result<SetTemporaryPasswordOutcome> set(const Actor& actor, const std::string& password = "Lake-Huron-88") {
    return set(actor, password, password);
  }
};

template <class Expected>
bool is(const auto& outcome) {
  return std::holds_alternative<Expected>(outcome.value());
}

}  // namespace

TEST_CASE("R36: a manager sends a reset link; its owner chooses the password, and nobody else learns it") {
  Office office;
  auto& world = office.world;
  REQUIRE(is<ResetLinkQueued>(world.account_admin.send_reset_link(world.manager(), office.member)));
  const auto token = world.deliver();
  const PasswordRecovery recovery(world.env);
  const auto page = recovery.inspect(token).value();
  CHECK(std::get<ResetPage>(page).login_name == "201@acme");
  const auto done = recovery.redeem({.token = token,
                                     .password = SecretString("Lake-Huron-88"),
                                     .confirmation = SecretString("Lake-Huron-88"),
                                     .client = client()});
  CHECK(is<ResetCompleted>(done));
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("201@acme")));
  world.signed_in("201@acme", "Lake-Huron-88");
}

TEST_CASE("R24, R36: a newer reset link takes the older one's place when it is handed over, not before") {
  Office office;
  auto& world = office.world;
  const PasswordRecovery recovery(world.env);
  REQUIRE(is<ResetLinkQueued>(world.account_admin.send_reset_link(world.host(), office.member)));
  const auto older = world.deliver();
  REQUIRE(is<ResetLinkQueued>(world.account_admin.send_reset_link(world.host(), office.member)));
  CHECK(is<ResetPage>(recovery.inspect(older)));
  const auto newer = world.deliver();
  CHECK(is<LinkRefused>(recovery.inspect(older)));
  CHECK(is<ResetPage>(recovery.inspect(newer)));
}

TEST_CASE("R36, S204: a temporary password signs in once, to choose another; the owner is told, without it") {
  Office office;
  auto& world = office.world;
  const auto session = world.signed_in("201@acme");
  world.deliver();
  const auto mails = world.mailer.mails().size();
  const auto outcome = office.set(world.host());
  const auto& done = std::get<TemporaryPasswordSet>(outcome.value());
  CHECK(done.until == world.clock.now() + std::chrono::hours(24));
  CHECK(std::holds_alternative<SessionRefused>(world.sessions.check(session.token.reveal()).value()));
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("201@acme")));
  CHECK(std::holds_alternative<PasswordChangeRequired>(world.try_sign_in("201@acme", "Lake-Huron-88")));
  world.deliver();
  const auto sent = world.mailer.mails();
  REQUIRE(sent.size() == mails + 1);
  CHECK(sent.back().to == designated_address(world.account(office.member)));
  CHECK(decode_quoted_printable(sent.back().message).find("Lake-Huron-88") == std::string::npos);
  CHECK(token_in(sent.back().message).empty());
  CHECK(std::ranges::count(world.kinds(office.acme.organization), "temporary_password_set") == 1);
  world.clock.advance(std::chrono::hours(24));
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("201@acme", "Lake-Huron-88")));
}

TEST_CASE("R1-R4, R9: a temporary password obeys the policy; every flaw is told, before any hashing and any charge") {
  Office office;
  auto& world = office.world;
  const int hashes = world.hasher.hashes;
  const auto before = world.account(office.member).version;
  const auto flaws = office.set(world.manager(), "short");
  CHECK(std::get<CredentialsRefused>(flaws.value()).password.size() == 3);
  const auto mismatch = office.set(world.manager(), "Lake-Huron-88", "Lake-Huron-89");
  REQUIRE(std::get<CredentialsRefused>(mismatch.value()).password.size() == 1);
  CHECK(std::get<CredentialsRefused>(mismatch.value()).password.front().code == PasswordFlawCode::mismatch);
  CHECK(is<CredentialsRefused>(office.set(world.manager(), "201@ACME")));
  CHECK(world.hasher.hashes == hashes);
  CHECK(world.account(office.member).version == before);
}

TEST_CASE("R36, S303: neither way helps who is invited or suspended, and nothing is hashed or mailed for them") {
  Office office;
  auto& world = office.world;
  REQUIRE(world.organizations.suspend(world.host(), office.member).has_value());
  const int hashes = world.hasher.hashes;
  const auto mails = world.store.list_mails(office.member, {.limit = 500}).value().records.size();
  CHECK(std::get<WrongStatus>(office.set(world.host()).value()).status == AccountStatus::suspended);
  const auto sent = world.account_admin.send_reset_link(world.host(), office.member);
  CHECK(std::get<WrongStatus>(sent.value()).status == AccountStatus::suspended);
  CHECK(world.hasher.hashes == hashes);
  CHECK(world.store.list_mails(office.member, {.limit = 500}).value().records.size() == mails);
}

TEST_CASE("R70, S328: nothing that a manager does floods an address, and what is refused for that changes nothing") {
  Office office;
  auto& world = office.world;
  const auto manager = world.manager();
  int queued = 0;
  for (int i = 0; i < 30; ++i) {
    queued += is<ResetLinkQueued>(world.account_admin.send_reset_link(manager, office.member)) ? 1 : 0;
  }
  CHECK(queued <= 10);
  CHECK(queued >= 8);  // the welcome mail was charged too
  const int hashes = world.hasher.hashes;
  const auto before = world.account(office.member).version;
  CHECK(is<Throttled>(office.set(manager)));  // the owner could not be told
  CHECK(world.hasher.hashes == hashes);
  CHECK(world.account(office.member).version == before);
}

TEST_CASE("R70: an address that is added to many invited accounts gets no more mails than its budget") {
  Office office;
  auto& world = office.world;
  int added = 0;
  for (int i = 0; i < 20; ++i) {
    const auto extension = std::to_string(400 + i);
    const auto guest =
        std::get<Invited>(
            world.organizations
                .invite(world.host(), office.acme.organization,
                        {.extension = extension, .display_name = "Ada", .email = "m" + extension + "@acme.example"})
                .value())
            .account;
    const auto outcome = world.account_admin.add_address(world.host(), guest, 1, "victim@home.example");
    added += is<AddressAdded>(outcome) ? 1 : 0;
    const auto replaced = world.account_admin.replace_designated(world.host(), guest, world.account(guest).version,
                                                                 "victim@home.example");
    added += is<DesignatedReplaced>(replaced) ? 1 : 0;
  }
  CHECK(added == 10);
}

TEST_CASE("a busy hasher sets no password") {
  Office office;
  office.world.hasher.fail_hash = true;
  const auto before = office.world.account(office.member).version;
  CHECK(office.set(office.world.host()).error() == Errc::hasher_busy);
  CHECK(office.world.account(office.member).version == before);
}
