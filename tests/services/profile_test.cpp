#include <ostiary/services/profile.hpp>

#include <algorithm>

#include "services/profile_world.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

const std::string next_password = "Lake-Ontario-8";

template <class Outcome>
bool is_wrong(const Outcome& outcome) {
  const auto* const refused = std::get_if<CurrentPasswordRefused>(&outcome);
  return refused != nullptr && refused->reason == CurrentPasswordRefusal::wrong;
}

ChangePinOutcome change_pin(ProfileWorld& world, const SignedIn& owner, const std::string& password,
                            const std::string& pin) {
  return world.profile
      .change_pin(owner, {.current_password = SecretString(password), .pin = SecretString(pin), .client = client()})
      .value();
}

class OneWord final : public Blocklist {
 public:
  Result<bool> contains(const SecretString& password) const override { return password.reveal() == "Password-123"; }
};

}  // namespace

TEST_CASE("R39, R68, S347: a changed password keeps this session alone, and is the only one that signs in") {
  ProfileWorld world;
  const auto other = world.signed_in("100@acme");
  const auto cookie = std::string(other.device_cookie.reveal());
  const auto mine = world.signed_in("100@acme");
  world.put_link(MailKind::reset_password, LinkPurpose::reset);
  const auto reset = world.token_to("mara@acme.example");
  REQUIRE(world.verdict_of(LinkPurpose::reset, reset) == LinkVerdict::good);

  const auto outcome = world.change_password(mine.who, good_password, next_password);
  REQUIRE(std::holds_alternative<PasswordChanged>(outcome));
  CHECK(std::get<PasswordChanged>(outcome).ended.other_sessions == Effect::ends);
  CHECK(world.is_live(mine));
  CHECK(!world.is_live(other));
  CHECK(world.verdict_of(LinkPurpose::reset, reset) == LinkVerdict::voided);  // S302
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("100@acme")));
  world.clock.advance(Duration(1));
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme", next_password, "192.0.2.1", cookie)));
  CHECK(world.newest_event() == "signed_in:unknown_device");
  CHECK(world.has_event("password_changed"));
  CHECK(world.mails_to("mara@acme.example", MailKind::password_changed) == 1);
  // The proof is of the older epoch; the session's token gives one that holds.
  CHECK(world.profile.end_all_devices(mine.who, client()).error() == Errc::actor_revoked);
  const auto renewed = std::get<SignedIn>(world.sessions.check(mine.token.reveal()).value());
  CHECK(world.profile.end_all_devices(renewed, client()).has_value());
}

TEST_CASE("R39, S239: a wrong current password changes nothing, is audited, and is throttled before any hash") {
  ProfileWorld world;
  const auto owner = world.owner();
  for (int i = 0; i < 10; ++i) {
    CHECK(is_wrong(world.change_password(owner, "Wrong-Lake-77", next_password)));
  }
  CHECK(world.has_event("password_change_refused:wrong_password"));
  const int verifies = world.hasher.verifies;
  CHECK(std::holds_alternative<Throttled>(world.change_password(owner, good_password, next_password)));
  CHECK(std::holds_alternative<Throttled>(change_pin(world, owner, good_password, "90284756")));
  CHECK(world.hasher.verifies == verifies);
  CHECK(world.has_event("throttled:current_password"));
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme")));
  world.clock.advance(std::chrono::minutes(1));
  CHECK(std::holds_alternative<PasswordChanged>(world.change_password(owner, good_password, next_password)));
}

TEST_CASE("R70: a right current password gives its try back") {
  ProfileWorld world;
  const auto owner = world.owner();
  for (int i = 0; i < 15; ++i) {
    CHECK(std::holds_alternative<PinChanged>(change_pin(world, owner, good_password, "4071")));
  }
}

TEST_CASE("R39: where no current password was given nothing is charged, hashed or audited") {
  ProfileWorld world;
  const auto owner = world.owner();
  const auto before = world.memory.dump();
  const auto outcome = world.change_password(owner, "", next_password);
  CHECK(std::get<CurrentPasswordRefused>(outcome).reason == CurrentPasswordRefusal::required);
  CHECK(world.memory.dump() == before);
}

TEST_CASE("R1-R4, R9: the new password's flaws are told before the current one is asked, and change nothing") {
  ProfileWorld world;
  const OneWord blocklist;
  Environment env = world.env;
  env.blocklist = &blocklist;
  const Profile profile(env);
  const auto owner = world.owner();
  const auto before = world.memory.dump();
  const int verifies = world.hasher.verifies;
  const auto flaws_of = [&](std::string_view password, std::string_view confirmation) {
    const auto outcome = profile
                             .change_password(owner, {.current = SecretString(good_password),
                                                      .password = SecretString(password),
                                                      .confirmation = SecretString(confirmation),
                                                      .client = client()})
                             .value();
    std::string names;
    for (const auto& flaw : std::get<CredentialsRefused>(outcome).password) {
      names += std::string(password_flaw_name(flaw.code)) + " ";
    }
    return names;
  };
  CHECK(flaws_of("Lake-Ontario-8", "Lake-Ontario-9") == "mismatch ");
  CHECK(flaws_of("short", "short") == "length_min capitals_min digits_min ");
  CHECK(flaws_of("100@Acme1x", "100@Acme1x") == "context_word ");
  CHECK(flaws_of("MAPLE Dental 1", "MAPLE Dental 1") == "context_word ");
  CHECK(flaws_of("Password-123", "Password-123") == "blocklisted ");
  CHECK(world.memory.dump() == before);
  CHECK(world.hasher.verifies == verifies);
}

