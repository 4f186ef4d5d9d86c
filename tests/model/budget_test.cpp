#include <ostiary/model/budget.hpp>

#include <doctest/doctest.h>

using namespace ostiary;
using namespace std::chrono_literals;

namespace {

constexpr Instant noon{std::chrono::milliseconds(1'767'268'800'000)};
constexpr Budget four{.count = 4, .window = 40s};  // one back every 10 s

// One key, as a store keeps it.
class Key {
 public:
  ChargeAnswer spend(Instant now, const Budget& budget = four) { return charge(now, budget, ChargeDirection::spend); }
  ChargeAnswer refund(Instant now) { return charge(now, four, ChargeDirection::refund); }
  [[nodiscard]] FineInstant tat() const { return row_->tat; }

 private:
  ChargeAnswer charge(Instant now, const Budget& budget, ChargeDirection direction) {
    const auto judged = judge_charge(row_, {.key = {}, .budget = budget, .direction = direction}, now);
    row_ = judged.next;
    return judged.answer;
  }
  std::optional<BudgetRow> row_;
};

}  // namespace

TEST_CASE("R70: a budget admits its count at once, then one try each window / count") {
  Key key;
  for (int i = 0; i < 4; ++i) {
    CHECK(key.spend(noon).admitted);
  }
  const auto refused = key.spend(noon);
  CHECK_FALSE(refused.admitted);
  CHECK(refused.retry_after == 10s);
  CHECK_FALSE(key.spend(noon + 9999ms).admitted);
  CHECK(key.spend(noon + 10s).admitted);
  CHECK_FALSE(key.spend(noon + 10s).admitted);
}

TEST_CASE("R70: a window that its count does not divide is kept to the microsecond") {
  Key key;
  const Budget seven{.count = 7, .window = 60s};
  int admitted = 0;
  for (int i = 0; i < 20; ++i) {
    admitted += key.spend(noon, seven).admitted ? 1 : 0;
  }
  CHECK(admitted == 7);
  CHECK(key.tat() == FineInstant(noon) + 7 * std::chrono::microseconds(60s) / 7 - 4us);  // 7 × 8'571'428 us
}

TEST_CASE("R69: refusals are one window until the key has drained, however many are admitted in it") {
  Key key;
  for (int i = 0; i < 4; ++i) {
    CHECK(key.spend(noon).admitted);
  }
  std::uint32_t refusals = 0;
  for (Instant now = noon; now < noon + 60s; now += 1s) {
    const auto answer = key.spend(now);
    CHECK(answer.lifted == 0);
    if (!answer.admitted) {
      CHECK(answer.refusals == ++refusals);
    }
  }
  CHECK(refusals == 55);
  // The last admission was at 50 s: 10 s × 4 later all is free.
  CHECK(key.spend(noon + 89'999ms).lifted == 0);
  CHECK(key.spend(noon + 200s).lifted == 55);
  CHECK(key.spend(noon + 400s).lifted == 0);
}

TEST_CASE("a refund gives back no more than was spent, and lifts nothing") {
  Key key;
  CHECK(key.refund(noon).admitted);
  CHECK(key.tat() == FineInstant(noon));
  CHECK(key.spend(noon).admitted);
  CHECK(key.refund(noon).lifted == 0);
  CHECK(key.refund(noon).admitted);
  CHECK(key.tat() == FineInstant(noon));
}

TEST_CASE("a clock that runs back refuses for one step at most") {
  Key key;
  for (int i = 0; i < 4; ++i) {
    CHECK(key.spend(noon + 24h).admitted);
  }
  const auto refused = key.spend(noon);
  CHECK_FALSE(refused.admitted);
  CHECK(refused.retry_after == 10s);
  CHECK(key.tat() == FineInstant(noon + 40s));  // cut, though refused
  CHECK(key.spend(noon + 10s).admitted);
}
