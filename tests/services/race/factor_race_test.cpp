#include <array>
#include <atomic>
#include <mutex>

#include "services/factor_world.hpp"
#include "services/race/at_once.hpp"
#include "services/race/wide_factor_budgets.hpp"
#include <ostiary/rules/recovery_codes.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

struct Answers {
  std::atomic<int> accepted = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> over = 0;  // the ticket is
  std::atomic<int> others = 0;

  void count(const Result<WithFactorOutcome>& outcome) {
    if (!outcome) {
      ++others;
    } else if (is<SignInSuccess>(outcome.value())) {
      ++accepted;
    } else if (is<FactorRefused>(outcome.value())) {
      ++refused;
    } else {
      ++(is<TicketRefused>(outcome.value()) ? over : others);
    }
  }
};

// `count` people who all know the password, each at the second step.
std::vector<std::string> tickets_of(FactorWorld& world, int count) {
  std::vector<std::string> tickets;
  for (int i = 0; i < count; ++i) {
    tickets.push_back(world.ask());
  }
  return tickets;
}

}  // namespace

TEST_CASE("R61: one code that 50 threads give at once, each with a ticket of its own, is accepted once") {
  FactorWorld world(wide_factor_budgets());
  const auto enrolled = world.enroll();
  for (int round = 0; round < 5; ++round) {
    world.next_code();
    const auto code = enrolled.app.code(world.clock.now());
    const auto tickets = tickets_of(world, 50);
    Answers answers;
    at_once(50, [&](int i) { answers.count(world.give_code(tickets.at(static_cast<std::size_t>(i)), code)); });
    CHECK(answers.accepted == 1);
    CHECK(answers.refused == 49);
    CHECK(world.account(world.id).authenticator->accepted_step == totp_step({}, world.clock.now()));
  }
  // The next code is a new one, and is accepted.
  CHECK(is<SignInSuccess>(world.give_code(world.ask(), enrolled.app.code(world.clock.now(), 1)).value()));
}

TEST_CASE("R61, S272: one ticket with the right code in 50 threads begins one session") {
  FactorWorld world(wide_factor_budgets());
  const auto enrolled = world.enroll();
  const auto code = enrolled.app.code(world.clock.now());
  const auto ticket = world.ask();
  const auto before = world.store.list_sessions(world.id, {}).value().records.size();
  Answers answers;
  at_once(50, [&](int /*i*/) { answers.count(world.give_code(ticket, code)); });
  CHECK(answers.accepted == 1);
  CHECK(answers.refused + answers.over == 49);
  CHECK(world.store.list_sessions(world.id, {}).value().records.size() == before + 1);
}

TEST_CASE("R70: of 50 wrong codes at once no more than five are judged for one ticket, and the sixth ends it") {
  FactorWorld world;
  const auto enrolled = world.enroll();
  const auto wrong = enrolled.app.wrong(world.clock.now());
  const auto ticket = world.ask();
  Answers answers;
  at_once(50, [&](int /*i*/) { answers.count(world.give_code(ticket, wrong)); });
  CHECK(answers.refused == 5);
  CHECK(answers.over == 45);
}

TEST_CASE("S276: one recovery code that 20 threads give at once works once") {
  FactorWorld world(wide_factor_budgets());
  const auto enrolled = world.enroll();
  for (std::size_t index = 0; index < 5; ++index) {
    const auto tickets = tickets_of(world, 20);
    Answers answers;
    at_once(20, [&](int i) {
      answers.count(world.give(tickets.at(static_cast<std::size_t>(i)),
                               proof_of(FactorMethod::recovery_code, enrolled.recovery_codes.at(index))));
    });
    CHECK(answers.accepted == 1);
    CHECK(answers.refused == 19);
  }
  CHECK(world.count_of("recovery_code_used:signed_in") == 5);
  CHECK(recovery_codes_left(world.account(world.id).recovery_codes) == 5);
}

TEST_CASE("R61: one code at two doors at once, a sign-in and a proof of a session, opens one of them, 100 times") {
  FactorWorld world(wide_factor_budgets());
  const auto enrolled = world.enroll();
  const auto owner = world.owner(enrolled).who;
  int signed_in = 0;
  for (int round = 0; round < 100; ++round) {
    world.clock.advance(std::chrono::hours(3));  // what a session may spend on codes comes back
    const auto ticket = world.ask();
    const auto code = enrolled.app.code(world.clock.now());
    std::atomic<int> opened = 0;
    at_once(2, [&](int i) {
      if (i == 0) {
        const auto outcome = world.give_code(ticket, code);
        const bool is_in = outcome && is<SignInSuccess>(outcome.value());
        opened += is_in ? 1 : 0;
        signed_in += is_in ? 1 : 0;
        return;
      }
      const auto outcome = world.factor.step_up(owner, FactorWorld::entry("", proof_of(FactorMethod::totp, code)));
      opened += outcome && is<SessionProved>(outcome.value()) ? 1 : 0;
    });
    REQUIRE(opened == 1);
  }
  MESSAGE("the sign-in was first in ", signed_in, " of 100");
}

TEST_CASE("R60: of two confirmations of one offer at once one wins, and its recovery codes are the ones that work") {
  for (int round = 0; round < 20; ++round) {
    FactorWorld world;
    const auto owner = world.signed_in("100@acme").who;
    const auto offer = world.begin(owner);
    const App app(offer.secret);
    const auto code = app.code(world.clock.now());
    std::atomic<int> enabled = 0;
    std::mutex mutex;
    std::vector<std::string> shown;
    at_once(2, [&](int /*i*/) {
      auto outcome = world.factor.confirm(
          owner, {.ticket = offer.ticket.reveal(), .code = SecretString(code), .entry = FactorWorld::entry()});
      if (!outcome || !is<FactorEnabled>(outcome.value())) {
        return;
      }
      ++enabled;
      const std::lock_guard lock(mutex);
      for (const auto& each : std::get<FactorEnabled>(outcome.value()).recovery_codes) {
        shown.emplace_back(each.reveal());
      }
    });
    REQUIRE(enabled == 1);
    REQUIRE(shown.size() == 10);
    CHECK(world.count_of("factor_enabled:totp") == 1);
    CHECK(is<SignInSuccess>(world.give(world.ask(), proof_of(FactorMethod::recovery_code, shown.front())).value()));
  }
}
