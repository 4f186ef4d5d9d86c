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

// Two accounts of another system, the second without a password.
std::vector<ImportRow> rows_to_import() {
  // bcrypt 4.0.1 of "correct horse battery staple"
  const std::string hash = "$2a$05$wOk7JX7v3kKGujm/uXp.EOUs5vUEj6c0NAXdhTcW2Xdc2lwN3ggJq";
  return {{.extension = "201", .display_name = "Ida Holm", .email = "ida@maple.example", .password_hash = hash},
          {.extension = "202", .display_name = "Per Dahl", .email = "per@maple.example", .host_ref = "customer-202"}};
}

// The report, or nothing where the import stopped before its end.
std::optional<ImportReport> run_import(FaultHost& host, const OrganizationId& organization,
                                       const std::vector<ImportRow>& rows, ImportMode mode) {
  const auto outcome = host.organizations.import_accounts(host.host(), organization, rows, mode);
  if (!host.answered(outcome)) {
    return std::nullopt;
  }
  const auto* const report = std::get_if<ImportReport>(&outcome.value());
  if (report == nullptr || report->stopped) {
    host.world.log(report == nullptr ? "the import is refused" : report->stopped.message());
    return std::nullopt;
  }
  return *report;
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

TEST_CASE("R76: an import holds under every fault, also of a row that is there, and a dry run with a bad row") {
  check_sweep("import", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    return [host, acme = host->found()] {
      const auto report = run_import(*host, acme.organization, rows_to_import(), ImportMode::commit);
      return report && report->flaws.empty() && report->created + report->present.size() == 2;
    };
  });
  check_sweep("import, a row repeated", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found();
    auto rows = rows_to_import();
    REQUIRE(run_import(*host, acme.organization, {rows.front()}, ImportMode::commit)->created == 1);
    return [host, acme, rows] {
      const auto report = run_import(*host, acme.organization, rows, ImportMode::commit);
      return report && report->flaws.empty() && !report->present.empty() && report->present.front() == 0;
    };
  });
  check_sweep("import, a dry run with a bad row", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found();
    auto rows = rows_to_import();
    rows.back().email = "nowhere";
    return [host, acme, rows] {
      const auto report = run_import(*host, acme.organization, rows, ImportMode::dry_run);
      return report && report->flaws.size() == 1 && report->flaws.front().row == 1 && report->created == 0;
    };
  });
}

TEST_CASE("R74: refreshing the decoys holds under every fault") {
  check_sweep("refresh_decoys", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    REQUIRE(run_import(*host, acme.organization, rows_to_import(), ImportMode::commit).has_value());
    return [host] { return host->answered(host->housekeeping.refresh_decoys()); };
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
