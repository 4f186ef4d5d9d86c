#pragma once

#include <span>

#include <ostiary/rules/actor.hpp>

namespace ostiary::inline v0 {

/// Operation is something done to an account or an organisation by somebody who is not simply its owner.
enum class Operation : std::uint8_t {
  create_organization = 1,
  invite_account,
  send_welcome_mail,
  check_pin,
  suspend_account,
  restore_account,
  import_accounts,
  list_accounts,
  view_account,  ///< With its addresses and what became of its mails (R38).
  edit_account,
  change_role,
  remove_account,
  add_address,
  replace_designated_address,  ///< Of an account whose setup is not complete (R15).
  send_reset_link,
  set_temporary_password,
  end_sessions,
  report_bounce,
  welcome_in_bulk,  ///< Plan, run, pause, resume, cancel and report (R26).
  view_audit,
  verify_audit,
  suspend_organization,
  restore_organization,
  remove_organization,
  reset_second_factor,      ///< Of somebody whose phone is lost (R66).
  set_factor_policy,        ///< Which roles have to have one (R56).
  set_client_applications,  ///< What can ask for a second factor, and what cannot (R64).
  set_needed_clients,       ///< Which of these an account cannot do without.
};

enum class Permission : std::uint8_t {
  allowed = 1,
  not_found,        ///< Another organisation's: answered exactly as an account that does not exist (R30).
  wrong_view,       ///< The role may, but not from this view (R40), or not to oneself: that is My Account's.
  role_too_low,     ///< This actor may not at all.
  target_too_high,  ///< The actor may, but not to an account of this role.
};

/// Reach says whose accounts and organisations a rule is about.
enum class Reach : std::uint8_t { own_organization = 1, everywhere };

/// Targets says to accounts of which roles a rule allows its operation.
enum class Targets : std::uint8_t { all = 1, below_manager };

/// AdminRule is one row of the table of who may do what: what is in no row is refused.
struct AdminRule {
  Operation operation = Operation::create_organization;
  AuditActorKind actor = AuditActorKind::anonymous;
  Role role = Role::member;      ///< Of AuditActorKind::account.
  View view = View::my_account;  ///< Of AuditActorKind::account.
  Reach reach = Reach::everywhere;
  Targets targets = Targets::all;
};

/// OperationTarget is the account that an operation is about.
struct OperationTarget {
  AccountId id{};
  Role role = Role::member;
};

/// admin_rules is the whole table (R67); the one place that decides who may do what.
[[nodiscard]] OSTIARY_CORE_EXPORT std::span<const AdminRule> admin_rules() noexcept;

/// judge_operation says whether `actor` may do `operation` in `organization`. Staff and host cross organisations;
/// somebody signed in never does, and never does any of it to themselves. `organization` is the target's; empty for
/// create_organization, nil where the target does not exist. `target` is the account, where there is one.
[[nodiscard]] OSTIARY_CORE_EXPORT Permission judge_operation(const Actor& actor, Operation operation,
                                                             const std::optional<OrganizationId>& organization,
                                                             const std::optional<OperationTarget>& target);

[[nodiscard]] OSTIARY_CORE_EXPORT std::string_view operation_name(Operation operation) noexcept;
[[nodiscard]] OSTIARY_CORE_EXPORT std::string_view permission_name(Permission permission) noexcept;

}  // namespace ostiary::inline v0
