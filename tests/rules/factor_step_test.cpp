#include <ostiary/rules/factor_step.hpp>

#include "factor_owner.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

enum class Has { nothing, factor };
enum class Due { no, later, now };
enum class At { known, remembered, elsewhere };
enum class By { able, unable };

SignInStep step_of(Has has, Due due, At at, By by) {
  const auto account = has == Has::factor ? with_authenticator() : active();
  auto organization = acme();
  if (due != Due::no) {
    organization.factor_required = {{.role = Role::member, .since = noon, .grace = due == Due::now ? 0h : 24h}};
  }
  if (by == By::unable) {
    organization.clients = {{.id = "portal", .name = "Portal", .factor = FactorSupport::unsupported}};
  }
  std::optional<Device> device;
  if (at != At::elsewhere) {
    auto randomness = fresh(7);
    device = make_device(account, client(), {}, randomness, noon - 1h);
    if (at == At::remembered) {
      device->remembered = RememberedFactor{.proved_at = noon - 1h, .until = noon + 1h};
    }
  }
  return find_step(account, organization, device, client(), {}, noon);
}

}  // namespace

TEST_CASE("R56, R61, R64, R66: what follows the first factor, for every account, demand, device and application") {
  for (const auto due : {Due::no, Due::later, Due::now}) {
    for (const auto at : {At::known, At::remembered, At::elsewhere}) {
      // An account with a second factor: whatever the organisation demands.
      CHECK(step_of(Has::factor, due, at, By::unable) == SignInStep::unsupported_client);
      CHECK(step_of(Has::factor, due, at, By::able) ==
            (at == At::remembered ? SignInStep::session : SignInStep::second_factor));
      // One without: no device stands in for what it has not.
      CHECK(step_of(Has::nothing, due, at, By::able) ==
            (due == Due::now ? SignInStep::enrolment : SignInStep::session));
      CHECK(step_of(Has::nothing, due, at, By::unable) ==
            (due == Due::now ? SignInStep::unsupported_client : SignInStep::session));
    }
  }
}

TEST_CASE("R69: each step but a session leaves an event that says which") {
  const auto reason_of = [](SignInStep step) {
    auto randomness = fresh();
    const auto decision =
        decide_step(step, with_authenticator(), acme(), client(), {}, *key_ring(), randomness, noon).value();
    REQUIRE(names_of(decision.changes) == "AppendAudit");
    return at<AppendAudit>(decision.changes, 0).event.reason;
  };
  CHECK(reason_of(SignInStep::second_factor) == "asked");
  CHECK(reason_of(SignInStep::enrolment) == "enrolment");
  CHECK(reason_of(SignInStep::unsupported_client) == "unsupported_client");
}

TEST_CASE("R66: a host that shortens the time, or ends it, does so for the devices that are remembered already") {
  const auto account = with_authenticator();
  auto randomness = fresh(7);
  std::optional<Device> device = make_device(account, client(), {}, randomness, noon - 1h);
  device->remembered = RememberedFactor{.proved_at = noon - 1h, .until = noon + 24h};
  const auto step = [&](Duration remembered_for) {
    return find_step(account, acme(), device, client(), {.remembered_for = remembered_for}, noon);
  };
  CHECK(step(1h + 1ms) == SignInStep::session);
  CHECK(step(1h) == SignInStep::second_factor);
  CHECK(step(0h) == SignInStep::second_factor);
}
