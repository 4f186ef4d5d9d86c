#include <ostiary/rules/admin_rules.hpp>

#include <algorithm>
#include <array>

namespace ostiary::inline v0 {
namespace {

constexpr AdminRule by_manager(Operation operation) {
  return {.operation = operation,
          .actor = AuditActorKind::account,
          .role = Role::manager,
          .view = View::manage_organization,
          .reach = Reach::own_organization};
}
constexpr AdminRule by_manager(Operation operation, Targets targets) {
  auto rule = by_manager(operation);
  rule.targets = targets;
  return rule;
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
    by_manager(Operation::list_accounts),
    by_staff(Operation::list_accounts),
    by_host(Operation::list_accounts),
    by_manager(Operation::view_account),
    by_staff(Operation::view_account),
    by_host(Operation::view_account),
    by_manager(Operation::edit_account),
    by_staff(Operation::edit_account),
    by_host(Operation::edit_account),
    by_manager(Operation::change_role),
    by_staff(Operation::change_role),
    by_host(Operation::change_role),
    by_manager(Operation::remove_account),
    by_staff(Operation::remove_account),
    by_host(Operation::remove_account),
    by_manager(Operation::add_address),
    by_staff(Operation::add_address),
    by_host(Operation::add_address),
    by_manager(Operation::replace_designated_address),
    by_staff(Operation::replace_designated_address),
    by_host(Operation::replace_designated_address),
    by_manager(Operation::send_reset_link),
    by_staff(Operation::send_reset_link),
    by_host(Operation::send_reset_link),
    // A fellow manager may send a reset link. Who demotes first can set the password then; both leave events, and the
    // owner gets a mail.
    by_manager(Operation::set_temporary_password, Targets::below_manager),
    by_staff(Operation::set_temporary_password),
    by_host(Operation::set_temporary_password),
    by_manager(Operation::end_sessions),
    by_staff(Operation::end_sessions),
    by_host(Operation::end_sessions),
    by_host(Operation::report_bounce),
    by_manager(Operation::welcome_in_bulk),
    by_staff(Operation::welcome_in_bulk),
    by_host(Operation::welcome_in_bulk),
    by_manager(Operation::view_audit),
    by_staff(Operation::view_audit),
    by_host(Operation::view_audit),
    by_staff(Operation::verify_audit),
    by_host(Operation::verify_audit),
    by_staff(Operation::suspend_organization),
    by_host(Operation::suspend_organization),
    by_staff(Operation::restore_organization),
    by_host(Operation::restore_organization),
    by_staff(Operation::remove_organization),
    by_host(Operation::remove_organization),
    // As with a temporary password: together they would open a fellow manager's account.
    by_manager(Operation::reset_second_factor, Targets::below_manager),
    by_staff(Operation::reset_second_factor),
    by_host(Operation::reset_second_factor),
    by_manager(Operation::set_factor_policy),
    by_staff(Operation::set_factor_policy),
    by_host(Operation::set_factor_policy),
    by_manager(Operation::set_client_applications),
    by_staff(Operation::set_client_applications),
    by_host(Operation::set_client_applications),
    by_manager(Operation::set_needed_clients),
    by_staff(Operation::set_needed_clients),
    by_host(Operation::set_needed_clients),
};

// What a row for this actor, by kind and role, says of the rest.
Permission judge(const AdminRule& rule, const Actor& actor, const std::optional<OrganizationId>& organization,
                 const std::optional<OperationTarget>& target) {
  const auto& account = actor.account();
  if (account && rule.reach == Reach::own_organization && organization && account->organization != *organization) {
    return Permission::not_found;
  }
  if (account && (rule.view != actor.view() || (target && target->id == account->id))) {
    return Permission::wrong_view;
  }
  if (rule.targets == Targets::below_manager && target && target->role == Role::manager) {
    return Permission::target_too_high;
  }
  return Permission::allowed;
}

}  // namespace

std::span<const AdminRule> admin_rules() noexcept { return rules; }

Permission judge_operation(const Actor& actor, Operation operation, const std::optional<OrganizationId>& organization,
                           const std::optional<OperationTarget>& target) {
  Permission answer = Permission::role_too_low;
  for (const AdminRule& rule : rules) {
    const bool is_of_actor = rule.actor == actor.kind() && (!actor.account() || rule.role == actor.account()->role);
    if (rule.operation != operation || !is_of_actor) {
      continue;
    }
    answer = judge(rule, actor, organization, target);
    if (answer == Permission::allowed) {
      return answer;
    }
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
    case Operation::list_accounts:
      return "list_accounts";
    case Operation::view_account:
      return "view_account";
    case Operation::edit_account:
      return "edit_account";
    case Operation::change_role:
      return "change_role";
    case Operation::remove_account:
      return "remove_account";
    case Operation::add_address:
      return "add_address";
    case Operation::replace_designated_address:
      return "replace_designated_address";
    case Operation::send_reset_link:
      return "send_reset_link";
    case Operation::set_temporary_password:
      return "set_temporary_password";
    case Operation::end_sessions:
      return "end_sessions";
    case Operation::report_bounce:
      return "report_bounce";
    case Operation::welcome_in_bulk:
      return "welcome_in_bulk";
    case Operation::view_audit:
      return "view_audit";
    case Operation::verify_audit:
      return "verify_audit";
    case Operation::suspend_organization:
      return "suspend_organization";
    case Operation::restore_organization:
      return "restore_organization";
    case Operation::remove_organization:
      return "remove_organization";
    case Operation::reset_second_factor:
      return "reset_second_factor";
    case Operation::set_factor_policy:
      return "set_factor_policy";
    case Operation::set_client_applications:
      return "set_client_applications";
    case Operation::set_needed_clients:
      return "set_needed_clients";
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
    case Permission::target_too_high:
      return "target_too_high";
  }
  return "unknown";
}

}  // namespace ostiary::inline v0
