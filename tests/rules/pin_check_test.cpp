#include <ostiary/rules/pin_check.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

PinFacts facts_of(std::optional<Account> account, bool matches = true) {
  PinFacts facts{.account = std::move(account), .matches = matches};
  facts.verified_seal = active().pin->sealed;
  return facts;
}

Decision<PinCheckOutcome> decide(const PinFacts& facts) {
  auto randomness = fresh();
  return decide_pin_check(host(), facts, randomness, noon);
}

}  // namespace

TEST_CASE("R10: the right PIN of an active account is accepted, and leaves an event") {
  const auto decision = decide(facts_of(active()));
  CHECK(std::get<PinCheck>(decision.outcome) == PinCheck::accepted);
  REQUIRE(names_of(decision.changes) == "AppendAudit");
  CHECK(line_of(at<AppendAudit>(decision.changes, 0).event) ==
        "pin_checked reason=- actor=host/-/cron/- subject=11 organization=1 from=- client=- count=1");
}

TEST_CASE("R10: every other PIN is refused, with the reason in the event alone") {
  const auto with_status = [](AccountStatus status) {
    Account account = active();
    account.status = status;
    return account;
  };
  Account bare = active();
  bare.pin.reset();
  const std::pair<const char*, PinFacts> rows[] = {
      {"wrong_pin", facts_of(active(), false)},
      {"account_inactive", facts_of(invited())},
      {"account_inactive", facts_of(with_status(AccountStatus::suspended))},
      {"account_inactive", facts_of(with_status(AccountStatus::removed))},
      {"no_pin", facts_of(bare)},
  };
  for (const auto& [reason, facts] : rows) {
    CAPTURE(reason);
    const auto decision = decide(facts);
    CHECK(std::get<PinCheck>(decision.outcome) == PinCheck::refused);
    REQUIRE(names_of(decision.changes) == "AppendAudit");
    CHECK(line_of(at<AppendAudit>(decision.changes, 0).event) ==
          fmt::format("pin_refused reason={} actor=host/-/cron/- subject=11 organization=1 from=- client=- count=1",
                      reason));
  }
}

TEST_CASE("a decoy that matches is no PIN of anybody") {
  const auto decision = decide({.account = std::nullopt, .matches = true});
  CHECK(std::get<PinCheck>(decision.outcome) == PinCheck::refused);
  REQUIRE(names_of(decision.changes) == "AppendAudit");
  CHECK(line_of(at<AppendAudit>(decision.changes, 0).event) ==
        "pin_refused reason=unknown_account actor=host/-/cron/- subject=- organization=- from=- client=- count=1");
  Account bare = active();
  bare.pin.reset();
  CHECK(std::get<PinCheck>(decide({.account = bare, .matches = true}).outcome) == PinCheck::refused);
}

TEST_CASE(
    "R73: a PIN that was changed, set or sealed anew since it was verified is judged again, and leaves no event") {
  Account changed = active();
  changed.pin->sealed.back() ^= std::byte{1};
  for (const auto& facts :
       {facts_of(changed), facts_of(changed, false), PinFacts{.account = active(), .matches = true}}) {
    const auto decision = decide(facts);
    CHECK(std::holds_alternative<StaleVerdict>(decision.outcome));
    CHECK(decision.changes.empty());
  }
}