TEST_CASE("R67: a session that ended meanwhile changes nothing, whatever it asks for") {
  ProfileWorld world;
  world.give("second@acme.example", {AddressPurpose::recovery});
  const auto ended = world.owner();
  const auto living = world.signed_in("100@acme");
  REQUIRE(world.sessions.end_all(living.who, ThisSession::stays).has_value());
  const auto before = world.own();
  const auto& profile = world.profile;
  const auto entry = [](std::string_view address, PurposeSet purposes = {}) {
    return ProfileWorld::entry(address, purposes, good_password);
  };
  const std::vector<std::error_code> errors = {
      profile
          .change_password(ended, {.current = SecretString(good_password),
                                   .password = SecretString(next_password),
                                   .confirmation = SecretString(next_password),
                                   .client = client()})
          .error(),
      profile
          .change_pin(
              ended,
              {.current_password = SecretString(good_password), .pin = SecretString("90284756"), .client = client()})
          .error(),
      profile.edit(ended, {.version = before.version, .display_name = "Thief"}, client()).error(),
      profile.edit(ended, {.version = 1, .display_name = "Thief"}, client()).error(),
      profile.add_address(ended, entry("thief@evil.example", {AddressPurpose::designated})).error(),
      profile.request_designated(ended, entry("second@acme.example")).error(),
      profile.set_purposes(ended, entry("second@acme.example", {AddressPurpose::sign_in})).error(),
      profile.remove_address(ended, entry("second@acme.example")).error(),
      profile.remove_address(ended, entry("mara@acme.example")).error(),
      profile.end_all_devices(ended, client()).error()};
  for (const auto& error : errors) {
    CHECK(error == Errc::actor_revoked);
  }
  CHECK(encode(world.own()) == encode(before));
  CHECK(world.own().version == before.version);
}

TEST_CASE("R67: a session that ends while its password is compared changes nothing") {
  ProfileWorld world;
  const auto mine = world.owner();
  const auto living = world.signed_in("100@acme");
  world.hasher.after_verify = [&] {
    REQUIRE(world.sessions.end(living.who, mine.session()).value() == SessionEnd::ended);
    world.hasher.after_verify = nullptr;  // the last: this very function goes with it
  };
  CHECK(world.profile
            .change_password(mine, {.current = SecretString(good_password),
                                    .password = SecretString(next_password),
                                    .confirmation = SecretString(next_password),
                                    .client = client()})
            .error() == Errc::actor_revoked);
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme")));
}

TEST_CASE("R74: a current password behind a legacy hash is right, and a wrong one wrong") {
  ProfileWorld world;
  const auto owner = world.owner();
  world.alter(world.owner_id, [](Account& account) {
    account.password = Password{.id = CredentialId::make(Instant(), {}),
                                .hash = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                                .set_at = Instant()};
  });
  CHECK(is_wrong(world.change_password(owner, good_password, next_password)));
  CHECK(std::holds_alternative<PasswordChanged>(world.change_password(owner, "U*U", next_password)));
  CHECK(world.own().password->hash.starts_with("$argon2id$"));
}

TEST_CASE("R74: a stored hash that cannot be verified makes every current password a wrong one") {
  ProfileWorld world;
  const auto owner = world.owner();
  world.alter(world.owner_id, [](Account& account) {
    account.password = Password{.id = CredentialId::make(Instant(), {}), .hash = "$damaged$", .set_at = Instant()};
  });
  CHECK(is_wrong(world.change_password(owner, good_password, next_password)));
}

TEST_CASE("A hash that changes while the current password is compared starts the change over") {
  ProfileWorld world;
  const auto owner = world.owner();
  int verifies = 0;
  SUBCASE("made anew by a sign-in: the password is still right") {
    world.hasher.after_verify = [&] {
      ++verifies;
      const auto stored = world.own().password->hash;
      auto fresh = Fresh::draw(world.random, world.clock.now()).value();
      const auto anew = world.hasher.hash(SecretString(good_password)).value();
      const ChangeSet set{.id = fresh.id<ChangeId>(),
                          .at = world.clock.now(),
                          .changes = {UpgradeHash{.account = world.owner_id, .from = stored, .to = anew}}};
      REQUIRE(world.store.commit(set).has_value());
      world.hasher.after_verify = nullptr;
    };
    CHECK(std::holds_alternative<PasswordChanged>(world.change_password(owner, good_password, next_password)));
  }
  SUBCASE("another password: the one that was compared is not the current one") {
    world.hasher.after_verify = [&] {
      ++verifies;
      const auto anew = world.hasher.hash(SecretString("Another-Lake-3")).value();
      world.alter(world.owner_id, [&](Account& account) {
        account.password = Password{.id = CredentialId::make(world.clock.now(), {}), .hash = anew, .set_at = {}};
      });
      world.hasher.after_verify = nullptr;
    };
    CHECK(is_wrong(world.change_password(owner, good_password, next_password)));
    CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme", "Another-Lake-3")));
  }
  CHECK(verifies == 1);
}

