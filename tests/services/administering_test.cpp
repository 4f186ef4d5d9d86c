#include <algorithm>
#include <functional>
#include <set>

#include "services/world.hpp"
#include <ostiary/services/factor_admin.hpp>

// Every operation of a manager's at once: what they answer to whom, and what they leave.
using namespace ostiary;
using namespace ostiary::test;

namespace {

// "answered", the refusal's name, or the error's message.
template <class Outcome>
std::string answer_of(const Result<Outcome>& outcome) {
  if (!outcome) {
    return outcome.error().message();
  }
  const auto* const refused = std::get_if<OperationRefused>(&outcome.assume_value());
  return refused == nullptr ? "answered" : std::string(permission_name(refused->reason));
}

// One operation on an account, with input that would be taken.
struct OnAccount {
  Operation operation;
  std::function<std::string(World&, const Actor&, const AccountId&)> call;
  AccountStatus status = AccountStatus::active;  // of the account that it is for
};

constexpr Version shown = 9;  // nobody's: the answer before it is what counts

std::vector<OnAccount> on_account() {
  const auto password = [] {
    return TemporaryPassword{.password = SecretString(good_password), .confirmation = SecretString(good_password)};
  };
  return {
      {Operation::send_welcome_mail,
       [](World& w, const Actor& a, const AccountId& id) {
         return answer_of(w.organizations.send_welcome_mail(a, id));
       },
       AccountStatus::invited},
      {Operation::suspend_account,
       [](World& w, const Actor& a, const AccountId& id) { return answer_of(w.organizations.suspend(a, id)); }},
      {Operation::restore_account,
       [](World& w, const Actor& a, const AccountId& id) { return answer_of(w.organizations.restore(a, id)); }},
      {Operation::view_account,
       [](World& w, const Actor& a, const AccountId& id) { return answer_of(w.account_admin.view(a, id)); }},
      {Operation::edit_account,
       [](World& w, const Actor& a, const AccountId& id) {
         return answer_of(w.account_admin.edit(a, id, shown, {.display_name = "Roy"}));
       }},
      {Operation::change_role,
       [](World& w, const Actor& a, const AccountId& id) {
         return answer_of(w.account_admin.change_role(a, id, shown, Role::manager));
       }},
      {Operation::remove_account,
       [](World& w, const Actor& a, const AccountId& id) { return answer_of(w.account_admin.remove(a, id, shown)); }},
      {Operation::add_address,
       [](World& w, const Actor& a, const AccountId& id) {
         return answer_of(w.account_admin.add_address(a, id, shown, "roy@home.example"));
       }},
      {Operation::replace_designated_address,
       [](World& w, const Actor& a, const AccountId& id) {
         return answer_of(w.account_admin.replace_designated(a, id, shown, "roy@home.example"));
       },
       AccountStatus::invited},
      {Operation::end_sessions,
       [](World& w, const Actor& a, const AccountId& id) { return answer_of(w.account_admin.end_sessions(a, id)); }},
      {Operation::send_reset_link,
       [](World& w, const Actor& a, const AccountId& id) { return answer_of(w.account_admin.send_reset_link(a, id)); }},
      {Operation::set_temporary_password,
       [password](World& w, const Actor& a, const AccountId& id) {
         return answer_of(w.account_admin.set_temporary_password(a, id, password()));
       }},
      {Operation::reset_second_factor,
       [](World& w, const Actor& a, const AccountId& id) {
         return answer_of(FactorAdmin(w.env).reset_second_factor(a, id));
       }},
      {Operation::set_needed_clients,
       [](World& w, const Actor& a, const AccountId& id) {
         return answer_of(FactorAdmin(w.env).set_needed_clients(a, id, shown, {}));
       }},
  };
}

// One operation on an organisation.
struct OnOrganization {
  Operation operation;
  std::function<std::string(World&, const Actor&, const OrganizationId&)> call;
};

std::vector<OnOrganization> on_organization() {
  return {
      {Operation::invite_account,
       [](World& w, const Actor& a, const OrganizationId& id) {
         return answer_of(
             w.organizations.invite(a, id, {.extension = "777", .display_name = "Roy", .email = "roy@acme.example"}));
       }},
      {Operation::list_accounts,
       [](World& w, const Actor& a, const OrganizationId& id) {
         return answer_of(w.organizations.find_accounts(a, id, {}, {}));
       }},
      {Operation::list_accounts,
       [](World& w, const Actor& a, const OrganizationId& id) {
         return answer_of(w.organizations.count_accounts(a, id, {}, 10));
       }},
      {Operation::import_accounts,
       [](World& w, const Actor& a, const OrganizationId& id) {
         return answer_of(w.organizations.import_accounts(a, id, {}, ImportMode::dry_run));
       }},
      {Operation::suspend_organization,
       [](World& w, const Actor& a, const OrganizationId& id) {
         return answer_of(w.organizations.suspend_organization(a, id));
       }},
      {Operation::restore_organization,
       [](World& w, const Actor& a, const OrganizationId& id) {
         return answer_of(w.organizations.restore_organization(a, id));
       }},
      {Operation::remove_organization,
       [](World& w, const Actor& a, const OrganizationId& id) {
         return answer_of(w.organizations.remove_organization(a, id, 10));
       }},
      {Operation::set_factor_policy,
       [](World& w, const Actor& a, const OrganizationId& id) {
         return answer_of(FactorAdmin(w.env).set_factor_policy(a, id, shown, {}));
       }},
      {Operation::set_client_applications,
       [](World& w, const Actor& a, const OrganizationId& id) {
         return answer_of(FactorAdmin(w.env).set_client_applications(a, id, shown, {}));
       }},
  };
}

// acme with a manager, a second one, a member and somebody invited; birch with a manager.
struct Offices {
  World world;
  OrganizationCreated acme = world.found_active("acme");
  OrganizationCreated birch = world.found_active("birch");
  AccountId colleague = world.add_active(acme.organization, "101", Role::manager);
  AccountId member = world.add_active(acme.organization, "201");
  AccountId guest =
      std::get<Invited>(world.organizations
                            .invite(world.host(), acme.organization,
                                    {.extension = "202", .display_name = "Ada", .email = "ada@acme.example"})
                            .value())
          .account;

