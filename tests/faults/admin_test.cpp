#include <functional>

#include "faults/host.hpp"
#include <ostiary/services/account_admin.hpp>

// The managers' operations on one account and on an organisation, under every fault.
using namespace ostiary;
using namespace ostiary::test;
using testing::FaultAct;
using testing::FaultWorld;

namespace {

// acme with two managers, the first of whom acts, and somebody invited.
struct Office : FaultHost {
  explicit Office(FaultWorld& given)
      : FaultHost(given),
        acme(found_active()),
        manager(Actor::in_view(signed_in(acme.manager.account).who, View::manage_organization).value()),
        colleague(add("101", Role::manager)),
        guest(add("102", Role::member)) {
    deliver_all();
    shown = version(guest);
    shown_of_colleague = version(colleague);
    shown_of_manager = version(acme.manager.account);
    epoch_of_colleague = world.store.find_account(colleague).value()->epochs.sessions;
  }

  AccountId add(const std::string& extension, Role role) {
    const auto id = std::get<Invited>(organizations
                                          .invite(host(), acme.organization,
                                                  {.extension = extension,
                                                   .display_name = "Member " + extension,
                                                   .email = "m" + extension + "@maple.example",
                                                   .role = role})
                                          .value())
                        .account;
    if (role == Role::manager) {
      REQUIRE(std::holds_alternative<SetupCompleted>(redeem(deliver_all()).value()));
    }
    return id;
  }
  Version version(const AccountId& id) const { return world.store.find_account(id).value()->version; }

  AccountAdmin admin{env};
  OrganizationCreated acme;
  Actor manager;
  AccountId colleague;
  AccountId guest;
  Version shown = 0;
  Version shown_of_colleague = 0;
  Version shown_of_manager = 0;
  std::uint32_t epoch_of_colleague = 0;
};

// Sweeps one act of an office. What an earlier try did, of which nobody heard, may have ended the version.
void sweep(std::string_view name, const std::function<bool(Office&)>& act,
           const std::function<void(Office&)>& prepare = {}) {
  check_sweep(name, [&](FaultWorld& world) -> FaultAct {
    auto office = std::make_shared<Office>(world);
    if (prepare) {
      prepare(*office);
    }
    return [office, act] { return act(*office); };
  });
}

TemporaryPassword temporary() {
  return {.password = SecretString("Lake-Huron-88"), .confirmation = SecretString("Lake-Huron-88")};
}

}  // namespace

TEST_CASE("R67: an edit and a new role hold under every fault") {
  sweep("edit_account", [](Office& o) {
    return o.answered(o.admin.edit(o.manager, o.guest, o.shown, {.display_name = "Ada", .locale = "fr"}));
  });
  sweep("change_role", [](Office& o) {
    return o.answered(o.admin.change_role(o.manager, o.colleague, o.shown_of_colleague, Role::member));
  });
  sweep(
      "change_role of the last manager",
      [](Office& o) {
        return o.answered(o.admin.change_role(o.host(), o.acme.manager.account, o.shown_of_manager, Role::member));
      },
      [](Office& o) {
        REQUIRE(o.admin.change_role(o.manager, o.colleague, o.shown_of_colleague, Role::member).has_value());
      });
}

TEST_CASE("R75: a removal holds under every fault") {
  sweep("remove_account", [](Office& o) { return o.answered(o.admin.remove(o.manager, o.guest, o.shown)); });
  sweep("remove_account, a manager's",
        [](Office& o) { return o.answered(o.admin.remove(o.manager, o.colleague, o.shown_of_colleague)); });
}

TEST_CASE("R15, R38: a manager's change of addresses holds under every fault") {
  sweep("add_address, invited",
        [](Office& o) { return o.answered(o.admin.add_address(o.manager, o.guest, o.shown, "ada@home.example")); });
  sweep("add_address, active", [](Office& o) {
    return o.answered(o.admin.add_address(o.manager, o.colleague, o.shown_of_colleague, "ada@home.example"));
  });
  sweep("replace_designated_address", [](Office& o) {
    return o.answered(o.admin.replace_designated(o.manager, o.guest, o.shown, "ada@home.example"));
  });
}

TEST_CASE("R36: a manager's help holds under every fault") {
  sweep("send_reset_link", [](Office& o) { return o.answered(o.admin.send_reset_link(o.manager, o.colleague)); });
  // Whoever asks again looks first whether it is done: a second password, and a second sign-out, would be done too.
  sweep("set_temporary_password", [](Office& o) {
    o.world.secret("Lake-Huron-88");
    const auto seen = o.world.store.find_account(o.colleague);
    // Whom a rival removed has no password.
    const bool is_done = seen && seen.value()->password && seen.value()->password->temporary_until;
    return is_done || o.answered(o.admin.set_temporary_password(o.host(), o.colleague, temporary()));
  });
  sweep("set_temporary_password, refused", [](Office& o) {
    o.world.secret("Lake-Huron-88");
    return o.answered(o.admin.set_temporary_password(o.manager, o.colleague, temporary()));
  });
  sweep("end_sessions", [](Office& o) {
    const auto seen = o.world.store.find_account(o.colleague);
    const bool is_done = seen && seen.value()->epochs.sessions > o.epoch_of_colleague;
    return is_done || o.answered(o.admin.end_sessions(o.manager, o.colleague));
  });
}

TEST_CASE("R29, R38: lists, pages and bounces hold under every fault") {
  sweep("view_account by a manager", [](Office& o) { return o.answered(o.admin.view(o.manager, o.guest)); });
  sweep("view_account by the host", [](Office& o) { return o.answered(o.admin.view(o.host(), o.guest)); });
  sweep("find_accounts by a manager", [](Office& o) {
    return o.answered(o.organizations.find_accounts(o.manager, o.acme.organization, {.text = "member"}, {}));
  });
  sweep("count_accounts by the host",
        [](Office& o) { return o.answered(o.organizations.count_accounts(o.host(), o.acme.organization, {}, 10)); });
  sweep("report_bounce", [](Office& o) {
    return o.answered(o.organizations.report_bounce(o.host(), o.acme.manager.welcome_mail.to_string(), "smtp-550"));
  });
  sweep("an account that is not there",
        [](Office& o) { return o.answered(o.admin.end_sessions(o.manager, AccountId())); });
}

TEST_CASE("R67, R75: an organisation's suspension, return and removal hold under every fault") {
  sweep("suspend_organization",
        [](Office& o) { return o.answered(o.organizations.suspend_organization(o.host(), o.acme.organization)); });
  sweep(
      "restore_organization",
      [](Office& o) { return o.answered(o.organizations.restore_organization(o.host(), o.acme.organization)); },
      [](Office& o) { REQUIRE(o.organizations.suspend_organization(o.host(), o.acme.organization).has_value()); });
  sweep("remove_organization",
        [](Office& o) { return o.answered(o.organizations.remove_organization(o.host(), o.acme.organization, 10)); });
}
