#include <ostiary/services/environment.hpp>

#include "services/world.hpp"

using namespace ostiary;

TEST_CASE("The default policies are valid, and each number out of range is a configuration error") {
  CHECK(validate(Policies{}).has_value());
  const auto broken = [](const std::function<void(Policies&)>& change) {
    Policies policies;
    change(policies);
    const auto result = validate(policies);
    return !result && result.error() == Errc::invalid_configuration;
  };
  CHECK(broken([](Policies& p) { p.session.idle_limit = Duration::zero(); }));
  CHECK(broken([](Policies& p) { p.session.absolute_limit = Duration(-1); }));
  CHECK(broken([](Policies& p) { p.budgets.password_per_login.count = 0; }));
  CHECK(broken([](Policies& p) { p.budgets.pin_per_account.window = std::chrono::days(31); }));
  CHECK(broken([](Policies& p) { p.budgets.mail_per_address = {.count = 1000, .window = Duration(10)}; }));
  CHECK(broken([](Policies& p) { p.budgets.password_per_device.count = 0; }));
  CHECK(broken([](Policies& p) { p.budgets.notice_per_account.count = 0; }));
  CHECK(broken([](Policies& p) { p.device.lifetime = Duration::zero(); }));
  CHECK(broken([](Policies& p) { p.device.lifetime = Duration::max(); }));
  CHECK(broken([](Policies& p) { p.session.idle_limit = Duration::max(); }));
  CHECK(broken([](Policies& p) { p.mail.give_up_after = Duration::max(); }));
  CHECK(broken([](Policies& p) { p.mail.lease = std::chrono::minutes(5) - Duration(1); }));
  CHECK(!std::is_constructible_v<SignIn, Environment>);
  CHECK(broken([](Policies& p) { p.mail.setup_link.lifetime = std::chrono::hours(72); }));
  CHECK(broken([](Policies& p) { p.mail.revoke_link.give_up_after = Duration::zero(); }));
  CHECK(broken([](Policies& p) { p.password.length_min = 0; }));
  CHECK(broken([](Policies& p) { p.pin.length_min = 1; }));
}
