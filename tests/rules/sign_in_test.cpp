#include <ostiary/rules/sign_in.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"
#include <ostiary/rules/ceremony.hpp>

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

// R71: an outcome that has no field can tell nobody why.
static_assert(std::is_empty_v<SignInRefused>);
static_assert(std::is_empty_v<StaleVerdict>);

namespace {

PasswordFacts facts_of(std::optional<Account> account, bool matches = true) {
  return {.account = std::move(account),
          .matches = matches,
          .verified_hash = std::string(stored_hash),
          .organization = acme()};
}

// The facts of a sign-in with the cookie of a device that was seen an hour ago.
PasswordFacts facts_with_device(const Account& account) {
  auto randomness = fresh(7);
  auto facts = facts_of(account);
  facts.device = make_device(account, client(), {}, randomness, noon - 1h);
  const auto cookie =
      renew_device_cookie(*key_ring(), {}, account.login, facts.device->id, facts.device->ends_at, randomness).value();
  facts.cookie = open_device_cookie(*key_ring(), cookie.reveal(), noon);
  return facts;
}

Decision<PasswordSignInOutcome> decide(const PasswordFacts& facts, const ClientContext& from = client(),
                                       const SignInPolicies& policies = {}) {
  auto randomness = fresh();
  return decide_password_sign_in(facts, from, policies, *key_ring(), randomness, noon).value();
}

std::vector<DeviceEntry> entries_of(const Decision<PasswordSignInOutcome>& decision) {
  return open_device_cookie(*key_ring(), std::get<SignInSuccess>(decision.outcome).device_cookie.reveal(), noon);
}

}  // namespace

TEST_CASE("a right password writes the session, the device, its notice and the event, and nothing else") {
  const auto decision = decide(facts_of(active(Role::supervisor)));
  REQUIRE(names_of(decision.changes) == "PutSession PutDevice PutMailIntent AppendAudit");
  const auto& session = at<PutSession>(decision.changes, 0).session;
  CHECK_FALSE(session.id.is_nil());
  CHECK(session.account == owner_id);
  CHECK(session.epoch == 5);
  CHECK(session.client_id == "portal");
  CHECK(session.network == "192.0.2.1");
  CHECK(session.user_agent == "Browser/1.0");
  CHECK(session.created_at == noon);
  CHECK(session.authenticated_at == noon);
  CHECK(session.last_seen_at == noon);
  CHECK(session.ends_at == noon + 30 * 24h);

  const auto& audit = at<AppendAudit>(decision.changes, 3);
  CHECK(audit.event.at == noon);
  CHECK_FALSE(audit.event.id.is_nil());
  CHECK(line_of(audit.event) ==
        "signed_in reason=unknown_device actor=account/11/-/- subject=11 organization=1 from=192.0.2.1 "
        "client=portal count=1");

  const auto& success = std::get<SignInSuccess>(decision.outcome);
  CHECK(success.who.account().id == owner_id);
  CHECK(success.who.account().role == Role::supervisor);
  CHECK(success.who.session() == session.id);
  CHECK(success.who.authenticated_at() == noon);
}

TEST_CASE("S342: the token opens the session that is written; the store gets its digest and not its secret") {
  const auto decision = decide(facts_of(active()));
  const auto& session = at<PutSession>(decision.changes, 0).session;
  const auto token = std::get<SignInSuccess>(decision.outcome).token.reveal();
  const auto ticket = parse_session_token(token).value();
  CHECK(ticket.id == session.id);
  CHECK(ticket.digest == session.digest);
  ByteArray<48> bytes{};
  REQUIRE(base64url_decode(token, bytes));
  const auto stored_body = encode(session);
  CHECK(std::ranges::search(stored_body, ByteView(bytes).last<32>()).empty());

  const SessionFacts stored{
      .session = session, .account = standing_of(active()), .organization = OrganizationStatus::active};
  CHECK(std::holds_alternative<SignedIn>(judge_session(ticket, stored, {}, noon)));
}

TEST_CASE("S343: every sign-in makes another session with another secret") {
  auto randomness = fresh();
  std::vector<std::string> tokens;
  for (int i = 0; i < 3; ++i) {
    auto decision = decide_password_sign_in(facts_of(active()), client(), {}, *key_ring(), randomness, noon).value();
    tokens.emplace_back(std::get<SignInSuccess>(decision.outcome).token.reveal());
  }
  CHECK(tokens[0].substr(0, 21) != tokens[1].substr(0, 21));
  CHECK(tokens[0].substr(22) != tokens[1].substr(22));
  CHECK(tokens[1].substr(22) != tokens[2].substr(22));
}

