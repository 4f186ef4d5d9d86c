#include <algorithm>
#include <latch>
#include <thread>

#include "services/recorders.hpp"

// R36: what a sign-in with a temporary password comes to.
using namespace ostiary;
using namespace ostiary::test;

namespace {

const std::string temporary = "Temporary-Fern-4";
const std::string chosen = "River-Thames-8";

// A world in which 100@acme has a temporary password for a day.
struct Temporary {
  explicit Temporary(const Policies& policies = {}) : world(policies) {
    acme = world.found_active();
    id = acme.manager.account;
    set(world.clock.now() + std::chrono::hours(24));
    world.deliver();
  }

  void set(Instant until) {
    world.alter(id, [&](Account& account) {
      account.password = Password{.id = CredentialId::make(world.clock.now(), {}),
                                  .hash = world.real_hasher->hash(SecretString(temporary)).value(),
                                  .set_at = world.clock.now(),
                                  .temporary_until = until};
    });
  }

  PasswordChangeRequired required(const std::string& password = temporary) {
    auto outcome = world.try_sign_in("100@acme", password);
    REQUIRE(std::holds_alternative<PasswordChangeRequired>(outcome));
    return std::get<PasswordChangeRequired>(std::move(outcome));
  }

  Result<ChoosePasswordOutcome> choose(std::string_view ticket, const std::string& password = chosen,
                                       std::string_view device_cookie = {}) {
    return world.sign_in.choose_password({.ticket = ticket,
                                          .password = SecretString(password),
                                          .confirmation = SecretString(password),
                                          .client = client(),
                                          .device_cookie = device_cookie});
  }

  std::size_t count_of(const std::string& line) {
    const auto kinds = world.kinds(acme.organization);
    return static_cast<std::size_t>(std::ranges::count(kinds, line));
  }

  World world;
  OrganizationCreated acme{.organization = {}, .manager = {.login = LoginName::parse("100@acme").value()}};
  AccountId id;
};

bool is_ticket_refused(const Result<ChoosePasswordOutcome>& outcome) {
  return std::holds_alternative<TicketRefused>(outcome.value());
}

}  // namespace

TEST_CASE("R36: a temporary password opens no session; the password chosen with its ticket does") {
  Temporary it;
  const auto required = it.required();
  CHECK(required.expires_at == it.world.clock.now() + std::chrono::minutes(10));
  CHECK(it.world.store.list_sessions(it.id, {}).value().records.empty());
  CHECK(it.count_of("sign_in_refused:temporary_password") == 1);

  auto outcome = it.choose(required.ticket.reveal()).value();
  REQUIRE(std::holds_alternative<PasswordChosen>(outcome));
  const auto& done = std::get<PasswordChosen>(outcome);
  CHECK(done.ended.event == SecurityEvent::password_changed);
  const auto checked = it.world.sessions.check(done.signed_in.token.reveal()).value();
  REQUIRE(std::holds_alternative<SignedIn>(checked));
  CHECK(std::get<SignedIn>(checked).account().id == it.id);
  CHECK_FALSE(it.world.account(it.id).password->temporary_until);
  CHECK(std::holds_alternative<SignInRefused>(it.world.try_sign_in("100@acme", temporary)));

  // From here on the browser is a known one.
  const auto& cookie = done.signed_in.device_cookie;
  const auto again = it.world.try_sign_in("100@acme", chosen, "192.0.2.1", cookie.reveal());
  CHECK(std::holds_alternative<SignInSuccess>(again));
  CHECK(it.count_of("signed_in:password_chosen") == 1);
  CHECK(it.count_of("signed_in:known_device") == 1);
  CHECK(it.count_of("password_changed:temporary_password") == 1);
  const auto before = it.world.mailer.mails().size();
  it.world.deliver();
  CHECK(it.world.mailer.mails().size() == before + 1);  // the notice of the change, and no other
}

