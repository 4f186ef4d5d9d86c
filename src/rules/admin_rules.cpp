#include <ostiary/rules/admin_rules.hpp>

#include <algorithm>
#include <array>

namespace ostiary::inline v0 {
namespace {

constexpr AdminRule by_manager(Operation operation) {
  return {.operation = operation,
          .actor = AuditActorKind::account,
          .role = Role::manager,
          .view = View::manage_organization};
}
constexpr AdminRule by_staff(Operation operation) { return {.operation = operation, .actor = AuditActorKind::staff}; }
constexpr AdminRule by_host(Operation operation) { return {.operation = operation, .actor = AuditActorKind::host}; }

constexpr std::array rules{
    by_staff(Operation::create_organization),
    by_host(Operation::create_organization),
    by_manager(Operation::invite_account),
    by_staff(Operation::invite_account),
    by_host(Operation::invite_account),
    by_manager(Operation::send_welcome_mail),
    by_staff(Operation::send_welcome_mail),
    by_host(Operation::send_welcome_mail),
    by_host(Operation::check_pin),
    by_manager(Operation::suspend_account),
    by_staff(Operation::suspend_account),
    by_host(Operation::suspend_account),
    by_manager(Operation::restore_account),
    by_staff(Operation::restore_account),
    by_host(Operation::restore_account),
    by_staff(Operation::import_accounts),
    by_host(Operation::import_accounts),
};

}  // namespace

std::span<const AdminRule> admin_rules() noexcept { return rules; }

Permission judge_operation(const Actor& actor, Operation operation, const std::optional<OrganizationId>& organization,
                           const std::optional<AccountId>& subject) {
  const auto& account = actor.account();
  Permission answer = Permission::role_too_low;
  for (const AdminRule& rule : rules) {
    if (rule.operation != operation || rule.actor != actor.kind()) {
      continue;
    }
    if (!account) {
      return Permission::allowed;
    }
    if (rule.role != account->role) {
      continue;
    }
    if (organization && account->organization != *organization) {
      return Permission::not_found;
    }
    if (rule.view == actor.view() && subject != account->id) {
      return Permission::allowed;
    }
    answer = Permission::wrong_view;
  }
  return answer;
}

std::string_view operation_name(Operation operation) noexcept {
  switch (operation) {
    case Operation::create_organization:
      return "create_organization";
    case Operation::invite_account:
      return "invite_account";
    case Operation::send_welcome_mail:
      return "send_welcome_mail";
    case Operation::check_pin:
      return "check_pin";
    case Operation::suspend_account:
      return "suspend_account";
    case Operation::restore_account:
      return "restore_account";
    case Operation::import_accounts:
      return "import_accounts";
  }
  return "unknown";
}

std::string_view permission_name(Permission permission) noexcept {
  switch (permission) {
    case Permission::allowed:
      return "allowed";
    case Permission::not_found:
      return "not_found";
    case Permission::wrong_view:
      return "wrong_view";
    case Permission::role_too_low:
      return "role_too_low";
  }
  return "unknown";
}

}  // namespace ostiary::inline v0
