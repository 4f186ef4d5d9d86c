#include <ostiary/rules/admin_rules.hpp>

#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

// Who may do what, written by hand from spec.md and not from the code. A manager acts in the view Manage Organization,
// in the own organisation, on others: "yes"; "below": not on a fellow manager; "-": not at all.
constexpr std::string_view table = R"(
create_organization         -      yes  yes
invite_account              yes    yes  yes
send_welcome_mail           yes    yes  yes
check_pin                   -      -    yes
suspend_account             yes    yes  yes
restore_account             yes    yes  yes
import_accounts             -      yes  yes
list_accounts               yes    yes  yes
view_account                yes    yes  yes
edit_account                yes    yes  yes
change_role                 yes    yes  yes
remove_account              yes    yes  yes
add_address                 yes    yes  yes
replace_designated_address  yes    yes  yes
send_reset_link             yes    yes  yes
set_temporary_password      below  yes  yes
end_sessions                yes    yes  yes
report_bounce               -      -    yes
welcome_in_bulk             yes    yes  yes
view_audit                  yes    yes  yes
verify_audit                -      yes  yes
suspend_organization        -      yes  yes
restore_organization        -      yes  yes
remove_organization         -      yes  yes
reset_second_factor         below  yes  yes
set_factor_policy           yes    yes  yes
set_client_applications     yes    yes  yes
set_needed_clients          yes    yes  yes
)";

struct Row {
  std::string operation;
  std::string manager;
  std::string staff;
  std::string host;
};

std::vector<Row> rows() {
  std::vector<Row> all;
  std::istringstream in{std::string(table)};
  Row row;
  while (in >> row.operation >> row.manager >> row.staff >> row.host) {
    all.push_back(row);
  }
  return all;
}

Operation operation_at(std::size_t index) { return static_cast<Operation>(index + 1); }

struct Named {
  std::string name;
  Actor actor;
};

constexpr std::pair<std::string_view, Role> roles[] = {
    {"member", Role::member}, {"supervisor", Role::supervisor}, {"manager", Role::manager}};
constexpr std::pair<std::string_view, View> views[] = {{"my_account", View::my_account},
                                                       {"manage_organization", View::manage_organization},
                                                       {"call_centre", View::call_centre}};

// Everybody there is: each role in each view it has, and those who stand outside.
std::vector<Named> everybody() {
  std::vector<Named> all;
  for (const auto& [role_name, role] : roles) {
    for (const auto& [view_name, view] : views) {
      if (const auto actor = Actor::in_view(signed_in(active(role)), view)) {
        all.push_back({fmt::format("{} in {}", role_name, view_name), *actor});
      }
    }
  }
  all.push_back({"staff", staff()});
  all.push_back({"host", host()});
  return all;
}

// An operation's target: nobody, oneself, or somebody of a role.
struct NamedTarget {
  std::string name;
  std::optional<OperationTarget> target;
};

std::vector<NamedTarget> targets() {
  std::vector<NamedTarget> all{{"nobody", std::nullopt}};
  for (const auto& [name, role] : roles) {
    all.push_back({fmt::format("self, {}", name), OperationTarget{.id = owner_id, .role = role}});
    all.push_back({fmt::format("a {}", name), OperationTarget{.id = stranger_id, .role = role}});
  }
  return all;
}

struct Cell {
  const Row& row;
  const std::string& actor;
  const NamedTarget& target;
  std::string_view organization;
};

Permission expected(const Cell& cell) {
  if (cell.actor == "staff" || cell.actor == "host") {
    const auto& mark = cell.actor == "staff" ? cell.row.staff : cell.row.host;
    return mark == "yes" ? Permission::allowed : Permission::role_too_low;
  }
  if (!cell.actor.starts_with("manager") || cell.row.manager == "-") {
    return Permission::role_too_low;
  }
  if (cell.organization == "another" || cell.organization == "unknown") {
    return Permission::not_found;
  }
  if (cell.actor != "manager in manage_organization" || cell.target.name.starts_with("self")) {
    return Permission::wrong_view;
  }
  const bool too_high = cell.row.manager == "below" && cell.target.name == "a manager";
  return too_high ? Permission::target_too_high : Permission::allowed;
}

}  // namespace

