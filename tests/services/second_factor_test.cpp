#include <ostiary/services/second_factor.hpp>

#include "services/factor_world.hpp"
#include <ostiary/rules/factor_code.hpp>

using namespace ostiary;
using namespace ostiary::test;

TEST_CASE("R60, S266: nothing is active before both the code and the current password are right") {
  FactorWorld world;
  const auto owner = world.signed_in("100@acme").who;
  const auto before = world.account(world.id).version;
  const auto offer = world.begin(owner);
  const App app(offer.secret);
  const auto now = world.clock.now();
  CHECK(offer.uri.reveal().starts_with("otpauth://totp/"));
  CHECK(offer.expires_at == now + std::chrono::minutes(10));

  CHECK(is<FactorRefused>(world.confirm(owner, offer, app.wrong(now))));
  CHECK(is<CurrentPasswordRefused>(world.confirm(owner, offer, app.code(now), "Wrong-Lake-77")));
  CHECK(is<CurrentPasswordRefused>(world.confirm(owner, offer, app.wrong(now), "Wrong-Lake-77")));
  CHECK(is<CurrentPasswordRefused>(world.confirm(owner, offer, app.code(now), "")));
  CHECK(world.account(world.id).version == before);
  CHECK(is<SignInSuccess>(world.try_sign_in("100@acme")));

  auto outcome = world.confirm(owner, offer, app.code(now));
  REQUIRE(is<FactorEnabled>(outcome));
  const auto& enabled = std::get<FactorEnabled>(outcome);
  CHECK(enabled.recovery_codes.size() == 10);
  CHECK(enabled.ended.event == SecurityEvent::factor_enabled);
  const auto account = world.account(world.id);
  REQUIRE(account.authenticator);
  CHECK(account.authenticator->enrolled_at == now);
  CHECK(account.authenticator->accepted_step == totp_step({}, now));
  CHECK(is<SecondFactorRequired>(world.try_sign_in("100@acme")));
  CHECK(world.count_of("factor_enabled:totp") == 1);
  CHECK(world.count_of("factor_refused:enrolment:wrong") == 1);
  CHECK(world.count_of("factor_refused:wrong_password") == 2);
}

TEST_CASE(
    "R65: the session that enrols goes on and is proved; the others and the known devices end; the owner is told") {
  FactorWorld world;
  const auto other = world.signed_in("100@acme");
  const auto enrolling = world.signed_in("100@acme");
  static_cast<void>(world.deliver());
  const auto mails = world.mailer.mails().size();
  static_cast<void>(world.enroll(enrolling.who));
  CHECK(world.lives(enrolling.token));
  CHECK_FALSE(world.lives(other.token));
  const auto checked = world.sessions.check(enrolling.token.reveal(), {.age_max = std::chrono::minutes(5)}).value();
  CHECK(is<SignedIn>(checked));
  static_cast<void>(world.deliver());
  CHECK(world.mailer.mails().size() == mails + 1);
  const Profile profile(world.env);
  CHECK(profile.devices(std::get<SignedIn>(world.sessions.check(enrolling.token.reveal()).value())).value().empty());
}

TEST_CASE("S268: an offer works in the session that began it, for 10 minutes, once, and no other ticket does") {
  FactorWorld world;
  const auto owner = world.signed_in("100@acme").who;
  const auto elsewhere = world.signed_in("100@acme").who;
  const auto offer = world.begin(owner);
  const App app(offer.secret);
  CHECK(is<TicketRefused>(world.confirm(elsewhere, offer, app.code(world.clock.now()))));
  const auto member = world.add_active(world.acme.organization, "201");
  CHECK_FALSE(member.is_nil());
  const auto stranger = world.signed_in("201@acme").who;
  CHECK(is<TicketRefused>(world.confirm(stranger, offer, app.code(world.clock.now()))));
  CHECK(
      world.factor.confirm(owner, {.ticket = "nonsense", .code = SecretString("123456"), .entry = FactorWorld::entry()})
          .error() == Errc::malformed_token);
  world.clock.advance(std::chrono::minutes(10));
  CHECK(is<TicketRefused>(world.confirm(owner, offer, app.code(world.clock.now()))));
  const auto anew = world.begin(owner);
  const App second(anew.secret);
  // The code of the older offer's secret is none of this one.
  CHECK(is<FactorRefused>(world.confirm(owner, anew, app.code(world.clock.now()))));
  CHECK(is<FactorEnabled>(world.confirm(owner, anew, second.code(world.clock.now()))));
  const auto again = world.factor.confirm(owner, {.ticket = anew.ticket.reveal(),
                                                  .code = SecretString(second.code(world.clock.now())),
                                                  .entry = FactorWorld::entry()});
  CHECK((!again ? again.error() == Errc::actor_revoked : is<TicketRefused>(again.value())));
  CHECK(world.count_of("factor_enabled:totp") == 1);
}

