#include <latch>
#include <set>
#include <thread>

#include <doctest/doctest.h>

#include "services/recovery_world.hpp"
#include <ostiary/testing/faulty_store.hpp>

using namespace ostiary;
using namespace ostiary::test;

TEST_CASE("R31-R33, R35: forgot password mails login name and link, and the new password signs in") {
  World world;
  world.found_active();
  const auto token = reset_token(world);
  const auto mail = world.mailer.mails().back();
  CHECK(mail.to.as_typed() == mara);
  CHECK(text_of(mail).find("100@acme") != std::string::npos);
  const auto page = std::get<ResetPage>(world.recovery.inspect(token).value());
  CHECK(page.login_name == "100@acme");
  CHECK(page.organization_name == "Maple Dental");
  const auto completed = std::get<ResetCompleted>(redeem(world, token));
  CHECK(completed.login.as_typed() == "100@acme");
  CHECK(completed.ended.event == SecurityEvent::password_reset);
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("100@acme", good_password)));
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme", new_password)));
}

TEST_CASE("R33, R68, S347, S307: a reset ends sessions, devices and links, tells the owner, and signs nobody in") {
  World world(patient());
  const auto acme = world.found_active();
  const auto first = world.signed_in("100@acme");
  const auto second = world.signed_in("100@acme");
  const auto token = reset_token(world);
  REQUIRE(std::holds_alternative<ResetCompleted>(redeem(world, token)));
  for (const auto* const session : {&first, &second}) {
    CHECK(std::holds_alternative<SessionRefused>(world.sessions.check(session->token.reveal()).value()));
  }
  CHECK(world.store.list_sessions(acme.manager.account, {}).value().records.size() == 2);  // none was added
  // The remembered browser is an unknown one now: its sign-in mails a notice.
  const auto notices = deliver(world);
  REQUIRE(notices.size() == 1);
  CHECK(notices.front().to.as_typed() == mara);
  CHECK(text_of(notices.front()).find("192.0.2.1") != std::string::npos);
  CHECK(tokens_in(notices.front().message).empty());
  const auto again = world.try_sign_in("100@acme", new_password, "192.0.2.1", first.device_cookie.reveal());
  REQUIRE(std::holds_alternative<SignInSuccess>(again));
  CHECK(deliver(world).size() == 1);
  CHECK(count_of(world, acme.organization, "password_reset") == 1);
}

TEST_CASE("S295: a reset link works once") {
  World world(patient());
  world.found_active();
  const auto token = reset_token(world);
  REQUIRE(std::holds_alternative<ResetCompleted>(redeem(world, token)));
  CHECK(inspected(world, token) == LinkVerdict::used);
  CHECK(verdict_of(redeem(world, token, "Another-Password-9")) == LinkVerdict::used);
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("100@acme", "Another-Password-9")));
}

TEST_CASE("S300: a newer reset mail takes the older link's place when it is handed over, not before") {
  World world(patient());
  world.found_active();
  const auto older = reset_token(world);
  REQUIRE(ask(world, mara).has_value());
  CHECK(inspected(world, older) == LinkVerdict::good);
  const auto newer = tokens_in(deliver(world).front().message).front();
  CHECK(inspected(world, older) == LinkVerdict::superseded);
  CHECK(verdict_of(redeem(world, older)) == LinkVerdict::superseded);
  CHECK(std::holds_alternative<ResetCompleted>(redeem(world, newer)));
}

TEST_CASE("R32, S290: a reset link works 3 hours from the end of its hand-over's lease, to the millisecond") {
  World world(patient());
  world.found_active();
  const auto token = reset_token(world);
  world.clock.advance(world.env.policies.mail.lease + std::chrono::hours(3) - Duration(1));
  CHECK(inspected(world, token) == LinkVerdict::good);
  SUBCASE("the last millisecond still saves") { CHECK(std::holds_alternative<ResetCompleted>(redeem(world, token))); }
  SUBCASE("then page and save are refused") {
    world.clock.advance(Duration(1));
    CHECK(inspected(world, token) == LinkVerdict::expired);
    CHECK(verdict_of(redeem(world, token)) == LinkVerdict::expired);
  }
}