  Offices() { world.deliver(); }

  const AccountId& target(const OnAccount& one) const { return one.status == AccountStatus::invited ? guest : member; }
  std::vector<AuditEvent> events(const std::optional<OrganizationId>& stream) {
    std::vector<AuditEvent> out;
    const auto page = world.store.list_audit(stream, {.limit = 500}).value();
    for (const auto& row : page.records) {
      out.push_back(row.event);
    }
    return out;
  }
  // Everything that an operation could have changed.
  std::vector<Bytes> records() {
    std::vector<Bytes> out;
    for (const auto& id : {acme.manager.account, colleague, member, guest, birch.manager.account}) {
      out.push_back(encode(world.account(id)));
      const auto mails = world.store.list_mails(id, {.limit = 500}).value();
      for (const auto& mail : mails.records) {
        out.push_back(encode(mail));
      }
      for (const auto purpose : {LinkPurpose::setup, LinkPurpose::reset}) {
        const auto link = world.store.find_link_of(id, purpose).value();
        out.emplace_back(link ? link->issued : 0, std::byte{1});
      }
    }
    for (const auto& id : {acme.organization, birch.organization}) {
      out.push_back(encode(world.store.find_organization(id).value().value()));
    }
    return out;
  }
};

}  // namespace

TEST_CASE("R67: the loops below know every operation that somebody else than the host has") {
  std::set<Operation> known{Operation::create_organization, Operation::welcome_in_bulk, Operation::view_audit,
                            Operation::verify_audit};  // tested with their own services
  for (const auto& one : on_account()) {
    known.insert(one.operation);
  }
  for (const auto& one : on_organization()) {
    known.insert(one.operation);
  }
  for (const AdminRule& rule : admin_rules()) {
    if (rule.actor != AuditActorKind::host) {
      CAPTURE(operation_name(rule.operation));
      CHECK(known.contains(rule.operation));
    }
  }
}