TEST_CASE("S269: another authenticator takes the place of the present one only with a proof of that one") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  const auto signed_in = world.owner(enrolled);
  const auto offer = world.begin(signed_in.who);
  const App next(offer.secret);
  world.next_code();
  const auto code = next.code(world.clock.now());
  CHECK(is<FactorProofRequired>(world.confirm(signed_in.who, offer, code)));
  CHECK(is<FactorRefused>(world.confirm(signed_in.who, offer, code, good_password,
                                        proof_of(FactorMethod::totp, enrolled.app.wrong(world.clock.now())))));
  const auto codes = world.account(world.id).recovery_codes->id;
  auto outcome = world.confirm(signed_in.who, offer, code, good_password,
                               proof_of(FactorMethod::totp, enrolled.app.code(world.clock.now())));
  REQUIRE(is<FactorEnabled>(outcome));
  CHECK(std::get<FactorEnabled>(outcome).recovery_codes.empty());
  CHECK(world.account(world.id).recovery_codes->id == codes);
  CHECK(world.count_of("factor_replaced:totp") == 1);
  world.next_code();
  CHECK(is<FactorRefused>(world.give_code(world.ask(), enrolled.app.code(world.clock.now())).value()));
  CHECK(is<SignInSuccess>(world.give_code(world.ask(), next.code(world.clock.now())).value()));
}

TEST_CASE("R66: switching off asks for the password and a proof, and leaves nothing of the second factor") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  const auto session = world.owner(enrolled);
  const auto other = world.owner(enrolled);
  world.next_code();
  const auto disable = [&](const std::string& password, std::optional<FactorProof> proof) {
    return world.factor.disable(session.who, FactorMethod::totp, FactorWorld::entry(password, std::move(proof)))
        .value();
  };
  const auto right = [&] { return proof_of(FactorMethod::totp, enrolled.app.code(world.clock.now())); };
  CHECK(is<CurrentPasswordRefused>(disable("Wrong-Lake-77", right())));
  CHECK(is<FactorProofRequired>(disable(good_password, std::nullopt)));
  CHECK(is<FactorRefused>(disable(good_password, proof_of(FactorMethod::totp, enrolled.app.wrong(world.clock.now())))));
  CHECK(is<FactorAbsent>(
      world.factor.disable(session.who, FactorMethod::email_code, FactorWorld::entry(good_password, right())).value()));
  CHECK(has_second_factor(world.account(world.id)));
  // A recovery code stands in for the lost phone.
  CHECK(is<FactorDisabled>(
      disable(good_password, proof_of(FactorMethod::recovery_code, enrolled.recovery_codes.front()))));
  const auto account = world.account(world.id);
  CHECK_FALSE(account.authenticator);
  CHECK_FALSE(account.recovery_codes);
  CHECK(world.lives(session.token));
  CHECK_FALSE(world.lives(other.token));
  CHECK(is<SignInSuccess>(world.try_sign_in("100@acme")));
  CHECK(world.count_of("factor_disabled:totp") == 1);
}

TEST_CASE("R56: what the organisation requires is replaced, and not switched off") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  auto organization = world.store.find_organization(world.acme.organization).value().value();
  organization.factor_required = {{.role = Role::manager, .since = world.clock.now(), .grace = std::chrono::days(14)}};
  const ChangeSet set{.id = ChangeId::make(world.clock.now(), {}),
                      .at = world.clock.now(),
                      .changes = {PutOrganization{.next = organization, .expected = organization.version}}};
  REQUIRE(is<Committed>(world.store.commit(set).value()));
  const auto session = world.owner(enrolled);
  world.next_code();
  CHECK(is<FactorDemanded>(
      world.factor
          .disable(
              session.who, FactorMethod::totp,
              FactorWorld::entry(good_password, proof_of(FactorMethod::totp, enrolled.app.code(world.clock.now()))))
          .value()));
  CHECK(has_second_factor(world.account(world.id)));
  CHECK(world.factor.status(session.who).value().due);
}