TEST_CASE("S302, S303: a changed password and a suspension void the link, and a restoration does not bring it back") {
  World world(patient());
  const auto acme = world.found_active();
  const auto token = reset_token(world);
  SUBCASE("changed") {
    world.alter(acme.manager.account, [](Account& account) {
      account.epochs = epochs_after(SecurityEvent::password_changed, account.epochs);
    });
  }
  SUBCASE("suspended") {
    world.alter(acme.manager.account, [](Account& account) {
      account.status = AccountStatus::suspended;
      account.epochs = epochs_after(SecurityEvent::suspended, account.epochs);
    });
    CHECK(verdict_of(redeem(world, token)) == LinkVerdict::voided);
    CHECK(world.account(acme.manager.account).status == AccountStatus::suspended);
    world.alter(acme.manager.account, [](Account& account) { account.status = AccountStatus::active; });
  }
  CHECK(inspected(world, token) == LinkVerdict::voided);
  CHECK(verdict_of(redeem(world, token)) == LinkVerdict::voided);
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme")));
}

TEST_CASE("R33, S298: every flaw of the new password is told before any hash, and the link still works") {
  World world(patient());
  const auto acme = world.found_active();
  const auto token = reset_token(world);
  const int hashes = world.hasher.hashes;
  const auto refused = std::get<CredentialsRefused>(redeem(world, token, "short"));
  CHECK(refused.password.size() == 3);  // length, capital, digit
  for (const auto* const word : {"100@Acme1x", "MAPLE Dental 1"}) {
    CHECK(std::get<CredentialsRefused>(redeem(world, token, word)).password.front().code ==
          PasswordFlawCode::context_word);
  }
  const auto mistyped = world.recovery
                            .redeem({.token = token,
                                     .password = SecretString(new_password),
                                     .confirmation = SecretString("River-Thames-9"),
                                     .client = client()})
                            .value();
  CHECK(std::get<CredentialsRefused>(mistyped).password.front().code == PasswordFlawCode::mismatch);
  CHECK(world.hasher.hashes == hashes);
  CHECK(count_of(world, acme.organization, "reset_refused:policy") == 4);
  CHECK(std::holds_alternative<ResetCompleted>(redeem(world, token)));
}

TEST_CASE("S296: opening a reset link uses nothing up and writes nothing") {
  World world;
  world.found_active();
  const auto token = reset_token(world);
  const auto before = world.memory.dump();
  for (int i = 0; i < 20; ++i) {
    CHECK(inspected(world, token) == LinkVerdict::good);
  }
  CHECK(world.memory.dump() == before);
}

TEST_CASE(
    "S232: a token that nobody made is one error without a store call; a genuine one is refused by its own state") {
  World world(patient());
  const auto acme = world.found();
  const auto setup = world.deliver();
  REQUIRE(std::holds_alternative<SetupCompleted>(world.redeem(setup)));
  const auto token = reset_token(world);
  auto forged = token;
  forged.back() = forged.back() == 'A' ? 'E' : 'A';
  const auto calls = world.memory.calls();
  for (const auto& text : {std::string(), std::string("x"), forged, setup}) {  // S291: a setup link resets nothing
    CHECK(world.recovery.inspect(text).error() == Errc::malformed_token);
    CHECK(world.recovery.redeem({.token = text, .client = client()}).error() == Errc::malformed_token);
  }
  CHECK(world.memory.calls() == calls);
  // Unknown, as after housekeeping, is what expired is.
  auto fresh = Fresh::draw(world.random, world.clock.now()).value();
  const auto unknown = make_link_token(*world.keys.current(), LinkPurpose::reset, fresh.id<LinkId>(), 1).value();
  world.clock.advance(std::chrono::hours(4));
  CHECK(inspected(world, token) == LinkVerdict::expired);
  CHECK(inspected(world, std::string(unknown.reveal())) == LinkVerdict::expired);
  CHECK(verdict_of(redeem(world, std::string(unknown.reveal()))) == LinkVerdict::expired);
  CHECK(count_of(world, std::nullopt, "reset_refused:expired") == 1);
  CHECK(count_of(world, acme.organization, "password_reset") == 0);
}