TEST_CASE("R30: every operation answers and audits another organisation's account as one that does not exist") {
  Offices offices;
  auto& world = offices.world;
  const auto manager = world.manager("100@acme");
  const auto nobody = AccountId::make(world.clock.now(), {});
  for (const auto& one : on_account()) {
    CAPTURE(operation_name(one.operation));
    world.clock.advance(std::chrono::milliseconds(1));
    const auto foreign_events = offices.events(offices.birch.organization).size();
    const auto records = offices.records();
    const auto before = offices.events(offices.acme.organization).size();
    CHECK(one.call(world, manager, offices.birch.manager.account) == "not_found");
    world.clock.advance(std::chrono::milliseconds(1));  // so that the events are in this order
    CHECK(one.call(world, manager, nobody) == "not_found");
    world.clock.advance(std::chrono::milliseconds(1));
    const auto events = offices.events(offices.acme.organization);
    REQUIRE(events.size() == before + 2);
    CHECK(events[before].reason == std::string(operation_name(one.operation)) + ":not_found");
    CHECK(events[before].reason == events[before + 1].reason);
    CHECK(events[before].subject == events[before + 1].subject);
    CHECK(events[before].actor == offices.acme.manager.account);
    CHECK(offices.events(offices.birch.organization).size() == foreign_events);
    CHECK(offices.records() == records);
  }
  for (const auto& one : on_organization()) {
    CAPTURE(operation_name(one.operation));
    const auto foreign = one.call(world, manager, offices.birch.organization);
    CHECK((foreign == "not_found" || foreign == "role_too_low"));
    CHECK(one.call(world, manager, OrganizationId::make(world.clock.now(), {})) == foreign);
  }
}

TEST_CASE("R40, R67: nobody does any of it to themselves, from another view, or without the role") {
  Offices offices;
  auto& world = offices.world;
  world.add_active(offices.acme.organization, "300", Role::supervisor);
  const auto manager = world.manager("100@acme");
  const auto at_home = Actor::in_view(world.signed_in("100@acme").who, View::my_account).value();
  const auto member = Actor::in_view(world.signed_in("201@acme").who, View::my_account).value();
  const auto supervisor = Actor::in_view(world.signed_in("300@acme").who, View::call_centre).value();
  const auto records = offices.records();
  for (const auto& one : on_account()) {
    CAPTURE(operation_name(one.operation));
    CHECK(one.call(world, manager, offices.acme.manager.account) == "wrong_view");
    CHECK(one.call(world, at_home, offices.target(one)) == "wrong_view");
    CHECK(one.call(world, member, offices.target(one)) == "role_too_low");
    CHECK(one.call(world, supervisor, offices.target(one)) == "role_too_low");
    const auto kinds = world.kinds(offices.acme.organization);
    const auto name = "operation_refused:" + std::string(operation_name(one.operation));
    CHECK(std::ranges::count(kinds, name + ":wrong_view") == 2);
    CHECK(std::ranges::count(kinds, name + ":role_too_low") == 2);
  }
  CHECK(offices.records() == records);
}

TEST_CASE("R36, R67: a manager sets no fellow manager's password, and may send a reset link; staff may do both") {
  Offices offices;
  auto& world = offices.world;
  const auto manager = world.manager("100@acme");
  const auto staff = Actor::staff("sam", "ticket 4711").value();
  const auto hash = world.account(offices.colleague).password->hash;
  const int hashes = world.hasher.hashes;
  const auto set = [&](const Actor& actor) {
    return answer_of(world.account_admin.set_temporary_password(
        actor, offices.colleague,
        {.password = SecretString(good_password), .confirmation = SecretString(good_password)}));
  };
  CHECK(set(manager) == "target_too_high");
  CHECK(world.hasher.hashes == hashes);
  CHECK(world.account(offices.colleague).password->hash == hash);
  CHECK(answer_of(world.account_admin.send_reset_link(manager, offices.colleague)) == "answered");
  CHECK(set(staff) == "answered");
  CHECK(world.account(offices.colleague).password->temporary_until);
}