TEST_CASE("R66, S276: new recovery codes end the older ones; each works once") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  const auto session = world.owner(enrolled);
  world.next_code();
  auto outcome =
      world.factor
          .make_recovery_codes(
              session.who,
              FactorWorld::entry(good_password, proof_of(FactorMethod::totp, enrolled.app.code(world.clock.now()))))
          .value();
  REQUIRE(is<RecoveryCodesMade>(outcome));
  const auto& codes = std::get<RecoveryCodesMade>(outcome).recovery_codes;
  REQUIRE(codes.size() == 10);
  const auto by = [&](std::string_view code) {
    return world.give(world.ask(), proof_of(FactorMethod::recovery_code, code)).value();
  };
  CHECK(is<FactorRefused>(by(enrolled.recovery_codes.front())));
  CHECK(is<SignInSuccess>(by(codes[3].reveal())));
  CHECK(is<FactorRefused>(by(codes[3].reveal())));
  CHECK(world.count_of("factor_refused:recovery_code:used") == 1);
  CHECK(world.factor.status(session.who).value().recovery_codes_left == 9);
  CHECK(world.count_of("recovery_code_used:signed_in") == 1);
}

TEST_CASE("R62: codes by e-mail are off unless the host offers them, and are a factor of who typed one back") {
  Policies policies;
  FactorWorld without(policies);
  const auto nobody = without.signed_in("100@acme").who;
  CHECK(is<FactorAbsent>(without.factor.send_code(nobody, client()).value()));

  policies.factor.email_codes = EmailCodes::on;
  FactorWorld world(policies);
  const auto session = world.signed_in("100@acme");
  static_cast<void>(world.deliver());
  const auto code_in_mail = [&] {
    static_cast<void>(world.deliver());
    const auto link = world.store.find_link_of(world.id, LinkPurpose::factor_code).value().value();
    const auto code = make_factor_code(*world.keys.current(), link.id, link.live).value();
    const auto message = decode_quoted_printable(world.mailer.mails().back().message);
    CHECK(message.find(code.reveal()) != std::string::npos);
    return std::string(code.reveal());
  };
  REQUIRE(is<FactorCodeQueued>(world.factor.send_code(session.who, client()).value()));
  const auto first = code_in_mail();
  const auto enable = [&](const std::string& code, const std::string& password = good_password) {
    return world.factor.enable_email_codes(session.who, SecretString(code), FactorWorld::entry(password)).value();
  };
  CHECK(is<FactorRefused>(enable("00000000" == first ? "00000001" : "00000000")));
  CHECK(is<CurrentPasswordRefused>(enable(first, "Wrong-Lake-77")));
  CHECK_FALSE(has_second_factor(world.account(world.id)));
  REQUIRE(is<FactorEnabled>(enable(first)));
  CHECK(world.account(world.id).recovery_codes);

  auto asked = world.try_sign_in("100@acme");
  REQUIRE(is<SecondFactorRequired>(asked));
  const auto& required = std::get<SecondFactorRequired>(asked);
  CHECK(required.methods == std::vector{FactorMethod::email_code, FactorMethod::recovery_code});
  const auto ticket = std::string(required.ticket.reveal());
  // The code that switched it on was used; so there is none yet.
  CHECK(is<FactorRefused>(world.give(ticket, proof_of(FactorMethod::email_code, first)).value()));
  REQUIRE(is<FactorCodeQueued>(world.sign_in.send_factor_code(ticket, client()).value()));
  const auto second = code_in_mail();
  CHECK(is<SignInSuccess>(world.give(ticket, proof_of(FactorMethod::email_code, second)).value()));
  CHECK(is<FactorRefused>(world.give(world.ask(), proof_of(FactorMethod::email_code, second)).value()));
}

