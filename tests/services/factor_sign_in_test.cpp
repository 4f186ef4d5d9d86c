#include "services/factor_world.hpp"
#include <ostiary/rules/authenticator.hpp>
#include <ostiary/services/sign_in.hpp>

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

TEST_CASE("R61: the password and then a code begin a session; neither does alone") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  const auto before = world.store.list_sessions(world.id, {}).value().records.size();
  const auto ticket = world.ask();
  CHECK(world.store.list_sessions(world.id, {}).value().records.size() == before);  // S271
  CHECK(is<FactorRefused>(world.give_code(ticket, enrolled.app.wrong(world.clock.now())).value()));
  auto outcome = world.give_code(ticket, enrolled.app.code(world.clock.now())).value();
  REQUIRE(is<SignInSuccess>(outcome));
  const auto& success = std::get<SignInSuccess>(outcome);
  CHECK(world.lives(success.token));
  CHECK(success.who.proved_at() == world.clock.now());
  CHECK(world.count_of("factor_refused:totp:wrong") == 1);
  CHECK(world.count_of("signed_in:totp:unknown_device") == 1);
  CHECK(is<SignInRefused>(world.try_sign_in("100@acme", "Wrong-Lake-77")));
}

TEST_CASE("R61, S250, S251: a code is accepted once, and an older one not after a newer one") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  world.clock.advance(90s);
  const auto now = world.clock.now();
  REQUIRE(is<SignInSuccess>(world.give_code(world.ask(), enrolled.app.code(now)).value()));
  CHECK(is<FactorRefused>(world.give_code(world.ask(), enrolled.app.code(now)).value()));
  CHECK(is<FactorRefused>(world.give_code(world.ask(), enrolled.app.code(now, -1)).value()));
  CHECK(world.count_of("factor_refused:totp:used") == 2);
  // As it is typed does not matter: one step is one use (S254).
  const auto code = enrolled.app.code(now);
  CHECK(is<FactorRefused>(world.give_code(world.ask(), " " + code.substr(0, 3) + " " + code.substr(3)).value()));
  CHECK(is<SignInSuccess>(world.give_code(world.ask(), enrolled.app.code(now, 1)).value()));
}

TEST_CASE("S283: a clock that is set back opens no used step again; it is refused until it catches up") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  world.clock.advance(1h);
  const auto now = world.clock.now();
  REQUIRE(is<SignInSuccess>(world.give_code(world.ask(), enrolled.app.code(now)).value()));
  world.clock.set(now - 5min);  // budgets stand a clock that is set back by less than their windows
  for (int steps = -1; steps <= 1; ++steps) {
    CHECK(is<FactorRefused>(world.give_code(world.ask(), enrolled.app.code(world.clock.now(), steps)).value()));
  }
  world.clock.set(now);
  CHECK(is<FactorRefused>(world.give_code(world.ask(), enrolled.app.code(now)).value()));
  world.next_code();
  CHECK(is<SignInSuccess>(world.give_code(world.ask(), enrolled.app.code(world.clock.now())).value()));
}

TEST_CASE("S256, S272: a ticket works once, for 10 minutes, for its client, and five wrong codes end it") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  world.next_code();
  auto ticket = world.ask();
  REQUIRE(is<SignInSuccess>(world.give_code(ticket, enrolled.app.code(world.clock.now())).value()));
  world.next_code();
  CHECK(is<TicketRefused>(world.give_code(ticket, enrolled.app.code(world.clock.now())).value()));
  CHECK(world.count_of("factor_refused:used") == 1);

  ticket = world.ask();
  auto from = client();
  from.client_id = "mobile";
  CHECK(is<TicketRefused>(world.sign_in
                              .with_factor({.ticket = ticket,
                                            .proof = proof_of(FactorMethod::totp, enrolled.app.code(world.clock.now())),
                                            .client = from})
                              .value()));
  world.clock.advance(10min);
  CHECK(is<TicketRefused>(world.give_code(ticket, enrolled.app.code(world.clock.now())).value()));

  ticket = world.ask();
  for (int i = 0; i < 5; ++i) {
    CHECK(is<FactorRefused>(world.give_code(ticket, enrolled.app.wrong(world.clock.now())).value()));
  }
  CHECK(is<TicketRefused>(world.give_code(ticket, enrolled.app.code(world.clock.now())).value()));
  CHECK(is<SignInSuccess>(world.give_code(world.ask(), enrolled.app.code(world.clock.now())).value()));
  CHECK(world.sign_in
            .with_factor({.ticket = "nonsense", .proof = proof_of(FactorMethod::totp, "123456"), .client = client()})
            .error() == Errc::malformed_token);
}