TEST_CASE("R74: an outdated hash is replaced in the same set, from the verified one alone") {
  auto facts = facts_of(active());
  facts.upgraded_hash = "$argon2id$new";
  const auto decision = decide(facts);
  REQUIRE(names_of(decision.changes) == "PutSession PutDevice PutMailIntent UpgradeHash AppendAudit");
  const auto& upgrade = at<UpgradeHash>(decision.changes, 3);
  CHECK(upgrade.account == owner_id);
  CHECK(upgrade.from == stored_hash);
  CHECK(upgrade.to == "$argon2id$new");

  facts.matches = false;
  CHECK(names_of(decide(facts).changes) == "AppendAudit");
}

TEST_CASE("R20, R71, S303: every refusal is the same to the caller, and writes one event with the reason") {
  struct Row {
    const char* reason = nullptr;
    PasswordFacts facts{};
  };
  const auto with_status = [](AccountStatus status) {
    Account account = active();
    account.status = status;
    return account;
  };
  Account bare = active();
  bare.password.reset();
  const Row rows[] = {
      {"wrong_password", facts_of(active(), false)},
      {"invited", facts_of(invited())},
      {"invited", facts_of(with_status(AccountStatus::invited))},
      {"suspended", facts_of(with_status(AccountStatus::suspended))},
      {"suspended", facts_of(with_status(AccountStatus::suspended), false)},
      {"removed", facts_of(with_status(AccountStatus::removed))},
      {"no_password", facts_of(bare)},
  };
  for (const Row& row : rows) {
    CAPTURE(row.reason);
    const auto decision = decide(row.facts);
    CHECK(std::holds_alternative<SignInRefused>(decision.outcome));
    REQUIRE(names_of(decision.changes) == "AppendAudit");
    CHECK(line_of(at<AppendAudit>(decision.changes, 0).event) ==
          fmt::format("sign_in_refused reason={} actor=anonymous/-/-/- subject=11 organization=1 from=192.0.2.1 "
                      "client=portal count=1",
                      row.reason));
  }
}

TEST_CASE("R71: a stored hash that the hasher refuses is refused like a wrong password, and the event says why") {
  auto facts = facts_of(active(), false);
  facts.is_usable = false;
  const auto decision = decide(facts);
  CHECK(std::holds_alternative<SignInRefused>(decision.outcome));
  REQUIRE(names_of(decision.changes) == "AppendAudit");
  CHECK(at<AppendAudit>(decision.changes, 0).event.reason == "unusable_hash");
}

TEST_CASE("S225: a decoy that matches signs nobody in") {
  for (const bool matches : {true, false}) {
    CAPTURE(matches);
    const auto decision = decide(facts_of(std::nullopt, matches));
    CHECK(std::holds_alternative<SignInRefused>(decision.outcome));
    REQUIRE(names_of(decision.changes) == "AppendAudit");
    CHECK(line_of(at<AppendAudit>(decision.changes, 0).event) ==
          "sign_in_refused reason=unknown_login actor=anonymous/-/-/- subject=- organization=- from=192.0.2.1 "
          "client=portal count=1");
  }
  auto facts = facts_of(std::nullopt);
  facts.upgraded_hash = "$argon2id$new";
  CHECK(names_of(decide(facts).changes) == "AppendAudit");
}

TEST_CASE("a verdict on another hash than the stored one decides nothing and writes nothing") {
  for (const bool matches : {true, false}) {
    for (const std::string_view verified : {"", "$argon2id$other"}) {
      auto facts = facts_of(active(), matches);
      facts.verified_hash = verified;
      const auto decision = decide(facts);
      CHECK(std::holds_alternative<StaleVerdict>(decision.outcome));
      CHECK(decision.changes.empty());
    }
  }
}

