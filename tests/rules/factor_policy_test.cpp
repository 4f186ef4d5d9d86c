#include <ostiary/rules/factor_policy.hpp>

#include <functional>

#include <doctest/doctest.h>

using namespace ostiary;
using namespace std::chrono_literals;

TEST_CASE("R56-R66: the defaults are those of the specification, and numbers out of range are refused") {
  const FactorPolicy usual;
  CHECK(usual.totp.parameters == TotpParameters{.algorithm = TotpAlgorithm::sha1, .digits = 6, .period = 30s});
  CHECK(usual.totp.skew == 1);
  CHECK(usual.email_codes == EmailCodes::off);
  CHECK(usual.remembered_for == std::chrono::days(30));
  CHECK(usual.recovery_codes_count == 10);
  const auto verdict = [](const std::function<void(FactorPolicy&)>& change) {
    FactorPolicy policy;
    change(policy);
    return validate(policy).has_value();
  };
  CHECK(verdict([](auto&) {}));
  CHECK(verdict([](auto& policy) { policy.issuer = "Maple Dental é"; }));
  CHECK_FALSE(verdict([](auto& policy) { policy.issuer = "Maple: Dental"; }));
  CHECK_FALSE(verdict([](auto& policy) { policy.issuer = "Maple\nDental"; }));
  CHECK_FALSE(verdict([](auto& policy) { policy.issuer = std::string(101, 'x'); }));
  CHECK(verdict([](auto& policy) { policy.totp.skew = 2; }));
  CHECK_FALSE(verdict([](auto& policy) { policy.totp.skew = 3; }));
  CHECK_FALSE(verdict([](auto& policy) { policy.totp.parameters.digits = 5; }));
  CHECK(verdict([](auto& policy) { policy.remembered_for = 0s; }));
  CHECK(verdict([](auto& policy) { policy.remembered_for = std::chrono::days(90); }));
  CHECK_FALSE(verdict([](auto& policy) { policy.remembered_for = std::chrono::days(91); }));
  CHECK_FALSE(verdict([](auto& policy) { policy.remembered_for = -1s; }));
  CHECK_FALSE(verdict([](auto& policy) { policy.recovery_codes_count = 0; }));
  CHECK(verdict([](auto& policy) { policy.recovery_codes_count = 31; }));
  CHECK_FALSE(verdict([](auto& policy) { policy.recovery_codes_count = 32; }));
}
