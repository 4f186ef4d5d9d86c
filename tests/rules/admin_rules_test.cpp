#include <ostiary/rules/admin_rules.hpp>

#include <set>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

constexpr std::array operations{
    Operation::create_organization, Operation::invite_account,  Operation::send_welcome_mail, Operation::check_pin,
    Operation::suspend_account,     Operation::restore_account, Operation::import_accounts};

struct Named {
  std::string name;
  Actor actor;
};

// Everybody there is: each role in each view it has, and those who stand outside.
std::vector<Named> everybody() {
  std::vector<Named> all;
  const std::pair<const char*, Role> roles[] = {
      {"member", Role::member}, {"supervisor", Role::supervisor}, {"manager", Role::manager}};
  const std::pair<const char*, View> views[] = {{"my_account", View::my_account},
                                                {"manage_organization", View::manage_organization},
                                                {"call_centre", View::call_centre}};
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

// One line for each operation: its own organisation, another one, none.
std::string table_of(const Actor& actor) {
  std::string text;
  for (const auto operation : operations) {
    text += fmt::format("{}: {} {} {}\n", operation_name(operation),
                        permission_name(judge_operation(actor, operation, acme_id, std::nullopt)),
                        permission_name(judge_operation(actor, operation, other_organization_id, std::nullopt)),
                        permission_name(judge_operation(actor, operation, std::nullopt, std::nullopt)));
  }
  return text;
}

constexpr std::string_view nothing =
    "create_organization: role_too_low role_too_low role_too_low\n"
    "invite_account: role_too_low role_too_low role_too_low\n"
    "send_welcome_mail: role_too_low role_too_low role_too_low\n"
    "check_pin: role_too_low role_too_low role_too_low\n"
    "suspend_account: role_too_low role_too_low role_too_low\n"
    "restore_account: role_too_low role_too_low role_too_low\n"
    "import_accounts: role_too_low role_too_low role_too_low\n";

constexpr std::string_view manager_elsewhere =
    "create_organization: role_too_low role_too_low role_too_low\n"
    "invite_account: wrong_view not_found wrong_view\n"
    "send_welcome_mail: wrong_view not_found wrong_view\n"
    "check_pin: role_too_low role_too_low role_too_low\n"
    "suspend_account: wrong_view not_found wrong_view\n"
    "restore_account: wrong_view not_found wrong_view\n"
    "import_accounts: role_too_low role_too_low role_too_low\n";

constexpr std::string_view manager_in_view =
    "create_organization: role_too_low role_too_low role_too_low\n"
    "invite_account: allowed not_found allowed\n"
    "send_welcome_mail: allowed not_found allowed\n"
    "check_pin: role_too_low role_too_low role_too_low\n"
    "suspend_account: allowed not_found allowed\n"
    "restore_account: allowed not_found allowed\n"
    "import_accounts: role_too_low role_too_low role_too_low\n";

constexpr std::string_view staff_table =
    "create_organization: allowed allowed allowed\n"
    "invite_account: allowed allowed allowed\n"
    "send_welcome_mail: allowed allowed allowed\n"
    "check_pin: role_too_low role_too_low role_too_low\n"
    "suspend_account: allowed allowed allowed\n"
    "restore_account: allowed allowed allowed\n"
    "import_accounts: allowed allowed allowed\n";

constexpr std::string_view host_table =
    "create_organization: allowed allowed allowed\n"
    "invite_account: allowed allowed allowed\n"
    "send_welcome_mail: allowed allowed allowed\n"
    "check_pin: allowed allowed allowed\n"
    "suspend_account: allowed allowed allowed\n"
    "restore_account: allowed allowed allowed\n"
    "import_accounts: allowed allowed allowed\n";

}  // namespace

TEST_CASE("R28, R30, R40, R67: who may do what, where: the whole table") {
  const std::pair<std::string_view, std::string_view> expected[] = {
      {"member in my_account", nothing},
      {"supervisor in my_account", nothing},
      {"supervisor in call_centre", nothing},
      {"manager in my_account", manager_elsewhere},
      {"manager in manage_organization", manager_in_view},
      {"staff", staff_table},
      {"host", host_table},
  };
  const auto all = everybody();
  REQUIRE(all.size() == std::size(expected));
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(all[i].name);
    CHECK(all[i].name == expected[i].first);
    CHECK(table_of(all[i].actor) == expected[i].second);
  }
}

TEST_CASE("R67: the table has these rows and no more") {
  std::string text;
  for (const AdminRule& rule : admin_rules()) {
    text += fmt::format("{} {} {} {}\n", operation_name(rule.operation), static_cast<int>(rule.actor),
                        static_cast<int>(rule.role), static_cast<int>(rule.view));
  }
  // actor 2 account, 3 staff, 4 host; role and view count for an account alone: 3 manager, 2 manage_organization
  CHECK(text ==
        "create_organization 3 1 1\ncreate_organization 4 1 1\n"
        "invite_account 2 3 2\ninvite_account 3 1 1\ninvite_account 4 1 1\n"
        "send_welcome_mail 2 3 2\nsend_welcome_mail 3 1 1\nsend_welcome_mail 4 1 1\n"
        "check_pin 4 1 1\n"
        "suspend_account 2 3 2\nsuspend_account 3 1 1\nsuspend_account 4 1 1\n"
        "restore_account 2 3 2\nrestore_account 3 1 1\nrestore_account 4 1 1\n"
        "import_accounts 3 1 1\nimport_accounts 4 1 1\n");
}

TEST_CASE("what is in no row is refused, an operation that nobody knows too") {
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): that is the point
  for (const auto operation : {static_cast<Operation>(0), static_cast<Operation>(operations.size() + 1)}) {
    CHECK(operation_name(operation) == "unknown");
    for (const auto& [name, actor] : everybody()) {
      CAPTURE(name);
      CHECK(judge_operation(actor, operation, acme_id, std::nullopt) == Permission::role_too_low);
    }
  }
}

TEST_CASE("each permission has a name of its own") {
  std::set<std::string_view> names;
  for (const auto permission :
       {Permission::allowed, Permission::not_found, Permission::wrong_view, Permission::role_too_low}) {
    names.insert(permission_name(permission));
  }
  CHECK(names == std::set<std::string_view>{"allowed", "not_found", "wrong_view", "role_too_low"});
}

TEST_CASE("R40, R67: a manager does none of it to the own account") {
  const auto actor = manager();
  for (const auto operation : {Operation::send_welcome_mail, Operation::suspend_account, Operation::restore_account}) {
    CHECK(judge_operation(actor, operation, acme_id, owner_id) == Permission::wrong_view);
    CHECK(judge_operation(actor, operation, acme_id, stranger_id) == Permission::allowed);
    CHECK(judge_operation(host(), operation, acme_id, owner_id) == Permission::allowed);
  }
}