TEST_CASE("R28, R30, R40, R67: every cell of actor, view, operation, target and organisation") {
  const std::pair<std::string_view, std::optional<OrganizationId>> organizations[] = {
      {"own", acme_id}, {"another", other_organization_id}, {"unknown", OrganizationId()}, {"none", std::nullopt}};
  const auto all = rows();
  const auto actors = everybody();
  REQUIRE(actors.size() == 7);
  std::size_t cells = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    REQUIRE(operation_name(operation_at(i)) == all[i].operation);
    for (const auto& [actor_name, actor] : actors) {
      for (const auto& target : targets()) {
        for (const auto& [name, organization] : organizations) {
          CAPTURE(all[i].operation);
          CAPTURE(actor_name);
          CAPTURE(target.name);
          CAPTURE(name);
          const Cell cell{.row = all[i], .actor = actor_name, .target = target, .organization = name};
          CHECK(judge_operation(actor, operation_at(i), organization, target.target) == expected(cell));
          ++cells;
        }
      }
    }
  }
  CHECK(cells == 28 * 7 * 7 * 4);
}

TEST_CASE("R30: another organisation's account and one that does not exist get the same answer, whoever asks") {
  for (std::size_t i = 0; i < rows().size(); ++i) {
    for (const auto& [name, actor] : everybody()) {
      if (!actor.account()) {
        continue;
      }
      for (const auto& target : targets()) {
        CAPTURE(operation_name(operation_at(i)));
        CAPTURE(name);
        CHECK(judge_operation(actor, operation_at(i), other_organization_id, target.target) ==
              judge_operation(actor, operation_at(i), OrganizationId(), std::nullopt));
      }
    }
  }
}

TEST_CASE("R67: the table has a row for each mark and no more") {
  std::multiset<std::string> expected_rows;
  for (const auto& row : rows()) {
    if (row.manager != "-") {
      expected_rows.insert(row.operation + " account manager manage_organization own " + row.manager);
    }
    if (row.staff == "yes") {
      expected_rows.insert(row.operation + " staff");
    }
    if (row.host == "yes") {
      expected_rows.insert(row.operation + " host");
    }
  }
  std::multiset<std::string> found;
  for (const AdminRule& rule : admin_rules()) {
    std::string line(operation_name(rule.operation));
    if (rule.actor == AuditActorKind::account) {
      CHECK(rule.role == Role::manager);
      CHECK(rule.view == View::manage_organization);
      CHECK(rule.reach == Reach::own_organization);
      line += " account manager manage_organization own ";
      line += rule.targets == Targets::all ? "yes" : "below";
    } else {
      CHECK(rule.reach == Reach::everywhere);
      CHECK(rule.targets == Targets::all);
      line += rule.actor == AuditActorKind::staff ? " staff" : " host";
    }
    found.insert(std::move(line));
  }
  CHECK(found == expected_rows);
}

TEST_CASE("what is in no row is refused, an operation that nobody knows too") {
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): that is the point
  for (const auto operation : {static_cast<Operation>(0), operation_at(rows().size())}) {
    CHECK(operation_name(operation) == "unknown");
    for (const auto& [name, actor] : everybody()) {
      CAPTURE(name);
      CHECK(judge_operation(actor, operation, acme_id, std::nullopt) == Permission::role_too_low);
    }
  }
}

TEST_CASE("each permission has a name of its own") {
  std::set<std::string_view> names;
  for (const auto permission : {Permission::allowed, Permission::not_found, Permission::wrong_view,
                                Permission::role_too_low, Permission::target_too_high}) {
    names.insert(permission_name(permission));
  }
  CHECK(names == std::set<std::string_view>{"allowed", "not_found", "wrong_view", "role_too_low", "target_too_high"});
}
