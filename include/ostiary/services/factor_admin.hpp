#pragma once

#include <ostiary/rules/admin_factor.hpp>
#include <ostiary/services/organization_admin.hpp>

namespace ostiary::inline v0 {

using ResetFactorOutcome = std::variant<FactorReset, StandingUnchanged, WrongStatus, OperationRefused, Throttled>;
using SetFactorPolicyOutcome = std::variant<FactorPolicySet, Changed, InputRefused, OperationRefused>;
using SetClientsOutcome = std::variant<ClientsSet, Changed, InputRefused, OperationRefused>;
using SetNeededClientsOutcome = std::variant<NeededClientsSet, Changed, InputRefused, ClientsRefuse, OperationRefused>;

/// FactorAdmin is a manager's, the staff's and the host's work on second factors (R56, R64, R66): of an organisation, and
/// of one account, whose page is AccountAdmin::view. Const and safe from many threads. Permission, audit, versions and
/// errors are as AccountAdmin's; the version that a page of an organisation showed is Organization::version.
class OSTIARY_CORE_EXPORT FactorAdmin {
 public:
  explicit FactorAdmin(const Environment& env) : env_(env) {}
  explicit FactorAdmin(const Environment&& env) = delete;

  /// reset_second_factor switches every second factor of an active account off, for an owner without the phone and
  /// without recovery codes. Sessions, known devices and pending links end, and the owner is told by mail, which is
  /// charged. By a manager not of a fellow manager. Where the organisation requires one, the next sign-in asks to enrol.
  [[nodiscard]] Result<ResetFactorOutcome> reset_second_factor(const Actor& actor, const AccountId& account) const;

  /// set_needed_clients says which applications the account cannot do without. As decide_needed_clients.
  [[nodiscard]] Result<SetNeededClientsOutcome> set_needed_clients(const Actor& actor, const AccountId& account,
                                                                   Version shown,
                                                                   std::span<const std::string> ids) const;

  /// set_factor_policy says of which roles the organisation requires a second factor. As decide_factor_policy.
  [[nodiscard]] Result<SetFactorPolicyOutcome> set_factor_policy(const Actor& actor, const OrganizationId& organization,
                                                                 Version shown,
                                                                 std::span<const FactorDemand> wanted) const;

  /// set_client_applications replaces the registry of the applications that accounts sign in to. As decide_clients.
  [[nodiscard]] Result<SetClientsOutcome> set_client_applications(const Actor& actor,
                                                                  const OrganizationId& organization, Version shown,
                                                                  std::span<const ClientApplication> wanted) const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
