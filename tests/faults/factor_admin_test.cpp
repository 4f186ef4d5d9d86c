#include <ostiary/services/factor_admin.hpp>

#include <functional>

#include "faults/host.hpp"

// A manager's work on second factors, under every fault.
using namespace ostiary;
using namespace ostiary::test;
using testing::FaultAct;
using testing::FaultWorld;

namespace {

// acme with a manager, who acts, and a colleague who has codes by e-mail; there is an application that cannot ask for
// them.
struct Office : FaultHost {
  explicit Office(FaultWorld& given)
      : FaultHost(given),
        acme(found_active()),
        manager(Actor::in_view(signed_in(acme.manager.account).who, View::manage_organization).value()),
        colleague(invite_colleague()) {
    const std::vector<ClientApplication> clients{
        {.id = "portal", .name = "Portal"},
        {.id = "analytics", .name = "Analytics", .factor = FactorSupport::unsupported}};
    const auto seen = world.store.find_organization(acme.organization).value()->version;
    REQUIRE(factors.set_client_applications(host(), acme.organization, seen, clients).has_value());
    give_factor();
    deliver_all();
    shown = world.store.find_organization(acme.organization).value()->version;
    shown_of_colleague = world.store.find_account(colleague).value()->version;
  }

  AccountId invite_colleague() {
    const auto id = std::get<Invited>(invite(host(), acme.organization, "101").value()).account;
    REQUIRE(std::holds_alternative<SetupCompleted>(redeem(deliver_all()).value()));
    return id;
  }
  void give_factor() {
    auto fresh = Fresh::draw(world.random, world.clock.now()).value();
    auto account = world.store.find_account(colleague).value().value();
    account.email_codes_since = world.clock.now();
    const Version expected = account.version;
    AuditEvent event{.id = fresh.id<AuditId>(),
                     .at = world.clock.now(),
                     .organization = account.organization,
                     .kind = AuditKind::factor_enabled};
    event.subject = account.id;
    const ChangeSet set{
        .id = fresh.id<ChangeId>(),
        .at = world.clock.now(),
        .changes = {PutAccount{.next = std::move(account), .expected = expected}, AppendAudit{std::move(event), {}}}};
    REQUIRE(std::holds_alternative<Committed>(world.store.commit(set).value()));
  }

  FactorAdmin factors{env};
  OrganizationCreated acme;
  Actor manager;
  AccountId colleague;
  Version shown = 0;
  Version shown_of_colleague = 0;
};

// Sweeps one act of an office. What an earlier try did, of which nobody heard, may have ended the version.
void sweep(std::string_view name, const std::function<bool(Office&)>& act) {
  check_sweep(name, [&](FaultWorld& world) -> FaultAct {
    auto office = std::make_shared<Office>(world);
    return [office, act] { return act(*office); };
  });
}

}  // namespace

TEST_CASE("R66: a reset holds under every fault") {
  sweep("reset_second_factor",
        [](Office& o) { return o.answered(o.factors.reset_second_factor(o.manager, o.colleague)); });
  sweep("reset_second_factor by the host",
        [](Office& o) { return o.answered(o.factors.reset_second_factor(o.host(), o.colleague)); });
  sweep("reset_second_factor, oneself",
        [](Office& o) { return o.answered(o.factors.reset_second_factor(o.manager, o.acme.manager.account)); });
}

TEST_CASE("R56: a policy holds under every fault") {
  sweep("set_factor_policy", [](Office& o) {
    const std::vector<FactorDemand> wanted{{.role = Role::member, .grace = std::chrono::days(14)}};
    return o.answered(o.factors.set_factor_policy(o.manager, o.acme.organization, o.shown, wanted));
  });
  sweep("set_factor_policy, flawed", [](Office& o) {
    const std::vector<FactorDemand> wanted{{.grace = std::chrono::days(-1)}};
    return o.answered(o.factors.set_factor_policy(o.host(), o.acme.organization, o.shown, wanted));
  });
}

TEST_CASE("R64: a registry and what an account needs hold under every fault") {
  sweep("set_client_applications", [](Office& o) {
    const std::vector<ClientApplication> clients{{.id = "mobile", .name = "Mobile"}};
    return o.answered(o.factors.set_client_applications(o.manager, o.acme.organization, o.shown, clients));
  });
  sweep("set_needed_clients", [](Office& o) {
    const std::vector<std::string> ids{"portal"};
    return o.answered(o.factors.set_needed_clients(o.manager, o.colleague, o.shown_of_colleague, ids));
  });
  sweep("set_needed_clients, in conflict", [](Office& o) {
    const std::vector<std::string> ids{"analytics"};
    return o.answered(o.factors.set_needed_clients(o.manager, o.colleague, o.shown_of_colleague, ids));
  });
}
