#pragma once

#include <ostiary/services/environment.hpp>

// What the hosts that are killed share.
namespace ostiary::test {

/// ShiftedClock is the system's, so much later: each life stands later than the one before, when the leases of the dead
/// have ended.
class ShiftedClock final : public Clock {
 public:
  explicit ShiftedClock(Duration shift) : shift_(shift) {}
  [[nodiscard]] Instant now() const override { return system_.now() + shift_; }
  void pause(Duration duration) const override { system_.pause(duration); }

 private:
  SystemClock system_;
  Duration shift_;
};

inline constexpr Duration round_shift = std::chrono::minutes(6);

inline Policies wide_policies() {
  Policies policies;
  for (Budget* budget : {&policies.budgets.password_per_network, &policies.budgets.password_per_login_and_network,
                         &policies.budgets.password_per_login, &policies.budgets.link_per_network,
                         &policies.budgets.link_per_account, &policies.budgets.mail_per_address,
                         &policies.budgets.mail_per_organization, &policies.budgets.bulk_per_organization}) {
    budget->count = 1'000'000;
  }
  return policies;
}

}  // namespace ostiary::test
