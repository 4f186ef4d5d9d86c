#pragma once

#include <ostiary/services/environment.hpp>

namespace ostiary::test {

/// wide_factor_budgets lets every code of a race be judged: what must hold there is no budget's doing.
inline Policies wide_factor_budgets() {
  Policies policies;
  for (Budget* budget : {&policies.budgets.password_per_network, &policies.budgets.password_per_login_and_network,
                         &policies.budgets.password_per_login, &policies.budgets.factor_per_ceremony,
                         &policies.budgets.factor_per_account, &policies.budgets.factor_per_network}) {
    budget->count = 10'000;
  }
  return policies;
}

}  // namespace ostiary::test