TEST_CASE("S368: user agent and client name are cleaned and cut, whatever bytes they have") {
  auto from = client();
  from.user_agent = "Br\r\nSet-Cookie: x\x1b[31m\xff\xc3" + std::string(300, 'u');
  from.client_id = "por\ntal\x7f" + std::string(100, 'c');
  const auto decision = decide(facts_of(active()), from);
  const auto& session = at<PutSession>(decision.changes, 0).session;
  CHECK(session.user_agent == "Br??Set-Cookie: x?[31m??" + std::string(232, 'u'));
  CHECK(session.user_agent.size() == 256);
  CHECK(session.client_id == "por?tal?" + std::string(56, 'c'));
  CHECK(session.client_id.size() == 64);
  CHECK(at<AppendAudit>(decision.changes, 3).event.client_id == session.client_id);
  CHECK(at<PutDevice>(decision.changes, 1).device.user_agent == session.user_agent);

  from.user_agent.clear();
  for (int i = 0; i < 100; ++i) {
    from.user_agent += "€";  // three bytes: 256 ends inside one
  }
  const auto cut = decide(facts_of(active()), from);
  CHECK(at<PutSession>(cut.changes, 0).session.user_agent == from.user_agent.substr(0, 255));
}

TEST_CASE("the session's absolute end follows the host's policy") {
  const auto decision = decide(facts_of(active()), client(), {.session = {.absolute_limit = 2h}});
  CHECK(at<PutSession>(decision.changes, 0).session.ends_at == noon + 2h);
}

TEST_CASE("R70: an unknown device becomes known in the commit of the session, and its owner is told by mail") {
  const auto decision = decide(facts_of(active()));
  const auto& device = at<PutDevice>(decision.changes, 1).device;
  CHECK(device.account == owner_id);
  CHECK(device.epoch == 7);
  CHECK(device.ends_at == noon + 180 * 24h);
  const auto& mail = at<PutMailIntent>(decision.changes, 2).mail;
  CHECK(mail.kind == MailKind::new_device);
  CHECK(mail.parts.front().account == owner_id);
  CHECK(mail.to.as_typed() == "zoe@mail.example");
  CHECK(mail.created_at == noon);
  CHECK_FALSE(mail.parts.front().link.has_value());
  REQUIRE(mail.client.has_value());
  CHECK(mail.client->network == "192.0.2.1");
  CHECK(mail.client->user_agent == "Browser/1.0");
  const auto entries = entries_of(decision);
  REQUIRE(entries.size() == 1);
  CHECK(entries.front().device == device.id);
  CHECK(entries.front().ends_at == device.ends_at);
}

TEST_CASE("R70: a known device is touched, mails nothing, and its cookie lives longer from now on") {
  const auto facts = facts_with_device(active());
  const auto decision = decide(facts);
  REQUIRE(names_of(decision.changes) == "PutSession TouchDevice AppendAudit");
  const auto& touch = at<TouchDevice>(decision.changes, 1);
  CHECK(touch.id == facts.device->id);
  CHECK(touch.account == owner_id);
  CHECK(touch.last_seen_at == noon);
  CHECK(touch.ends_at == noon + 180 * 24h);
  CHECK(at<AppendAudit>(decision.changes, 2).event.reason == "known_device");
  const auto entries = entries_of(decision);
  REQUIRE(entries.size() == 1);
  CHECK(entries.front().device == facts.device->id);
  CHECK(entries.front().ends_at == noon + 180 * 24h);
}

TEST_CASE("R68, S284: a device of an older epoch, of another account or past its end is unknown, and gets a new id") {
  auto of_other = facts_with_device(active());
  of_other.device->account = stranger_id;
  auto of_old_epoch = facts_with_device(active());
  --of_old_epoch.device->epoch;
  auto ended = facts_with_device(active());
  ended.device->ends_at = noon;
  auto gone = facts_with_device(active());
  const auto named = gone.device->id;
  gone.device.reset();
  for (const auto& facts : {of_other, of_old_epoch, ended, gone}) {
    const auto decision = decide(facts);
    REQUIRE(names_of(decision.changes) == "PutSession PutDevice PutMailIntent AppendAudit");
    CHECK(at<PutDevice>(decision.changes, 1).device.id != named);
    const auto entries = entries_of(decision);
    REQUIRE(entries.size() == 1);
    CHECK(entries.front().device == at<PutDevice>(decision.changes, 1).device.id);
  }
}

TEST_CASE("R67: a known device opens nothing by itself: no account and no password is any weaker for it") {
  auto wrong = facts_with_device(active());
  wrong.matches = false;
  CHECK(names_of(decide(wrong).changes) == "AppendAudit");
  CHECK(std::holds_alternative<SignInRefused>(decide(wrong).outcome));
  auto suspended = facts_with_device(active());
  suspended.account->status = AccountStatus::suspended;
  CHECK(std::holds_alternative<SignInRefused>(decide(suspended).outcome));
}