TEST_CASE("R36: a temporary password that has ended is refused as a wrong one") {
  Temporary it;
  it.world.clock.advance(std::chrono::hours(24) - Duration(1));
  const auto required = it.required();
  CHECK(required.expires_at == it.world.clock.now() + Duration(1));  // its ticket outlives it by nothing
  it.world.clock.advance(Duration(1));
  CHECK(std::holds_alternative<SignInRefused>(it.world.try_sign_in("100@acme", temporary)));
  CHECK(is_ticket_refused(it.choose(required.ticket.reveal())));
  CHECK(it.count_of("sign_in_refused:temporary_ended") == 1);
  CHECK(it.count_of("password_change_refused:expired") == 1);
}

TEST_CASE("R36: a ticket works for ten minutes, to the millisecond") {
  Temporary it;
  const auto required = it.required();
  it.world.clock.advance(std::chrono::minutes(10) - Duration(1));
  SUBCASE("the last millisecond still saves") {
    CHECK(std::holds_alternative<PasswordChosen>(it.choose(required.ticket.reveal()).value()));
  }
  SUBCASE("then it is refused, and the sign-in gives another") {
    it.world.clock.advance(Duration(1));
    CHECK(is_ticket_refused(it.choose(required.ticket.reveal())));
    CHECK(std::holds_alternative<PasswordChosen>(it.choose(it.required().ticket.reveal()).value()));
  }
}

TEST_CASE("R36: a ticket works once, and one of two tickets ends the other") {
  Temporary it;
  const auto one = it.required();
  const auto other = it.required();
  REQUIRE(std::holds_alternative<PasswordChosen>(it.choose(one.ticket.reveal()).value()));
  CHECK(is_ticket_refused(it.choose(one.ticket.reveal(), "Another-Password-9")));
  CHECK(is_ticket_refused(it.choose(other.ticket.reveal(), "Another-Password-9")));
  CHECK(std::holds_alternative<SignInSuccess>(it.world.try_sign_in("100@acme", chosen)));
  CHECK(it.count_of("password_change_refused:password_replaced") == 2);
}

TEST_CASE("R36: a ticket whose key was consumed otherwise is refused, audited, and changes nothing") {
  Temporary it;
  const auto required = it.required();
  const auto ceremony =
      open_ceremony(*it.world.keys.current(), CeremonyKind::choose_password, required.ticket.reveal()).value();
  const ChangeSet set{.id = ChangeId::make(it.world.clock.now(), {}),
                      .at = it.world.clock.now(),
                      .changes = {consume_ceremony(ceremony)}};
  REQUIRE(std::holds_alternative<Committed>(it.world.store.commit(set).value()));
  CHECK(is_ticket_refused(it.choose(required.ticket.reveal())));
  CHECK(it.count_of("password_change_refused:used") == 1);
  CHECK(it.world.account(it.id).password->temporary_until);
}

TEST_CASE("R36, R1-R9: the new password obeys the policy and is another one, and a refusal uses nothing up") {
  Temporary it;
  const auto required = it.required();
  const int verifies = it.world.hasher.verifies;
  const auto flaws_of = [&](const std::string& password) {
    return std::get<CredentialsRefused>(it.choose(required.ticket.reveal(), password).value()).password;
  };
  CHECK(flaws_of("short").size() == 3);
  CHECK(flaws_of("100@Acme1x").front().code == PasswordFlawCode::context_word);
  CHECK(it.world.hasher.verifies == verifies);
  CHECK(flaws_of(temporary).front().code == PasswordFlawCode::unchanged);
  CHECK(it.world.account(it.id).password->temporary_until);
  CHECK(it.count_of("password_change_refused:policy") == 3);
  CHECK(std::holds_alternative<PasswordChosen>(it.choose(required.ticket.reveal()).value()));
}

