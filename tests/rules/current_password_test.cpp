#include <ostiary/rules/current_password.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

TEST_CASE("R39: a current password is right only by a verdict on the hash that the account has now") {
  const std::string stored(stored_hash);
  CHECK(judge_current_password(CurrentPassword{.matches = true, .verified_hash = stored}, active()) ==
        PasswordProof::right);
  CHECK(judge_current_password(CurrentPassword{.matches = false, .verified_hash = stored}, active()) ==
        PasswordProof::wrong);
  CHECK(judge_current_password(CurrentPassword{.matches = true, .verified_hash = "$another"}, active()) ==
        PasswordProof::stale);
  CHECK(judge_current_password(std::nullopt, active()) == PasswordProof::stale);
}

TEST_CASE("R15: an account without a password has nothing to prove it by, whatever matched") {
  auto account = active();
  account.password.reset();
  for (const bool matches : {true, false}) {
    CHECK(judge_current_password(CurrentPassword{.matches = matches, .verified_hash = "$decoy"}, account) ==
          PasswordProof::wrong);
  }
}