TEST_CASE(
    "S272: whatever ends the account's sessions ends a ticket: a new password, a suspension, a switched-off factor") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  const auto is_over = [&](const std::function<void()>& act) {
    const auto ticket = world.ask();
    act();
    world.next_code();
    return is<TicketRefused>(world.give_code(ticket, enrolled.app.code(world.clock.now())).value());
  };
  CHECK(is_over([&] { REQUIRE(world.sessions.end_all(world.owner(enrolled).who, ThisSession::ends).has_value()); }));
  CHECK(is_over([&] {
    world.alter(world.id, [](Account& account) { account.password->id = CredentialId::make(Instant(), {}); });
  }));
  CHECK(is_over([&] { world.alter(world.id, [](Account& account) { account.status = AccountStatus::suspended; }); }));
  world.alter(world.id, [](Account& account) { account.status = AccountStatus::active; });
  CHECK(is_over([&] { world.alter(world.id, [](Account& account) { account.authenticator.reset(); }); }));
}

TEST_CASE("R66, S284: a device that is remembered asks for the password only, for 30 days, until it is ended") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  world.next_code();
  auto outcome = world
                     .give(world.ask(), proof_of(FactorMethod::totp, enrolled.app.code(world.clock.now())), "192.0.2.1",
                           RememberDevice::yes)
                     .value();
  REQUIRE(is<SignInSuccess>(outcome));
  const auto first = std::get<SignInSuccess>(std::move(outcome));
  const std::string cookie(first.device_cookie.reveal());
  const auto here = [&](const std::string& password = good_password) {
    return world.try_sign_in("100@acme", password, "192.0.2.1", cookie);
  };
  CHECK(is<SignInSuccess>(here()));
  CHECK(is<SignInRefused>(here("Wrong-Lake-77")));
  CHECK(is<SecondFactorRequired>(world.try_sign_in("100@acme")));  // another browser
  CHECK(world.count_of("signed_in:remembered_device") == 1);

  // What demands a young proof is not satisfied by it.
  world.clock.advance(24h);
  auto later = here();
  REQUIRE(is<SignInSuccess>(later));
  const auto& token = std::get<SignInSuccess>(later).token;
  CHECK(is<SessionRefused>(world.sessions.check(token.reveal(), {.age_max = 1h}).value()));

  const Profile profile(world.env);
  const auto devices = profile.devices(std::get<SignInSuccess>(later).who).value();
  REQUIRE(devices.size() == 1);
  REQUIRE(devices.front().remembered_until);
  CHECK(*devices.front().remembered_until == first.who.proved_at() + std::chrono::days(30));
  world.clock.set(*devices.front().remembered_until - 1ms);
  CHECK(is<SignInSuccess>(here()));
  world.clock.advance(1ms);
  CHECK(is<SecondFactorRequired>(here()));

  // Remembered again, and revoked by its owner from elsewhere.
  world.next_code();
  const auto ticket = world.ask("192.0.2.1", cookie);
  auto again = world
                   .give(ticket, proof_of(FactorMethod::totp, enrolled.app.code(world.clock.now())), "192.0.2.1",
                         RememberDevice::yes, cookie)
                   .value();
  REQUIRE(is<SignInSuccess>(again));
  const std::string renewed(std::get<SignInSuccess>(again).device_cookie.reveal());
  CHECK(is<SignInSuccess>(world.try_sign_in("100@acme", good_password, "192.0.2.1", renewed)));
  const auto& owner = std::get<SignInSuccess>(again).who;
  const auto known = profile.devices(owner).value();
  REQUIRE(known.size() == 1);  // the remembered one took the known one's place
  REQUIRE(profile.end_device(owner, known.front().id, client()).value() == DeviceEnd::ended);
  CHECK(is<SecondFactorRequired>(world.try_sign_in("100@acme", good_password, "192.0.2.1", renewed)));
}