TEST_CASE("R67: an actor whose session, role or standing ended changes nothing, and learns nothing, by any operation") {
  for (const auto* const how : {"ended", "demoted", "suspended", "organisation suspended"}) {
    CAPTURE(how);
    Offices offices;
    auto& world = offices.world;
    const auto session = world.signed_in("100@acme");
    const auto manager = Actor::in_view(session.who, View::manage_organization).value();
    const std::string_view name = how;
    if (name == "ended") {
      REQUIRE(world.sessions.end(session.who, session.who.session()).has_value());
    } else if (name == "organisation suspended") {
      REQUIRE(world.organizations.suspend_organization(world.host(), offices.acme.organization).has_value());
    } else {
      world.alter(offices.acme.manager.account, [&](Account& account) {
        if (name == "demoted") {
          account.role = Role::supervisor;
        } else {
          account.status = AccountStatus::suspended;
        }
      });
    }
    const auto records = offices.records();
    const auto revoked = make_error_code(Errc::actor_revoked).message();
    const auto events = offices.events(offices.acme.organization).size();
    const int hashes = world.hasher.hashes;
    for (const auto& one : on_account()) {
      CAPTURE(operation_name(one.operation));
      CHECK(one.call(world, manager, offices.target(one)) == revoked);
    }
    CHECK(answer_of(world.organizations.find_accounts(manager, offices.acme.organization, {}, {})) == revoked);
    CHECK(answer_of(world.organizations.count_accounts(manager, offices.acme.organization, {}, 10)) == revoked);
    const FactorAdmin factors(world.env);
    const auto version = world.store.find_organization(offices.acme.organization).value()->version;
    for (const auto given : {shown, version}) {
      CHECK(answer_of(factors.set_factor_policy(manager, offices.acme.organization, given, {})) == revoked);
      CHECK(answer_of(factors.set_client_applications(manager, offices.acme.organization, given, {})) == revoked);
    }
    CHECK(offices.records() == records);
    CHECK(offices.events(offices.acme.organization).size() == events);
    CHECK(world.hasher.hashes == hashes);
  }
}

TEST_CASE("R75: a removed account, and any account of a removed organisation, is not found by anybody") {
  Offices offices;
  auto& world = offices.world;
  const auto manager = world.manager("100@acme");
  for (const auto& id : {offices.member, offices.guest}) {
    REQUIRE(std::holds_alternative<AccountRemoved>(
        world.account_admin.remove(manager, id, world.account(id).version).value()));
  }
  const auto records = offices.records();
  for (const auto& one : on_account()) {
    CAPTURE(operation_name(one.operation));
    const auto name = "operation_refused:" + std::string(operation_name(one.operation)) + ":not_found";
    CHECK(one.call(world, manager, offices.target(one)) == "not_found");
    CHECK(one.call(world, world.host(), offices.target(one)) == "not_found");
    CHECK(one.call(world, world.host(), AccountId::make(world.clock.now(), {})) == "not_found");
    CHECK(std::ranges::count(world.kinds(offices.acme.organization), name) == 2);
    CHECK(std::ranges::count(world.kinds(std::nullopt), name) == 1);
  }
  CHECK(offices.records() == records);

  REQUIRE(world.organizations.remove_organization(world.host(), offices.birch.organization, 10).has_value());
  for (const auto& one : on_account()) {
    CAPTURE(operation_name(one.operation));
    CHECK(one.call(world, world.host(), offices.birch.manager.account) == "not_found");
  }
  for (const auto& one : on_organization()) {
    CAPTURE(operation_name(one.operation));
    const bool repeats = one.operation == Operation::remove_organization;
    CHECK(one.call(world, world.host(), offices.birch.organization) == (repeats ? "answered" : "not_found"));
    CHECK(one.call(world, world.host(), OrganizationId::make(world.clock.now(), {})) == "not_found");
  }
}

TEST_CASE("R67: a suspended organisation mails nothing; its records can still be looked after by staff") {
  Offices offices;
  auto& world = offices.world;
  REQUIRE(world.organizations.suspend_organization(world.host(), offices.acme.organization).has_value());
  const std::set<Operation> mailing{Operation::send_welcome_mail, Operation::replace_designated_address,
                                    Operation::send_reset_link, Operation::set_temporary_password,
                                    Operation::reset_second_factor};
  const auto staff = Actor::staff("sam", "ticket 4711").value();
  for (const auto& one : on_account()) {
    CAPTURE(operation_name(one.operation));
    CHECK(one.call(world, staff, offices.target(one)) == (mailing.contains(one.operation) ? "not_found" : "answered"));
  }
  CHECK(answer_of(world.organizations.invite(staff, offices.acme.organization,
                                             {.extension = "7", .display_name = "R", .email = "r@acme.example"})) ==
        "not_found");
}

