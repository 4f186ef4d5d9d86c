#include "faults/host.hpp"
#include <ostiary/services/key_rotation.hpp>

using namespace ostiary;
using namespace ostiary::test;
using testing::FaultAct;
using testing::FaultWorld;

namespace {

// A member beside the manager, with the setup complete.
AccountId add_member(FaultHost& host, const OrganizationId& organization) {
  const auto invited = std::get<Invited>(host.invite(host.host(), organization, "101").value());
  REQUIRE(std::holds_alternative<SetupCompleted>(host.redeem(host.deliver_all()).value()));
  return invited.account;
}

}  // namespace

TEST_CASE("R67, R68: suspending and restoring hold under every fault") {
  check_sweep("suspend a member", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    const auto member = add_member(*host, acme.organization);
    REQUIRE(host->try_sign_in("101@acme", good_password, member).has_value());
    return [host, member] { return host->answered(host->organizations.suspend(host->host(), member)); };
  });
  check_sweep("suspend the last manager, refused", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    return [host, acme] { return host->answered(host->organizations.suspend(host->host(), acme.manager.account)); };
  });
  check_sweep("suspend a member again, unchanged", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    const auto member = add_member(*host, acme.organization);
    REQUIRE(host->organizations.suspend(host->host(), member).has_value());
    return [host, member] { return host->answered(host->organizations.suspend(host->host(), member)); };
  });
  check_sweep("restore a member", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    const auto member = add_member(*host, acme.organization);
    REQUIRE(host->organizations.suspend(host->host(), member).has_value());
    return [host, member] { return host->answered(host->organizations.restore(host->host(), member)); };
  });
}

TEST_CASE("R73: sealing PINs anew holds under every fault") {
  check_sweep("reseal", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    static_cast<void>(add_member(*host, host->found_active().organization));
    host->keys.swap(make_ring(2));
    return [host] { return host->answered(KeyRotation(host->env).reseal(2, "", 10)); };
  });
}

TEST_CASE("a sign-in from a known device holds under every fault") {
  check_sweep("sign in, known device", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    const auto first = std::make_shared<SignInSuccess>(host->signed_in(acme.manager.account));
    world.secret(first->device_cookie.reveal());
    world.clock.advance(std::chrono::days(3));
    return [host, acme, first] {
      host->world.proved(acme.manager.account);
      const SecretString typed(good_password);
      return host->answered(host->sign_in.with_password({.login_name = "100@acme",
                                                         .password = typed,
                                                         .client = client(),
                                                         .device_cookie = first->device_cookie.reveal()}));
    };
  });
}