TEST_CASE("S284: a new password forgets the devices; a host may switch remembering off") {
  Policies policies;
  policies.factor.remembered_for = Duration::zero();
  FactorWorld never(policies);
  const auto app = never.enroll();
  never.next_code();
  auto outcome = never
                     .give(never.ask(), proof_of(FactorMethod::totp, app.app.code(never.clock.now())), "192.0.2.1",
                           RememberDevice::yes)
                     .value();
  const std::string cookie(std::get<SignInSuccess>(outcome).device_cookie.reveal());
  CHECK(is<SecondFactorRequired>(never.try_sign_in("100@acme", good_password, "192.0.2.1", cookie)));

  FactorWorld world;
  const auto enrolled = world.enroll();
  world.next_code();
  auto remembered = world
                        .give(world.ask(), proof_of(FactorMethod::totp, enrolled.app.code(world.clock.now())),
                              "192.0.2.1", RememberDevice::yes)
                        .value();
  REQUIRE(is<SignInSuccess>(remembered));
  const std::string kept(std::get<SignInSuccess>(remembered).device_cookie.reveal());
  const Profile profile(world.env);
  const std::string next = "Lake-Ontario-8";
  REQUIRE(is<PasswordChanged>(
      profile
          .change_password(std::get<SignInSuccess>(remembered).who, {.current = SecretString(good_password),
                                                                     .password = SecretString(next),
                                                                     .confirmation = SecretString(next),
                                                                     .client = client()})
          .value()));
  CHECK(is<SecondFactorRequired>(world.try_sign_in("100@acme", next, "192.0.2.1", kept)));
}

TEST_CASE("R56: who must have a second factor and has none enrols at the sign-in, and is signed in with it") {
  FactorWorld world;
  auto organization = world.store.find_organization(world.acme.organization).value().value();
  organization.factor_required = {{.role = Role::manager, .since = world.clock.now(), .grace = 24h}};
  const ChangeSet set{.id = ChangeId::make(world.clock.now(), {}),
                      .at = world.clock.now(),
                      .changes = {PutOrganization{.next = organization, .expected = organization.version}}};
  REQUIRE(is<Committed>(world.store.commit(set).value()));
  auto early = world.try_sign_in("100@acme");
  REQUIRE(is<SignInSuccess>(early));
  CHECK(std::get<SignInSuccess>(early).enrol_by == world.clock.now() + 24h);
  world.clock.advance(24h);
  auto asked = world.try_sign_in("100@acme");
  REQUIRE(is<EnrolmentRequired>(asked));
  const auto& offer = std::get<EnrolmentRequired>(asked).offer;
  const App app(offer.secret);
  const auto enroll = [&](const std::string& code, ClientContext from = client()) {
    return world.sign_in
        .with_enrolment({.ticket = offer.ticket.reveal(), .code = SecretString(code), .client = std::move(from)})
        .value();
  };
  CHECK(is<FactorRefused>(enroll(app.wrong(world.clock.now()))));
  auto other = client();
  other.user_agent = "Another/1.0";
  CHECK(is<TicketRefused>(enroll(app.code(world.clock.now()), other)));
  CHECK_FALSE(has_second_factor(world.account(world.id)));
  auto outcome = enroll(app.code(world.clock.now()));
  REQUIRE(is<EnrolledAndSignedIn>(outcome));
  const auto& enrolled = std::get<EnrolledAndSignedIn>(outcome);
  CHECK(enrolled.recovery_codes.size() == 10);
  CHECK(world.lives(enrolled.signed_in.token));
  CHECK_FALSE(world.lives(std::get<SignInSuccess>(early).token));  // R65
  CHECK(is<TicketRefused>(enroll(app.code(world.clock.now(), 1))));
  // The code that enrolled is used; the next one signs in.
  CHECK(is<FactorRefused>(world.give_code(world.ask(), app.code(world.clock.now())).value()));
  world.next_code();
  CHECK(is<SignInSuccess>(world.give_code(world.ask(), app.code(world.clock.now())).value()));
}

