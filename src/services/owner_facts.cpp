#include "owner_facts.hpp"

namespace ostiary::inline v0::services {

Result<OwnerFacts> load_owner(const Environment& env, const SignedIn& owner) {
  OSTIARY_TRY(auto account, env.store.find_account(owner.account().id));
  if (!account || account->status != AccountStatus::active) {
    return Errc::actor_revoked;
  }
  OSTIARY_TRY(auto organization, env.store.find_organization(account->organization));
  if (!organization) {
    return Errc::record_unreadable;
  }
  return OwnerFacts{.account = *std::move(account), .organization = *std::move(organization)};
}

}  // namespace ostiary::inline v0::services
