#include <algorithm>

#include "administering.hpp"
#include <ostiary/services/organization_admin.hpp>

// OrganizationAdmin's lists of accounts (R29).
namespace ostiary::inline v0 {
namespace {

AccountEntry entry_of(const Account& account) {
  return {.id = account.id,
          .login = account.login,
          .display_name = account.display_name,
          .email = designated_address(account).as_typed(),
          .status = account.status,
          .role = account.role};
}

// Lets the actor read, or gives the refusal. Who stands outside the organisation leaves an event for reading, too.
Result<std::optional<OperationRefused>> admit(const Environment& env, const Actor& actor,
                                              const OrganizationId& organization) {
  using Refusal = std::optional<OperationRefused>;
  constexpr auto operation = Operation::list_accounts;
  OSTIARY_TRY(const auto permission, services::permit(env, actor, operation, organization, std::nullopt));
  if (permission != Permission::allowed) {
    return Refusal(OperationRefused{permission});
  }
  if (actor.account()) {
    OSTIARY_TRY(services::note_reading(env, actor, organization));
    return Refusal();
  }
  OSTIARY_TRY(const auto found, env.store.find_organization(organization));
  if (!found || found->status == OrganizationStatus::removed) {
    OSTIARY_TRY(const auto refused, services::reject(env, actor, operation, Permission::not_found,
                                                     found ? std::optional(organization) : std::nullopt));
    return Refusal(refused);
  }
  OSTIARY_TRY(services::note_reading(env, actor, organization));
  return Refusal();
}

}  // namespace

Result<FindAccountsOutcome> OrganizationAdmin::find_accounts(const Actor& actor, const OrganizationId& organization,
                                                             const AccountSearch& search,
                                                             const PageRequest& page) const {
  OSTIARY_TRY(const auto refused, admit(env_, actor, organization));
  if (refused) {
    return *refused;
  }
  Page<AccountEntry> entries;
  const auto query = services::query_of(organization, search);
  if (!query) {
    return entries;
  }
  OSTIARY_TRY(auto found, env_.store.search_accounts(*query, page));
  std::ranges::transform(found.records, std::back_inserter(entries.records), entry_of);
  entries.next = std::move(found.next);
  return entries;
}

Result<CountAccountsOutcome> OrganizationAdmin::count_accounts(const Actor& actor, const OrganizationId& organization,
                                                               const AccountSearch& search, std::size_t limit) const {
  OSTIARY_TRY(const auto refused, admit(env_, actor, organization));
  if (refused) {
    return *refused;
  }
  const auto query = services::query_of(organization, search);
  if (!query) {
    return AccountCount{};
  }
  OSTIARY_TRY(const auto count, env_.store.count_accounts(*query, std::min(limit, count_accounts_limit_max)));
  return count;
}

}  // namespace ostiary::inline v0