TEST_CASE("S270: a reset of the password opens no session, and the second factor is asked for as before") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  const auto token = [&] {
    world.put_link(world.id, MailKind::reset_password, LinkPurpose::reset);
    return world.deliver();
  }();
  const std::string next = "Lake-Ontario-8";
  REQUIRE(is<ResetCompleted>(
      world.recovery
          .redeem(
              {.token = token, .password = SecretString(next), .confirmation = SecretString(next), .client = client()})
          .value()));
  CHECK(has_second_factor(world.account(world.id)));
  CHECK(is<SecondFactorRequired>(world.try_sign_in("100@acme", next)));
}

TEST_CASE("R73, S280: a secret under an older key is sealed anew when it is used, and without its key nobody gets in") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  const auto old_key = [&] { return world.account(world.id).authenticator->sealed; };
  const auto before = old_key();
  const auto ring = [](std::uint32_t current, std::initializer_list<std::uint32_t> ids) {
    std::vector<Key> keys;
    for (const auto id : ids) {
      const std::vector<std::byte> secret(32, static_cast<std::byte>(0xa0U + id));
      keys.push_back({.id = id, .secret = SecretBytes(secret)});
    }
    return KeyRing::create(current, std::move(keys)).value();
  };
  const auto with_one = world.keys.current();
  REQUIRE(with_one->current() == 1);
  world.keys.swap(ring(2, {1, 2}));
  const auto sealed_before = is_sealed_under_current(*world.keys.current(), before);
  CHECK_FALSE(sealed_before);
  const auto signed_in = [&] {
    world.next_code();
    return world.give_code(world.ask(), enrolled.app.code(world.clock.now()));
  };
  REQUIRE(is<SignInSuccess>(signed_in().value()));
  CHECK(is_sealed_under_current(*world.keys.current(), old_key()));
  CHECK(is_sealed_under_current(*world.keys.current(), world.account(world.id).recovery_codes->sealed));
  CHECK(world.count_of("factor_resealed:used") == 1);
  world.keys.swap(ring(2, {2}));
  CHECK(is<SignInSuccess>(signed_in().value()));
  CHECK(is<SignInSuccess>(
      world.give(world.ask(), proof_of(FactorMethod::recovery_code, enrolled.recovery_codes[1])).value()));

  world.keys.swap(ring(3, {3}));
  const auto lost = signed_in();
  REQUIRE_FALSE(lost.has_value());
  CHECK(lost.error() == Errc::key_unknown);
  CHECK(lost.error() == ErrorKind::configuration);
}

TEST_CASE("S279: a secret that was moved to another account opens for nobody, and is a clear error") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  const auto victim = world.add_active(world.acme.organization, "201");
  const auto moved = *world.account(world.id).authenticator;
  world.alter(victim, [&](Account& account) { account.authenticator = moved; });
  auto asked = world.try_sign_in("201@acme");
  REQUIRE(is<SecondFactorRequired>(asked));
  world.next_code();
  const auto outcome =
      world.give_code(std::get<SecondFactorRequired>(asked).ticket.reveal(), enrolled.app.code(world.clock.now()));
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error() == Errc::sealed_value_broken);
}
