#include <ostiary/rules/factor_requirement.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

TEST_CASE("R56: a second factor is due by role, after the grace period, counted from the later of two beginnings") {
  auto organization = acme();
  auto account = active(Role::manager);
  CHECK_FALSE(factor_due(organization, account));
  organization.factor_required = {{.role = Role::manager, .since = noon, .grace = 24h},
                                  {.role = Role::supervisor, .since = noon + 1h, .grace = 0h}};
  account.setup_completed_at = noon - 48h;
  CHECK(factor_due(organization, account) == noon + 24h);
  account.setup_completed_at = noon + 2h;  // who comes later has the whole grace period as well
  CHECK(factor_due(organization, account) == noon + 26h);
  account.setup_completed_at.reset();
  CHECK(factor_due(organization, account) == noon + 24h);
  account.role = Role::supervisor;
  CHECK(factor_due(organization, account) == noon + 1h);
  account.role = Role::member;
  CHECK_FALSE(factor_due(organization, account));
}