TEST_CASE("S220: a busy hasher charges nobody") {
  ProfileWorld world;
  const auto owner = world.owner();
  world.hasher.fail_hash = true;
  for (int i = 0; i < 15; ++i) {
    CHECK(world.profile
              .change_pin(owner, {.current_password = SecretString(good_password),
                                  .pin = SecretString("90284756"),
                                  .client = client()})
              .error() == Errc::hasher_busy);
  }
  world.hasher.fail_hash = false;
  CHECK(std::holds_alternative<PinChanged>(change_pin(world, owner, good_password, "90284756")));
}

TEST_CASE("R5-R8, R10: a new PIN is the one that the phone system takes; a flawed or unproved one is not") {
  ProfileWorld world;
  const auto owner = world.owner();
  const auto check = [&](std::string_view pin) {
    return std::get<PinCheck>(world.credentials.check_pin(world.host(), world.owner_id, SecretString(pin)).value());
  };
  CHECK(is_wrong(change_pin(world, owner, "Wrong-Lake-77", "90284756")));
  CHECK(std::get<CredentialsRefused>(change_pin(world, owner, good_password, "1234")).pin.size() == 1);
  CHECK(check(good_pin) == PinCheck::accepted);
  REQUIRE(std::holds_alternative<PinChanged>(change_pin(world, owner, good_password, "90284756")));
  CHECK(check("90284756") == PinCheck::accepted);
  CHECK(check(good_pin) == PinCheck::refused);
  CHECK(world.memory.dump().find("90284756") == std::string::npos);
  CHECK(world.own().epochs.sessions == owner.account().epochs.sessions);
}

TEST_CASE("R40: an edit is told that the account changed since its page was shown, and loses nothing") {
  ProfileWorld world;
  const auto owner = world.owner();
  const auto page = world.profile.view(owner).value();
  CHECK(page.display_name == "Mara Lindqvist");
  CHECK(page.organization_name == "Maple Dental");
  CHECK(page.addresses.size() == 1);
  const auto edit = [&](const std::string& name, const std::string& locale, Version version) {
    return world.profile.edit(owner, {.version = version, .display_name = name, .locale = locale}, client()).value();
  };
  const auto done = edit("Mara L.", "fr", page.version);
  REQUIRE(std::holds_alternative<ProfileEdited>(done));
  CHECK(std::get<ProfileEdited>(done).version == world.own().version);
  CHECK(world.own().locale == Locale::parse("fr").value());
  const auto late = edit("Somebody else", "", page.version);
  REQUIRE(std::holds_alternative<ProfileChanged>(late));
  CHECK(std::get<ProfileChanged>(late).current.display_name == "Mara L.");
  CHECK(world.own().display_name == "Mara L.");
  CHECK(std::get<InputRefused>(edit("", "1", world.own().version)).flaws.size() == 2);
  CHECK(world.has_event("profile_changed"));
}

TEST_CASE("R66, R70: an owner sees the known devices and ends one or all; it is unknown at the next sign-in") {
  ProfileWorld world;
  const auto first = world.signed_in("100@acme");
  const std::string cookie(first.device_cookie.reveal());
  world.clock.advance(Duration(1));
  const auto second = world.signed_in("100@acme");
  const auto owner = second.who;
  const auto listed = world.profile.devices(owner).value();
  REQUIRE(listed.size() == 2);
  CHECK(listed.front().user_agent == "test browser");
  const auto standing = [&] {
    world.clock.advance(Duration(1));
    static_cast<void>(world.try_sign_in("100@acme", good_password, "192.0.2.1", cookie));
    return world.newest_event();
  };
  CHECK(standing() == "signed_in:known_device");
  CHECK(world.profile.end_device(owner, listed.front().id, client()).value() == DeviceEnd::ended);
  CHECK(world.profile.end_device(owner, listed.front().id, client()).value() == DeviceEnd::not_found);
  CHECK(world.is_live(first));
  CHECK(standing() == "signed_in:unknown_device");
  CHECK(world.profile.end_all_devices(owner, client()).value().count == 2);
  CHECK(world.profile.devices(owner).value().empty());
  CHECK(world.profile.end_all_devices(owner, client()).value().count == 0);
}

TEST_CASE("S369: nobody ends another's device, and is told what one that does not exist would tell") {
  ProfileWorld world;
  const auto device = [&] {
    const auto owner = world.owner();
    return world.profile.devices(owner).value().front().id;
  }();
  world.add_active(world.acme.organization, "201");
  const auto member = world.signed_in("201@acme").who;
  CHECK(world.profile.end_device(member, device, client()).value() == DeviceEnd::not_found);
  CHECK(world.store.find_device(device).value().has_value());
}
