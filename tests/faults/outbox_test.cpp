#include "faults/host.hpp"

using namespace ostiary;
using namespace ostiary::test;
using testing::FaultAct;
using testing::FaultWorld;

namespace {

FaultAct timer(const std::shared_ptr<FaultHost>& host) {
  return [host] { return host->tick(); };
}

}  // namespace

TEST_CASE("R21, R24, R28: delivery holds under every fault") {
  check_sweep("deliver a welcome mail", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found();
    return timer(host);
  });
  check_sweep("deliver a notice", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found_active();
    return timer(host);
  });
  check_sweep("deliver a newer welcome mail and drop the older", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found();
    REQUIRE(host->organizations.send_welcome_mail(host->host(), acme.manager.account).has_value());
    return timer(host);
  });
  check_sweep("deliver a newer welcome mail where the older link works", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found();
    host->deliver_all();
    world.clock.advance(std::chrono::seconds(1));
    REQUIRE(host->organizations.send_welcome_mail(host->host(), acme.manager.account).has_value());
    return timer(host);
  });
  check_sweep("deliver to two accounts", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found();
    REQUIRE(host->invite(host->host(), acme.organization, "101").has_value());
    return timer(host);
  });
}

TEST_CASE("R70: housekeeping holds under every fault") {
  check_sweep("housekeep", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    static_cast<void>(host->signed_in(acme.manager.account));
    host->deliver_all();
    world.clock.advance(std::chrono::days(60));
    return [host] {
      for (;;) {
        const auto kept = host->housekeeping.run(3);
        if (!host->answered(kept)) {
          return false;
        }
        if (!kept.value().more) {
          return true;
        }
      }
    };
  });
}