TEST_CASE("S301: of 12 concurrent resets with one link one wins, and its password is the one that signs in") {
  World world(patient());
  const auto acme = world.found_active();
  const auto token = reset_token(world);
  constexpr int count = 12;
  std::vector<std::string> winners(count);
  std::latch start(count);
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      const auto password = "River-Thames-" + std::to_string(10 + i);
      start.arrive_and_wait();
      auto outcome = world.recovery.redeem({.token = token,
                                            .password = SecretString(password),
                                            .confirmation = SecretString(password),
                                            .client = client()});
      if (outcome && std::holds_alternative<ResetCompleted>(outcome.assume_value())) {
        winners[static_cast<std::size_t>(i)] = password;
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  std::erase(winners, "");
  REQUIRE(winners.size() == 1);
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme", winners.front())));
  CHECK(count_of(world, acme.organization, "password_reset") == 1);
}

TEST_CASE("R34, S304: forgot login name repeats a living setup link with its own end, and revives none that is over") {
  World world(patient());
  const auto acme = world.found_active();
  const auto id = invite(world, acme.organization, "201", "noe@acme.example");
  const auto setup = world.deliver();
  const auto expires_at = std::get<SetupPage>(world.setup.inspect(setup).value()).expires_at;
  world.clock.advance(std::chrono::hours(20));
  for (const auto kind : {login_names, reset_password}) {
    REQUIRE(ask(world, "noe@acme.example", kind).has_value());
    const auto mails = deliver(world);
    REQUIRE(mails.size() == 1);
    CHECK(tokens_in(mails.front().message) == std::vector{setup});
    CHECK(text_of(mails.front()).find("201@acme") != std::string::npos);
  }
  CHECK(std::get<SetupPage>(world.setup.inspect(setup).value()).expires_at == expires_at);
  CHECK(count_of(world, acme.organization, "recovery_mail_queued:setup_link") == 2);
  world.clock.advance(std::chrono::hours(5));
  REQUIRE(ask(world, "noe@acme.example", login_names).has_value());
  const auto advice = deliver(world);
  REQUIRE(advice.size() == 1);
  CHECK(tokens_in(advice.front().message).empty());
  CHECK(text_of(advice.front()).find("office manager") != std::string::npos);
  CHECK(count_of(world, acme.organization, "recovery_mail_queued:no_setup_link") == 1);  // the manager sees it
  CHECK(verdict_of(world.setup.inspect(setup).value()) == LinkVerdict::expired);
  CHECK(world.account(id).status == AccountStatus::invited);
}

TEST_CASE("R34: a login name is told at any verified address, a reset link only at those made for it (R19, S331)") {
  World world(patient());
  const auto acme = world.found_active();
  world.alter(acme.manager.account, [&](Account& account) {
    const auto add = [&](const char* text, PurposeSet purposes, std::optional<Instant> verified_at) {
      account.addresses.push_back({.address = EmailAddress::parse(text).value(),
                                   .purposes = purposes,
                                   .verified_at = verified_at,
                                   .added_at = world.clock.now()});
    };
    add("voice@acme.example", {AddressPurpose::notification}, world.clock.now());
    add("second@acme.example", {AddressPurpose::notification, AddressPurpose::recovery}, std::nullopt);
    add("home@acme.example", {AddressPurpose::recovery}, world.clock.now());
  });
  world.deliver();
  const auto mailed = [&](const std::string& address, RecoveryKind kind) {
    REQUIRE(ask(world, address, kind).has_value());
    const auto mails = deliver(world);
    return mails.empty() ? std::string("nothing")
                         : mails.front().to.as_typed() + " " + std::to_string(tokens_in(mails.front().message).size());
  };
  CHECK(mailed("voice@acme.example", reset_password) == "nothing");
  CHECK(mailed("voice@acme.example", login_names) == "voice@acme.example 0");
  CHECK(mailed("second@acme.example", reset_password) == "nothing");
  CHECK(mailed("second@acme.example", login_names) == "nothing");
  CHECK(mailed("HOME@acme.example", reset_password) == "home@acme.example 1");  // S322
  CHECK(mailed(mara, login_names) == mara + " 0");
}

TEST_CASE("S236: no success gives a budget back: not of the network, nor of another's address") {
  World world;
  world.found_active();
  const auto token = reset_token(world);
  for (int i = 0; i < 29; ++i) {
    REQUIRE(std::holds_alternative<RecoveryAccepted>(ask(world, "n" + std::to_string(i) + "@acme.example").value()));
  }
  CHECK(std::holds_alternative<Throttled>(ask(world, "more@acme.example").value()));
  REQUIRE(std::holds_alternative<ResetCompleted>(redeem(world, token)));
  CHECK(std::holds_alternative<Throttled>(ask(world, "more@acme.example").value()));
}

TEST_CASE("R31: what has not the form of an address is told so, whosever it is, and makes no store call") {
  World world;
  world.found_active();
  const auto calls = world.memory.calls();
  for (const auto* const text : {"", "mara", "mara@", "mara@acme", "a b@acme.example", "m\xc3\xa1ra@acme.example",
                                 "mara@acme.example\r\nBcc: x@evil.example", "mara@acme.example,x@evil.example"}) {
    CHECK(ask(world, text).error() == Errc::malformed_email_address);
    CHECK(ask(world, text).error() == ErrorKind::caller);
  }
  CHECK(world.memory.calls() == calls);
}

TEST_CASE("R69: the address that was typed is in no event") {
  World world;
  world.found_active();
  REQUIRE(ask(world, "typed.secret@nowhere.example").has_value());
  const auto report = world.outbox.deliver(10).value();
  CHECK(report.requests_dropped == 1);
  CHECK(report.requests_expanded == 0);
  CHECK(world.memory.dump().find("typed.secret") == std::string::npos);  // the request itself is settled
  CHECK(count_of(world, std::nullopt, "recovery_requested:reset_password") == 1);
  CHECK(count_of(world, std::nullopt, "recovery_dropped:no_account") == 1);
}

TEST_CASE("R33: of an address of 30 accounts in 3 organisations each has its login name and a link of its own") {
  World world(patient());
  std::set<AccountId> accounts;
  std::size_t number = 0;
  for (const auto* const domain : {"acme", "birch", "cedar"}) {
    const auto organization = world.found(domain).organization;
    for (int i = 0; i < 10; ++i) {
      accounts.insert(import(world, organization, std::to_string(300 + number++), "shared@desk.example"));
    }
  }
  world.deliver();
  REQUIRE(ask(world, "shared@desk.example").has_value());
  const auto mails = deliver(world);
  REQUIRE(mails.size() == 2);
  CHECK(tokens_in(mails[0].message).size() == 20);
  CHECK(tokens_in(mails[1].message).size() == 10);
  std::set<AccountId> reset;
  for (const auto& mail : mails) {
    CHECK(mail.to.as_typed() == "shared@desk.example");
    for (const auto& token : tokens_in(mail.message)) {
      const auto page = std::get<ResetPage>(world.recovery.inspect(token).value());
      CHECK(text_of(mail).find(page.login_name) != std::string::npos);
      reset.insert(std::get<ResetCompleted>(redeem(world, token)).account);
    }
  }
  CHECK(reset == accounts);
}

TEST_CASE("accounts that may not be answered at an address, however many, keep no mail from the one that may") {
  World world(patient());
  const auto acme = world.found_active();
  const auto hash = world.real_hasher->hash(SecretString(good_password)).value();
  std::vector<ImportRow> rows;
  for (int i = 0; i < 600; ++i) {
    rows.push_back({.extension = std::to_string(2000 + i),
                    .display_name = "Gone",
                    .email = "owner@desk.example",
                    .status = AccountStatus::suspended,
                    .password_hash = hash});
  }
  const auto report =
      world.organizations.import_accounts(world.host(), acme.organization, rows, ImportMode::commit).value();
  REQUIRE(std::get<ImportReport>(report).created == rows.size());
  import(world, acme.organization, "300", "owner@desk.example");  // the last by its id
  world.deliver();
  REQUIRE(ask(world, "owner@desk.example").has_value());
  const auto mails = deliver(world);
  REQUIRE(mails.size() == 1);
  CHECK(tokens_in(mails.front().message).size() == 1);
  CHECK(text_of(mails.front()).find("300@acme") != std::string::npos);
}

TEST_CASE("R70: who asks for another's login names keeps no reset link from him") {
  World world;
  world.found_active();
  for (int i = 0; i < 5; ++i) {
    REQUIRE(std::holds_alternative<RecoveryAccepted>(ask(world, mara, login_names).value()));
  }
  CHECK(std::holds_alternative<Throttled>(ask(world, mara, login_names).value()));
  CHECK(std::holds_alternative<RecoveryAccepted>(ask(world, mara, reset_password).value()));
}

TEST_CASE("a request that is never expanded in time is dropped") {
  World world;
  const auto acme = world.found_active();
  world.deliver();
  REQUIRE(ask(world, mara).has_value());
  world.clock.advance(std::chrono::hours(6));
  CHECK(deliver(world).empty());
  CHECK(count_of(world, std::nullopt, "recovery_dropped:too_late") == 1);
  CHECK(count_of(world, acme.organization, "recovery_mail_queued:reset_link") == 0);
}

TEST_CASE("R32: a reset mail that cannot leave in time fails, so that no link outlives its 6 hours") {
  World world;
  const auto acme = world.found_active();
  world.deliver();
  REQUIRE(ask(world, mara).has_value());
  world.clock.advance(std::chrono::hours(3));
  CHECK(deliver(world).empty());
  CHECK(count_of(world, acme.organization, "mail_failed:gave_up") == 1);
}

TEST_CASE("one poisoned request keeps no other back, nor any mail, and is told to the host") {
  class Poisoned final : public testing::FaultyStore {
   public:
    using FaultyStore::FaultyStore;
    Result<Page<Account>> find_accounts_by_address(const EmailAddress& address, const PageRequest& page) override {
      if (address.canonical() == "poison@acme.example") {
        return Errc::record_unreadable;
      }
      return FaultyStore::find_accounts_by_address(address, page);
    }
  };
  World world;
  world.found_active();
  world.deliver();
  testing::FaultPlan plan;
  Poisoned store(world.store, plan);
  const Environment env{
      .store = store, .clock = world.clock, .random = world.random, .hasher = world.hasher, .keys = world.keys};
  const Outbox outbox(env, {.mailer = world.mailer,
                            .renderer = world.renderer,
                            .links = world.links,
                            .from = EmailAddress::parse("portal@portal.example").value()});
  const auto before = world.mailer.mails().size();
  REQUIRE(ask(world, "poison@acme.example").has_value());
  world.clock.advance(std::chrono::seconds(1));
  REQUIRE(ask(world, mara).has_value());
  CHECK(outbox.deliver(10).value().first_error == Errc::record_unreadable);
  CHECK(world.mailer.mails().size() == before + 1);
  CHECK(outbox.deliver(10).has_value());  // it is leased
  world.clock.advance(std::chrono::hours(1));
  CHECK(outbox.deliver(10).value().first_error == Errc::record_unreadable);
  world.clock.advance(std::chrono::hours(6));
  CHECK(world.outbox.deliver(10).value().requests_dropped == 1);
}

TEST_CASE("R14: an account that was suspended between expansion and hand-over is left out of its mail") {
  World world;
  const auto acme = world.found_active();
  import(world, acme.organization, "301", mara);
  world.deliver();
  world.mailer.answer_next(Delivery{.verdict = DeliveryVerdict::retry_later, .reason = "smtp-451"});
  REQUIRE(ask(world, mara).has_value());
  REQUIRE(world.outbox.deliver(10).value().retried == 1);
  world.alter(acme.manager.account, [](Account& account) { account.status = AccountStatus::suspended; });
  world.clock.advance(std::chrono::minutes(2));
  const auto mails = deliver(world);
  REQUIRE(mails.size() == 1);
  CHECK(text_of(mails.front()).find("100@acme") == std::string::npos);
  CHECK(text_of(mails.front()).find("301@acme") != std::string::npos);
  CHECK(tokens_in(mails.front().message).size() == 1);
}

TEST_CASE("R24: where a newer reset mail is refused for good at once, the older link works again") {
  World world(patient());
  static_cast<void>(world.found_active());
  const auto older = reset_token(world);
  REQUIRE(inspected(world, older) == LinkVerdict::good);
  world.clock.advance(std::chrono::seconds(1));
  REQUIRE(std::holds_alternative<RecoveryAccepted>(ask(world, mara).value()));
  world.mailer.answer_next(Delivery{.verdict = DeliveryVerdict::permanent, .reason = "smtp-550"});
  const auto mails = deliver(world);
  REQUIRE(mails.size() == 1);
  const auto newer = tokens_in(mails.front().message).front();
  CHECK(newer != older);
  CHECK(inspected(world, older) == LinkVerdict::good);
  CHECK(inspected(world, newer) == LinkVerdict::expired);
  CHECK(std::holds_alternative<LinkRefused>(redeem(world, newer)));
  CHECK(std::holds_alternative<ResetCompleted>(redeem(world, older)));
  CHECK(inspected(world, older) != LinkVerdict::good);
}
