#include "conformance.hpp"

// charge: the arithmetic, the order, the counters.
namespace ostiary::inline v0::testing::conformance {
namespace {

constexpr Budget four = {.count = 4, .window = seconds(40)};  // one back every 10 s

ChargeAnswer charge(Trial& trial, const std::vector<Charge>& charges, Instant now = base_time) {
  return trial.value(patiently([&] { return trial.store().charge(charges, now); }), "charge");
}

Charge spend(const BudgetKey& key, const Budget& budget = four) { return {.key = key, .budget = budget}; }

Charge refund(const BudgetKey& key) { return {.key = key, .budget = four, .direction = ChargeDirection::refund}; }

// Spends `key` until it is refused, and tells how many were admitted.
std::size_t admitted_at_once(Trial& trial, const BudgetKey& key, const Budget& budget, Instant now = base_time) {
  constexpr std::size_t tries_max = 100;
  std::size_t count = 0;
  while (count < tries_max && charge(trial, {spend(key, budget)}, now).admitted) {
    ++count;
  }
  return count;
}

void a_budget_is_spent_and_comes_back(Trial& trial) {
  const auto key = trial.next<16>();
  trial.expect_count(admitted_at_once(trial, key, four), 4, "tries admitted at once");
  auto answer = charge(trial, {spend(key)});
  trial.expect(!answer.admitted && answer.index == 0, "one more is refused");
  trial.expect(answer.retry_after == seconds(10), "retry_after is when one try will be free");
  trial.expect_count(answer.refusals, 2, "refusals since the key was new");
  answer = charge(trial, {spend(key)}, base_time + seconds(10) - Duration(1));
  trial.expect(!answer.admitted && answer.retry_after == Duration(1), "refused a millisecond before it is free");
  answer = charge(trial, {spend(key)}, base_time + seconds(10));
  trial.expect(answer.admitted, "admitted when it is free: refusals cost nothing");
  trial.expect_count(answer.lifted, 0, "refusals lifted before the key has drained");
  answer = charge(trial, {spend(key)}, base_time + seconds(10));
  trial.expect(!answer.admitted && answer.refusals == 4, "only one was free; refusals count on");
  trial.expect_count(admitted_at_once(trial, key, four, base_time + hours(1)), 4, "tries after a long pause, no more");
}

void budgets_divide_as_they_say(Trial& trial) {
  trial.expect_count(admitted_at_once(trial, trial.next<16>(), {.count = 7, .window = seconds(60)}), 7, "7 a minute");
  trial.expect_count(admitted_at_once(trial, trial.next<16>(), {.count = 1, .window = hours(720)}), 1, "1 in 30 days");
  trial.expect_count(admitted_at_once(trial, trial.next<16>(), {.count = 30, .window = hours(24)}), 30, "30 a day");
  const auto key = trial.next<16>();
  auto near = key;
  near[15] ^= std::byte{1};
  trial.expect_count(admitted_at_once(trial, key, four), 4, "tries of a key");
  trial.expect_count(admitted_at_once(trial, near, four), 4, "tries of a key that differs in its last bit");
}

void charges_stop_at_the_first_refusal(Trial& trial) {
  const auto before = trial.next<16>();
  const auto spent = trial.next<16>();
  const auto behind = trial.next<16>();
  trial.expect(charge(trial, {}).admitted, "no charge at all is admitted");
  trial.expect_count(admitted_at_once(trial, spent, four), 4, "tries");
  const auto answer = charge(trial, {spend(before), spend(spent), spend(behind)});
  trial.expect(!answer.admitted && answer.index == 1, "the refused charge is named");
  trial.expect_count(answer.refusals, 2, "with its own refusals");
  trial.expect_count(admitted_at_once(trial, before, four), 3, "tries left before the refusal, which stays charged");
  trial.expect_count(admitted_at_once(trial, behind, four), 4, "tries left behind the refusal, which was not charged");
  const auto twice = trial.next<16>();
  const Budget one = {.count = 1, .window = seconds(10)};
  const auto second = charge(trial, {spend(twice, one), spend(twice, one)});
  trial.expect(!second.admitted && second.index == 1, "one key twice in a call is charged twice");
}

void a_refund_gives_back_what_was_spent(Trial& trial) {
  const auto key = trial.next<16>();
  trial.expect(charge(trial, {refund(key)}).admitted, "a refund is never refused");
  trial.expect_count(admitted_at_once(trial, key, four), 4, "tries after a refund of nothing");
  trial.expect(charge(trial, {refund(key), refund(key)}).admitted, "a refund of a spent budget is admitted");
  const auto answer = charge(trial, {spend(key)});
  trial.expect(answer.admitted && answer.lifted == 0, "a try given back is admitted");
  trial.expect_count(admitted_at_once(trial, key, four), 1, "tries given back in all, but one");
  for (int i = 0; i < 9; ++i) {
    trial.expect(charge(trial, {refund(key)}).admitted, "refunds beyond what was spent are admitted");
  }
  trial.expect_count(admitted_at_once(trial, key, four), 4, "tries after more refunds than spends");
  const auto later = base_time + hours(1);
  trial.expect(charge(trial, {refund(key)}, later).admitted, "a refund when all is free again");
  trial.expect_count(admitted_at_once(trial, key, four, later), 4, "tries after it");
}

void refusals_are_lifted_over_all_keys(Trial& trial) {
  const auto first = trial.next<16>();
  const auto second = trial.next<16>();
  trial.expect_count(admitted_at_once(trial, first, four), 4, "tries");
  trial.expect_count(admitted_at_once(trial, second, four), 4, "tries");
  trial.expect(!charge(trial, {spend(second)}).admitted, "a second refusal");
  const auto drained = base_time + seconds(40);
  auto answer = charge(trial, {spend(first)}, drained - Duration(1));
  trial.expect(answer.admitted && answer.lifted == 0, "a millisecond before the key has drained nothing is lifted");
  answer = charge(trial, {spend(first), spend(second)}, drained);
  trial.expect(answer.admitted && answer.lifted == 2, "drained: lifted, but not of the key that was spent in between");
  trial.expect_count(charge(trial, {spend(second)}, drained + hours(1)).lifted, 0, "refusals lifted twice");
  answer = charge(trial, {spend(first), spend(second)}, drained + hours(2));
  trial.expect(answer.admitted && answer.lifted == 1, "nor lost: the other key's come once it has drained too");
  const auto third = trial.next<16>();
  trial.expect_count(admitted_at_once(trial, second, four, drained + hours(3)), 4, "tries");
  trial.expect_count(admitted_at_once(trial, third, four, drained + hours(3)), 4, "tries");
  answer = charge(trial, {spend(second), spend(third)}, drained + hours(4));
  trial.expect(answer.admitted && answer.lifted == 2, "refusals of every admitted key are added up");
}

void one_window_of_refusals_is_one(Trial& trial) {
  const auto key = trial.next<16>();
  trial.expect_count(admitted_at_once(trial, key, four), 4, "tries");
  std::uint32_t refusals = 1;
  for (int second = 1; second <= 60; ++second) {  // a client that never pauses: one try in ten is admitted
    const auto answer = charge(trial, {spend(key)}, base_time + seconds(second));
    refusals += answer.admitted ? 0U : 1U;
    trial.expect(answer.admitted ? answer.lifted == 0 : answer.refusals == refusals,
                 "refusals count on over the tries that come free between them");
  }
  trial.expect_count(refusals, 55, "refusals in all");
  trial.expect_count(charge(trial, {spend(key)}, base_time + seconds(110)).lifted, 55, "lifted in one go");
  trial.expect_count(admitted_at_once(trial, key, four, base_time + seconds(110)), 3, "tries after it");
  trial.expect_count(charge(trial, {spend(key)}, base_time + seconds(110)).refusals, 2, "refusals of the next window");
}

void a_clock_that_runs_back_refuses_nobody_for_long(Trial& trial) {
  for (const std::size_t spent : {std::size_t{1}, std::size_t{4}}) {
    const auto key = trial.next<16>();
    for (std::size_t i = 0; i < spent; ++i) {
      trial.expect(charge(trial, {spend(key)}).admitted, "a spend before the clock runs back");
    }
    const auto back = base_time - hours(24);
    const auto answer = charge(trial, {spend(key)}, back);
    if (!answer.admitted) {
      trial.expect(answer.retry_after <= seconds(10), "a day back, retry_after is no longer than for one try");
      trial.expect(charge(trial, {spend(key)}, back + answer.retry_after).admitted, "a day back, it is free by then");
    }
  }
}

constexpr NamedCheck checks[] = {
    {"charge: admits the budget, then one at a time", a_budget_is_spent_and_comes_back},
    {"charge: each key and budget by itself", budgets_divide_as_they_say},
    {"charge: in order, and stops at the first refusal", charges_stop_at_the_first_refusal},
    {"charge: a refund gives back no more than was spent", a_refund_gives_back_what_was_spent},
    {"charge: refusals are lifted once, when the key has drained", refusals_are_lifted_over_all_keys},
    {"charge: however many are admitted between them, refusals are one window", one_window_of_refusals_is_one},
    {"charge: a clock that runs back refuses nobody for long", a_clock_that_runs_back_refuses_nobody_for_long},
};

}  // namespace

std::span<const NamedCheck> budget_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