TEST_CASE("R68: what was remembered and mailed before the choice ends with it") {
  Temporary it;
  const auto asked = it.world.recovery.request(
      {.kind = RecoveryKind::reset_password, .address = "mara@acme.example", .client = client()});
  REQUIRE(std::holds_alternative<RecoveryAccepted>(asked.value()));
  const auto link = it.world.deliver();
  REQUIRE(std::holds_alternative<ResetPage>(it.world.recovery.inspect(link).value()));
  const auto required = it.required();
  REQUIRE(std::holds_alternative<PasswordChosen>(it.choose(required.ticket.reveal()).value()));
  CHECK(std::get<LinkRefused>(it.world.recovery.inspect(link).value()).verdict == LinkVerdict::voided);
}

TEST_CASE("S303: a suspension, a reset and another temporary password end the ticket") {
  Temporary it;
  const auto required = it.required();
  SUBCASE("suspended") {
    it.world.alter(it.id, [](Account& account) { account.status = AccountStatus::suspended; });
  }
  SUBCASE("another temporary password") {
    it.world.clock.advance(std::chrono::minutes(1));
    it.set(it.world.clock.now() + std::chrono::hours(24));
  }
  SUBCASE("reset") {
    it.world.alter(it.id, [&](Account& account) {
      account.password->id = CredentialId::make(it.world.clock.now() + Duration(1), {});
      account.password->temporary_until.reset();
    });
  }
  const auto before = it.world.account(it.id).password->hash;
  CHECK(is_ticket_refused(it.choose(required.ticket.reveal())));
  CHECK(it.world.account(it.id).password->hash == before);
  CHECK(it.world.store.list_sessions(it.id, {}).value().records.empty());
}

TEST_CASE("R71: a forged ticket makes no store call") {
  Temporary it;
  const std::string ticket(it.required().ticket.reveal());
  const auto calls = it.world.memory.calls();
  for (std::size_t i = 10; i < ticket.size(); i += 7) {
    auto forged = ticket;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    CHECK(it.choose(forged).error() == Errc::malformed_token);
  }
  CHECK(it.choose("").error() == Errc::malformed_token);
  CHECK(it.world.memory.calls() == calls);
}

TEST_CASE("R70: tries with one ticket are limited before any hash; a busy hasher costs none") {
  Temporary it;
  const auto required = it.required();
  it.world.hasher.fail_hash = true;
  for (int i = 0; i < 25; ++i) {
    CHECK(it.choose(required.ticket.reveal()).error() == Errc::hasher_busy);
  }
  it.world.hasher.fail_hash = false;
  for (int i = 0; i < 20; ++i) {
    CHECK(std::holds_alternative<CredentialsRefused>(it.choose(required.ticket.reveal(), "short").value()));
  }
  const int verifies = it.world.hasher.verifies;
  CHECK(std::holds_alternative<Throttled>(it.choose(required.ticket.reveal()).value()));
  CHECK(it.world.hasher.verifies == verifies);
}

TEST_CASE("R70: a right temporary password gives its try back") {
  Temporary it;
  for (int i = 0; i < 30; ++i) {
    CHECK(it.required().ticket.size() == ceremony_ticket_length);
  }
}

TEST_CASE("R36: of 12 concurrent choices with one ticket one wins, and its password is the one that signs in") {
  Policies policies;
  policies.budgets.link_per_account =
      policies.budgets.link_per_network = {.count = 1000, .window = std::chrono::hours(1)};
  Temporary it(policies);
  const auto required = it.required();
  constexpr int count = 12;
  std::vector<std::string> winners(count);
  std::latch start(count);
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      const auto password = "River-Thames-" + std::to_string(10 + i);
      start.arrive_and_wait();
      const auto outcome = it.choose(required.ticket.reveal(), password);
      if (outcome && std::holds_alternative<PasswordChosen>(outcome.assume_value())) {
        winners[static_cast<std::size_t>(i)] = password;
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  std::erase(winners, "");
  REQUIRE(winners.size() == 1);
  CHECK(std::holds_alternative<SignInSuccess>(it.world.try_sign_in("100@acme", winners.front())));
  CHECK(it.count_of("signed_in:password_chosen") == 1);
}
