#include <algorithm>

#include "administering.hpp"
#include <ostiary/rules/account_removal.hpp>
#include <ostiary/services/organization_admin.hpp>

// OrganizationAdmin's work on a whole organisation, by those who stand outside it.
namespace ostiary::inline v0 {
namespace {

// The next accounts to erase, and randomness enough for their events.
struct ErasureFacts {
  Page<Account> accounts;
  Fresh fresh;
};

Result<ErasureFacts> load_erasure(const Environment& env, const OrganizationId& id, std::size_t limit) {
  constexpr std::size_t fresh_per_account = 8;  // an id's
  OSTIARY_TRY(auto accounts, env.store.search_accounts({.organization = id}, {.limit = limit}));
  OSTIARY_TRY(auto fresh,
              Fresh::draw(env.random, env.clock.now(), std::max<std::size_t>(1, limit) * fresh_per_account));
  return ErasureFacts{.accounts = std::move(accounts), .fresh = std::move(fresh)};
}

}  // namespace

Result<SuspendOrganizationOutcome> OrganizationAdmin::suspend_organization(const Actor& actor,
                                                                           const OrganizationId& organization) const {
  using Outcome = SuspendOrganizationOutcome;
  constexpr auto operation = Operation::suspend_organization;
  return services::administer_organization<Outcome>(
      env_, actor, operation, organization, [&](Organization found, Fresh& fresh, Instant now) {
        return decide_organization_suspension(actor, std::move(found), fresh, now);
      });
}

Result<RestoreOrganizationOutcome> OrganizationAdmin::restore_organization(const Actor& actor,
                                                                           const OrganizationId& organization) const {
  using Outcome = RestoreOrganizationOutcome;
  constexpr auto operation = Operation::restore_organization;
  return services::administer_organization<Outcome>(
      env_, actor, operation, organization, [&](Organization found, Fresh& fresh, Instant now) {
        return decide_organization_restoration(actor, std::move(found), fresh, now);
      });
}

Result<RemoveOrganizationOutcome> OrganizationAdmin::remove_organization(const Actor& actor,
                                                                         const OrganizationId& organization,
                                                                         std::size_t limit) const {
  using Outcome = RemoveOrganizationOutcome;
  const auto mark = [&](Organization found, Fresh& fresh, Instant now) {
    return Decision<Outcome>{.outcome = OrganizationErased{},
                             .changes = decide_organization_removal(actor, std::move(found), fresh, now)};
  };
  OSTIARY_TRY(auto marked, services::administer_any_organization<Outcome>(env_, actor, Operation::remove_organization,
                                                                          organization, mark));
  if (std::holds_alternative<OperationRefused>(marked)) {
    return marked;
  }
  const auto batch = std::clamp<std::size_t>(limit, 1, erase_limit_max);
  return services::decide_and_commit(
      env_, [&] { return load_erasure(env_, organization, batch); },
      [&](ErasureFacts facts, Fresh& /*fresh*/, Instant now) -> Result<Decision<Outcome>> {
        const auto& accounts = facts.accounts.records;
        Decision<Outcome> decision{
            .outcome = OrganizationErased{.accounts = accounts.size(), .more = !facts.accounts.next.empty()},
            .changes = {}};
        if (!accounts.empty()) {
          decision.changes = decide_erasure(actor, accounts, facts.fresh, now);
        }
        return decision;
      });
}

}  // namespace ostiary::inline v0
