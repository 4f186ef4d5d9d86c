#include "faults/host.hpp"
#include <ostiary/services/audit_log.hpp>

using namespace ostiary;
using namespace ostiary::test;
using testing::FaultAct;
using testing::FaultWorld;

TEST_CASE("R69: closing the audit holds under every fault, and leaves each event in one block") {
  check_sweep("close_audit", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found_active();
    return [host] {
      const auto closed = host->housekeeping.close_audit(10);
      return host->answered(closed) && !closed.value().more && !closed.value().first_error;
    };
  });
  check_sweep("close_audit, after blocks", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    REQUIRE(host->housekeeping.close_audit(10).has_value());
    host->signed_in(acme.manager.account);
    return [host] {
      const auto closed = host->housekeeping.close_audit(10);
      return host->answered(closed) && !closed.value().first_error;
    };
  });
}

TEST_CASE("R69: reading, verifying and exporting the audit hold under every fault") {
  const auto staff = Actor::staff("Robin", "ticket 42").value();
  const auto prepared = [](FaultWorld& world) {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    REQUIRE(host->housekeeping.close_audit(10).has_value());
    return std::pair(host, acme);
  };
  check_sweep("audit list by a manager", [&](FaultWorld& world) -> FaultAct {
    const auto scene = prepared(world);
    const auto manager =
        Actor::in_view(scene.first->signed_in(scene.second.manager.account).who, View::manage_organization).value();
    return [host = scene.first, organization = scene.second.organization, manager] {
      return host->answered(AuditLog(host->env).list(manager, organization, {}));
    };
  });
  check_sweep("audit list by staff", [&](FaultWorld& world) -> FaultAct {
    const auto scene = prepared(world);
    return [host = scene.first, organization = scene.second.organization, staff] {
      return host->answered(AuditLog(host->env).list(staff, organization, {}));
    };
  });
  check_sweep("audit verify", [&](FaultWorld& world) -> FaultAct {
    const auto scene = prepared(world);
    return [host = scene.first, organization = scene.second.organization, staff] {
      const auto outcome = AuditLog(host->env).verify(staff, {.stream = organization});
      return host->answered(outcome) && std::get<AuditVerification>(outcome.value()).findings.empty();
    };
  });
  check_sweep("audit checkpoint", [&](FaultWorld& world) -> FaultAct {
    const auto scene = prepared(world);
    return [host = scene.first, organization = scene.second.organization, staff] {
      return host->answered(AuditLog(host->env).checkpoint(staff, organization));
    };
  });
  check_sweep("audit export", [&](FaultWorld& world) -> FaultAct {
    const auto scene = prepared(world);
    return [host = scene.first, organization = scene.second.organization, staff] {
      const auto sink = [&](std::string_view line) -> Result<void> {
        host->world.log(line);
        return success();
      };
      return host->answered(AuditLog(host->env).export_json_lines(staff, organization, 1, sink));
    };
  });
}