TEST_CASE("a host that keeps no device cookie can have no notices") {
  const auto decision = decide(facts_of(active()), client(), {.device = {.notice = NewDeviceNotice::none}});
  CHECK(names_of(decision.changes) == "PutSession PutDevice AppendAudit");
}

TEST_CASE("R70: where the budget of notices is spent, the device becomes known without one, and the event says so") {
  auto facts = facts_of(active());
  facts.may_notify = false;
  const auto decision = decide(facts);
  REQUIRE(names_of(decision.changes) == "PutSession PutDevice AppendAudit");
  CHECK(at<AppendAudit>(decision.changes, 2).event.reason == "unknown_device_unnotified");
  CHECK(std::holds_alternative<SignInSuccess>(decision.outcome));
  // Where none is due, none was left out.
  const auto quiet = decide(facts, client(), {.device = {.notice = NewDeviceNotice::none}});
  CHECK(at<AppendAudit>(quiet.changes, 2).event.reason == "unknown_device");
  auto known = facts_with_device(active());
  known.may_notify = false;
  CHECK(at<AppendAudit>(decide(known).changes, 2).event.reason == "known_device");
}

TEST_CASE("a notice cannot be made for an account whose organisation is missing") {
  auto facts = facts_of(active());
  facts.organization.reset();
  auto randomness = fresh();
  CHECK(decide_password_sign_in(facts, client(), {}, *key_ring(), randomness, noon).error() == Errc::record_unreadable);
}

TEST_CASE("R36: a right temporary password opens no session, and gives a ticket to choose another with") {
  auto account = active();
  account.password->temporary_until = noon + 24h;
  const auto decision = decide(facts_of(account));
  const auto& required = std::get<PasswordChangeRequired>(decision.outcome);
  CHECK(required.expires_at == noon + 10min);
  const auto ceremony = open_ceremony(*key_ring(), CeremonyKind::choose_password, required.ticket.reveal()).value();
  CHECK(ceremony.account == owner_id);
  CHECK(ceremony.credential == account.password->id);
  CHECK(ceremony.ends_at == noon + 10min);
  REQUIRE(names_of(decision.changes) == "AppendAudit");
  CHECK(line_of(at<AppendAudit>(decision.changes, 0).event) ==
        "sign_in_refused reason=temporary_password actor=anonymous/-/-/- subject=11 organization=1 from=192.0.2.1 "
        "client=portal count=1");
}

TEST_CASE("R36: a temporary password works while now < its end, its ticket no longer, and then it is a wrong one") {
  auto account = active();
  account.password->temporary_until = noon + 1ms;
  CHECK(std::get<PasswordChangeRequired>(decide(facts_of(account)).outcome).expires_at == noon + 1ms);
  account.password->temporary_until = noon;
  const auto ended = decide(facts_of(account));
  CHECK(std::holds_alternative<SignInRefused>(ended.outcome));
  CHECK(at<AppendAudit>(ended.changes, 0).event.reason == "temporary_ended");
  const auto wrong = decide(facts_of(account, false));
  CHECK(std::holds_alternative<SignInRefused>(wrong.outcome));
  CHECK(at<AppendAudit>(wrong.changes, 0).event.reason == "wrong_password");
}

namespace {

// An account with codes by e-mail; its policy offers them.
Account with_factor() {
  auto account = active();
  account.email_codes_since = noon - 48h;
  return account;
}

SignInPolicies email_codes() { return {.factor = {.email_codes = EmailCodes::on}}; }

}  // namespace

TEST_CASE("R61: a right password of an account with a second factor opens no session, and gives a ticket") {
  auto facts = facts_of(with_factor());
  facts.upgraded_hash = "$argon2id$new";
  const auto decision = decide(facts, client(), email_codes());
  REQUIRE(names_of(decision.changes) == "AppendAudit UpgradeHash");
  const auto& event = at<AppendAudit>(decision.changes, 0).event;
  CHECK(event.kind == AuditKind::factor_required);
  CHECK(event.reason == "asked");
  const auto& required = std::get<SecondFactorRequired>(decision.outcome);
  CHECK(required.expires_at == noon + 10min);
  CHECK(required.methods == std::vector{FactorMethod::email_code});
  const auto ceremony = open_ceremony(*key_ring(), CeremonyKind::second_factor, required.ticket.reveal()).value();
  CHECK(ceremony.account == owner_id);
  CHECK(ceremony.credential == with_factor().password->id);
  CHECK(ceremony.epoch == 5);
  CHECK(ceremony.bound_to == bind_to_client(client()).value());

  facts.matches = false;
  CHECK(std::holds_alternative<SignInRefused>(decide(facts, client(), email_codes()).outcome));
}

