#include "services/factor_world.hpp"

// What somebody who has the password can guess, and what it costs the owner (R70, S256-S259).
using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

// A guesser from ever new networks and browsers, who begins a new sign-in whenever a ticket is used up.
class Guesser {
 public:
  explicit Guesser(FactorWorld& world) : world_(world) {}

  // One guess; whether it was looked at.
  bool guess(const App& app, FactorMethod method) {
    if (ticket_.empty()) {
      const auto network = "198.51.100." + std::to_string(1 + asked_++ % 200);
      auto outcome = world_.try_sign_in("100@acme", good_password, network);
      if (!is<SecondFactorRequired>(outcome)) {
        return false;
      }
      ticket_ = std::get<SecondFactorRequired>(outcome).ticket.reveal();
    }
    const auto typed = method == FactorMethod::totp ? app.wrong(world_.clock.now()) : "0000-0000-0000-0000-0000-0000";
    const auto outcome = world_.give(ticket_, proof_of(method, typed), "203.0.113.7").value();
    if (is<TicketRefused>(outcome)) {
      ticket_.clear();
    }
    return is<FactorRefused>(outcome);
  }

 private:
  FactorWorld& world_;
  std::string ticket_;
  int asked_ = 0;
};

}  // namespace

TEST_CASE("S256, S257: in any 24 hours somebody with the password gets 30 guesses from unknown devices, and no more") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  Guesser guesser(world);
  std::vector<Instant> looked_at;
  // Two simulated days, ten tries a minute at first and one every five minutes then.
  const auto end = world.clock.now() + 48h;
  while (world.clock.now() < end) {
    for (int i = 0; i < 3; ++i) {
      if (guesser.guess(enrolled.app, looked_at.size() % 2 == 0 ? FactorMethod::totp : FactorMethod::recovery_code)) {
        looked_at.push_back(world.clock.now());
      }
    }
    world.clock.advance(5min);
  }
  CHECK(looked_at.size() >= 30);
  std::size_t most = 0;
  for (std::size_t first = 0; first < looked_at.size(); ++first) {
    std::size_t count = 0;
    while (first + count < looked_at.size() && looked_at[first + count] < looked_at[first] + 24h) {
      ++count;
    }
    most = std::max(most, count);
  }
  // Three codes of a million are right at a time: under 1 in 10,000 a day.
  CHECK(most <= 30);
  CHECK(static_cast<double>(most) * 3 / 1'000'000 < 0.0001);
}

TEST_CASE("R70: whatever a stranger with the password spends, the owner gets in from a known device") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  const auto home = world.owner(enrolled);
  const std::string cookie(home.device_cookie.reveal());
  Guesser guesser(world);
  int looked_at = 0;
  for (int i = 0; i < 60; ++i) {
    looked_at += guesser.guess(enrolled.app, FactorMethod::totp) ? 1 : 0;
  }
  CHECK(looked_at == 15);
  world.next_code();
  const auto code = enrolled.app.code(world.clock.now());
  // From elsewhere the owner has to wait, and is told for how long.
  const auto elsewhere = world.give_code(world.ask("192.0.2.77"), code, "192.0.2.77").value();
  REQUIRE(is<Throttled>(elsewhere));
  CHECK(std::get<Throttled>(elsewhere).retry_after <= 96min);
  const auto at_home = world
                           .give(world.ask("192.0.2.1", cookie), proof_of(FactorMethod::totp, code), "192.0.2.1",
                                 RememberDevice::no, cookie)
                           .value();
  CHECK(is<SignInSuccess>(at_home));
}

TEST_CASE("R70: codes that are right cost nothing: an owner signs in as often as there are codes") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  for (int i = 0; i < 40; ++i) {
    world.next_code();
    CHECK(is<SignInSuccess>(
        world.give_code(world.ask("192.0.2.5"), enrolled.app.code(world.clock.now()), "192.0.2.5").value()));
  }
}

TEST_CASE("R69: guesses that are refused by the budget leave one event a window, with their count") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  Guesser guesser(world);
  for (int i = 0; i < 60; ++i) {
    guesser.guess(enrolled.app, FactorMethod::totp);
  }
  CHECK(world.count_of("throttled:second_factor") == 1);
  CHECK(world.count_of("factor_refused:totp:wrong") == 15);
}

TEST_CASE("S256: a ticket that works no more spends nothing of the account's codes, however often it is sent") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  const auto dead = world.ask();
  const auto ended = world.ask();
  world.alter(world.id, [](Account& account) { ++account.epochs.sessions; });
  for (int i = 0; i < 4; ++i) {
    CHECK(is<TicketRefused>(world.give_code(ended, "000000").value()));
  }
  world.clock.advance(10min);
  const auto before = world.kinds(world.acme.organization).size();
  for (int i = 0; i < 40; ++i) {
    CHECK(is<TicketRefused>(world.give_code(dead, "000000").value()));
  }
  CHECK(world.kinds(world.acme.organization).size() == before);  // nor does its replay grow the audit
  for (int i = 0; i < 15; ++i) {
    world.next_code();
    const auto ticket = world.ask("192.0.2.88");
    CHECK(is<FactorRefused>(world.give_code(ticket, enrolled.app.wrong(world.clock.now()), "192.0.2.88").value()));
    world.clock.advance(2min);
  }
}

TEST_CASE("S256: sessions that are begun on a remembered device bring no further guesses") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  world.next_code();
  auto outcome = world
                     .give(world.ask(), proof_of(FactorMethod::totp, enrolled.app.code(world.clock.now())), "192.0.2.1",
                           RememberDevice::yes)
                     .value();
  const std::string cookie(std::get<SignInSuccess>(outcome).device_cookie.reveal());
  int looked_at = 0;
  for (int session = 0; session < 4; ++session) {
    auto begun = world.try_sign_in("100@acme", good_password, "192.0.2.1", cookie);
    REQUIRE(is<SignInSuccess>(begun));
    const auto& who = std::get<SignInSuccess>(begun).who;
    for (int i = 0; i < 15; ++i) {
      const auto proved =
          world.factor
              .step_up(who, FactorWorld::entry("", proof_of(FactorMethod::totp, enrolled.app.wrong(world.clock.now()))))
              .value();
      looked_at += is<FactorRefused>(proved) ? 1 : 0;
    }
  }
  CHECK(looked_at == 15);
  // A form without a code has nothing to guess with, and costs nothing.
  const auto who = std::get<SignInSuccess>(world.try_sign_in("100@acme", good_password, "192.0.2.1", cookie)).who;
  CHECK(is<FactorProofRequired>(world.factor.step_up(who, FactorWorld::entry()).value()));
}

TEST_CASE("S279: a secret that does not open costs its owner no try, and is audited and observed") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  world.alter(world.id, [](Account& account) { account.authenticator->sealed.back() ^= std::byte{1}; });
  for (int i = 0; i < 20; ++i) {
    world.next_code();
    const auto outcome = world.give_code(world.ask("192.0.2.9"), enrolled.app.code(world.clock.now()), "192.0.2.9");
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error() == Errc::sealed_value_broken);
    world.clock.advance(1min);
  }
  CHECK(world.count_of("factor_refused:unreadable") == 20);
  // The recovery codes are values of their own: they open, and one of them lets the owner in.
  CHECK(is<SignInSuccess>(
      world.give(world.ask(), proof_of(FactorMethod::recovery_code, enrolled.recovery_codes[2])).value()));
}