TEST_CASE("R69: a \"no\" that tells staff of an account leaves an event too") {
  const auto staff = Actor::staff("sam", "ticket 4711").value();
  Offices offices;
  auto& world = offices.world;
  const auto check = [&](const auto& outcome, std::string_view reason) {
    REQUIRE(outcome.has_value());
    CAPTURE(reason);
    CHECK(std::ranges::any_of(offices.events(offices.acme.organization), [&](const AuditEvent& event) {
      return event.actor_name == "sam" && event.kind == AuditKind::operation_refused && event.reason == reason;
    }));
  };
  const auto& member = offices.member;
  check(world.account_admin.edit(staff, member, shown, {.display_name = "Roy"}), "edit_account:changed");
  check(world.account_admin.edit(staff, member, shown, {.display_name = ""}), "edit_account:input_refused");
  check(world.account_admin.change_role(staff, member, shown, Role::manager), "change_role:changed");
  check(world.account_admin.remove(staff, member, shown), "remove_account:changed");
  check(world.account_admin.add_address(staff, member, shown, "roy@home.example"), "add_address:changed");
  check(world.account_admin.add_address(staff, member, shown, "roy"), "add_address:input_refused");
  check(world.account_admin.replace_designated(staff, offices.guest, shown, "roy@home.example"),
        "replace_designated_address:changed");
  check(world.account_admin.set_temporary_password(
            staff, member, {.password = SecretString("short"), .confirmation = SecretString("short")}),
        "set_temporary_password:input_refused");
  check(world.organizations.invite(staff, offices.acme.organization,
                                   {.extension = "201", .display_name = "Roy", .email = "roy@acme.example"}),
        "invite_account:input_refused");
}

TEST_CASE("R75: to a manager a removed colleague, whatever the role was, is not there") {
  for (const auto& one : on_account()) {
    Offices offices;
    CAPTURE(operation_name(one.operation));
    auto& world = offices.world;
    const auto boss = world.manager();
    const auto version = world.account(offices.colleague).version;
    REQUIRE(world.account_admin.remove(world.host(), offices.colleague, version).has_value());
    CHECK(one.call(world, boss, offices.colleague) == "not_found");
  }
}

TEST_CASE("R70: an actor who holds no more spends nobody's mails") {
  Offices offices;
  auto& world = offices.world;
  const auto boss = world.manager();
  REQUIRE(world.account_admin.end_sessions(world.host(), offices.acme.manager.account).has_value());
  for (int i = 0; i < 20; ++i) {
    CHECK(world.organizations.send_welcome_mail(boss, offices.guest).error() == Errc::actor_revoked);
  }
  const auto again = world.organizations.send_welcome_mail(world.host(), offices.guest);
  CHECK(std::holds_alternative<WelcomeQueued>(again.value()));
}

TEST_CASE("a role that is none is refused before anything is read") {
  Offices offices;
  auto& world = offices.world;
  constexpr auto seven = static_cast<Role>(7);
  const auto boss = world.manager();
  const auto before = offices.records();
  CHECK(world.account_admin.change_role(boss, offices.member, 1, seven).error() == Errc::value_not_allowed);
  const auto invited = world.organizations.invite(
      world.host(), offices.acme.organization,
      {.extension = "777", .display_name = "Roy", .email = "roy@acme.example", .role = seven});
  REQUIRE(std::holds_alternative<InputRefused>(invited.value()));
  CHECK(std::get<InputRefused>(invited.value()).flaws.front().field == "role");
  CHECK(offices.records() == before);
}

TEST_CASE("R67, R69: whatever staff does or reads leaves an event with name and reason about the account") {
  const auto staff = Actor::staff("sam", "ticket 4711").value();
  for (const auto& one : on_account()) {
    Offices offices;
    CAPTURE(operation_name(one.operation));
    auto& world = offices.world;
    const auto& id = offices.target(one);
    while (world.account(id).version < shown) {
      world.alter(id, [](Account& /*as it is*/) {});
    }
    const auto before = offices.events(offices.acme.organization).size();
    CHECK(one.call(world, staff, id) == "answered");
    const auto events = offices.events(offices.acme.organization);
    CHECK(events.size() > before);
    const auto by_sam = [&](const AuditEvent& event) {
      return event.actor_name == "sam" && event.actor_reason == "ticket 4711" && event.subject == id;
    };
    CHECK(std::ranges::count_if(events, by_sam) == static_cast<std::ptrdiff_t>(events.size() - before));
  }
}