TEST_CASE(
    "R66, S284: a remembered device goes without the factor until its time is over, and never without the password") {
  auto facts = facts_with_device(with_factor());
  CHECK(std::holds_alternative<SecondFactorRequired>(decide(facts).outcome));  // known is not remembered
  facts.device->remembered = RememberedFactor{.proved_at = noon - 24h, .until = noon + 1ms};
  const auto decision = decide(facts);
  REQUIRE(names_of(decision.changes) == "PutSession TouchDevice AppendAudit");
  const auto& session = at<PutSession>(decision.changes, 0).session;
  CHECK(session.proved_at == noon - 24h);  // as old as the code that was given there
  CHECK(session.authenticated_at == noon);
  CHECK(at<AppendAudit>(decision.changes, 2).event.reason == "remembered_device");

  auto over = facts_with_device(with_factor());
  over.device->remembered = RememberedFactor{.proved_at = noon - 24h, .until = noon};
  CHECK(std::holds_alternative<SecondFactorRequired>(decide(over).outcome));
  auto ended = facts_with_device(with_factor());
  ended.device->remembered = facts.device->remembered;
  ended.device->epoch -= 1;  // the password or a factor changed since
  CHECK(std::holds_alternative<SecondFactorRequired>(decide(ended).outcome));
  auto stolen = facts_with_device(with_factor());
  stolen.device->remembered = facts.device->remembered;
  stolen.device->account = stranger_id;
  CHECK(std::holds_alternative<SecondFactorRequired>(decide(stolen).outcome));
  facts.matches = false;
  CHECK(std::holds_alternative<SignInRefused>(decide(facts).outcome));
}

TEST_CASE(
    "R56: a role that must have a second factor has until its time to enrol, and is offered one at the sign-in then") {
  auto facts = facts_of(active());
  facts.organization->factor_required = {{.role = Role::manager, .since = noon - 48h, .grace = 24h}};
  CHECK_FALSE(std::get<SignInSuccess>(decide(facts).outcome).enrol_by);  // a member is not asked
  facts.organization->factor_required.front().role = Role::member;
  facts.account->setup_completed_at = noon - 24h + 1ms;
  const auto early = decide(facts);
  CHECK(std::get<SignInSuccess>(early.outcome).enrol_by == noon + 1ms);
  CHECK(at<PutSession>(early.changes, 0).session.ends_at == noon + 1ms);  // no session outlives the day
  facts.account->setup_completed_at = noon - 24h;
  const auto decision = decide(facts);
  REQUIRE(names_of(decision.changes) == "AppendAudit");
  CHECK(at<AppendAudit>(decision.changes, 0).event.reason == "enrolment");
  const auto& offer = std::get<EnrolmentRequired>(decision.outcome).offer;
  const auto ceremony = open_ceremony(*key_ring(), CeremonyKind::enrolment, offer.ticket.reveal()).value();
  CHECK(ceremony.secret.size() == 20);
  CHECK(offer.uri.reveal().starts_with("otpauth://totp/Acme:201%40acme?secret="));
  facts.matches = false;
  CHECK(std::holds_alternative<SignInRefused>(decide(facts).outcome));
}

TEST_CASE("R64: no remembered device and no list goes round an application that cannot ask for a second factor") {
  auto facts = facts_with_device(with_factor());
  facts.device->remembered = RememberedFactor{.proved_at = noon - 24h, .until = noon + 24h};
  facts.organization->clients = {{.id = "portal", .name = "Portal", .factor = FactorSupport::unsupported}};
  const auto decision = decide(facts);
  CHECK(std::get<FactorUnsupported>(decision.outcome).application == "Portal");
  REQUIRE(names_of(decision.changes) == "AppendAudit");
  CHECK(at<AppendAudit>(decision.changes, 0).event.reason == "unsupported_client");
  // An account without a second factor that needs none signs in there.
  auto without = facts_of(active());
  without.organization = facts.organization;
  CHECK(std::holds_alternative<SignInSuccess>(decide(without).outcome));
}