TEST_CASE("R64, S274: an application that cannot ask for a second factor warns, or keeps it off where it is needed") {
  FactorWorld world;
  auto organization = world.store.find_organization(world.acme.organization).value().value();
  organization.clients = {{.id = "analytics", .name = "Analytics", .factor = FactorSupport::unsupported}};
  const ChangeSet set{.id = ChangeId::make(world.clock.now(), {}),
                      .at = world.clock.now(),
                      .changes = {PutOrganization{.next = organization, .expected = organization.version}}};
  REQUIRE(is<Committed>(world.store.commit(set).value()));
  world.alter(world.id, [](Account& account) { account.needed_clients = {"analytics"}; });
  const auto session = world.signed_in("100@acme");
  auto refused = world.factor.begin(session.who).value();
  REQUIRE(is<ClientsRefuse>(refused));
  CHECK(std::get<ClientsRefuse>(refused).conflicts.front().name == "Analytics");

  world.alter(world.id, [](Account& account) { account.needed_clients.clear(); });
  const auto offer = world.begin(session.who);
  REQUIRE(offer.warnings.size() == 1);
  CHECK(offer.warnings.front().verdict == ClientVerdict::warn);
  // Needed again before the code comes: the deciding commit looks anew.
  world.alter(world.id, [](Account& account) { account.needed_clients = {"analytics"}; });
  const App app(offer.secret);
  CHECK(is<ClientsRefuse>(world.confirm(session.who, offer, app.code(world.clock.now()))));
  world.alter(world.id, [](Account& account) { account.needed_clients.clear(); });
  REQUIRE(is<FactorEnabled>(world.confirm(session.who, offer, app.code(world.clock.now()))));

  // The other direction: it is refused there by name, only to who has the password, and goes on elsewhere.
  const auto at = [&](const std::string& client_id, const std::string& password) {
    auto from = client();
    from.client_id = client_id;
    const SecretString typed(password);
    return world.sign_in.with_password({.login_name = "100@acme", .password = typed, .client = from}).value();
  };
  const auto there = at("analytics", good_password);
  REQUIRE(is<FactorUnsupported>(there));
  CHECK(std::get<FactorUnsupported>(there).application == "Analytics");
  CHECK(is<SignInRefused>(at("analytics", "Wrong-Lake-77")));
  CHECK(is<SecondFactorRequired>(at("portal", good_password)));
  CHECK(is<SecondFactorRequired>(at("in-no-list", good_password)));
  CHECK(world.count_of("factor_required:unsupported_client") == 1);
}

TEST_CASE("step-up: an operation may demand a proof that is younger than the session's") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  const auto session = world.owner(enrolled);
  const ProofDemand demand{.age_max = std::chrono::minutes(5)};
  const auto check = [&] { return world.sessions.check(session.token.reveal(), demand).value(); };
  CHECK(is<SignedIn>(check()));
  world.clock.advance(std::chrono::minutes(5));
  const auto refused = check();
  REQUIRE(is<SessionRefused>(refused));
  CHECK(std::get<SessionRefused>(refused).reason == SessionRefusal::reauthentication_required);
  CHECK(world.lives(session.token));

  CHECK(is<FactorProofRequired>(world.factor.step_up(session.who, FactorWorld::entry()).value()));
  const auto by = [&](const std::string& code) {
    return world.factor.step_up(session.who, FactorWorld::entry("", proof_of(FactorMethod::totp, code))).value();
  };
  CHECK(is<FactorRefused>(by(enrolled.app.wrong(world.clock.now()))));
  CHECK_FALSE(is<SignedIn>(check()));
  CHECK(is<SessionProved>(by(enrolled.app.code(world.clock.now()))));
  CHECK(is<SignedIn>(check()));
  CHECK(is<FactorRefused>(by(enrolled.app.code(world.clock.now()))));  // a code works once, here too
}

TEST_CASE("step-up of an account without a second factor is the password") {
  FactorWorld world;
  const auto session = world.signed_in("100@acme");
  world.clock.advance(std::chrono::hours(1));
  const ProofDemand demand{.age_max = std::chrono::minutes(5)};
  CHECK(is<SessionRefused>(world.sessions.check(session.token.reveal(), demand).value()));
  CHECK(is<CurrentPasswordRefused>(world.factor.step_up(session.who, FactorWorld::entry("Wrong-Lake-77")).value()));
  CHECK(is<CurrentPasswordRefused>(world.factor.step_up(session.who, FactorWorld::entry("")).value()));
  CHECK(is<SessionProved>(world.factor.step_up(session.who, FactorWorld::entry()).value()));
  CHECK(is<SignedIn>(world.sessions.check(session.token.reveal(), demand).value()));
}

TEST_CASE("S259: codes that are guessed in a session are counted apart from passwords, and run out") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  const auto session = world.owner(enrolled);
  world.next_code();
  int refused = 0;
  for (int i = 0; i < 20; ++i) {
    const auto outcome =
        world.factor
            .step_up(session.who,
                     FactorWorld::entry("", proof_of(FactorMethod::totp, enrolled.app.wrong(world.clock.now()))))
            .value();
    refused += is<FactorRefused>(outcome) ? 1 : 0;
  }
  CHECK(refused == 15);
  CHECK(is<Throttled>(world.factor
                          .step_up(session.who, FactorWorld::entry("", proof_of(FactorMethod::totp,
                                                                                enrolled.app.code(world.clock.now()))))
                          .value()));
  // Neither the sign-in elsewhere nor the password is spent by it.
  CHECK(is<SignInSuccess>(world.give_code(world.ask(), enrolled.app.code(world.clock.now())).value()));
}
