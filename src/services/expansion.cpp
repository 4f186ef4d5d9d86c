#include "expansion.hpp"

#include <map>

#include "committing.hpp"

namespace ostiary::inline v0::services {
namespace {

// Each organisation is read once, however many of its accounts there are.
class Loading {
 public:
  Loading(const Environment& env, const RecoveryRequest& request) : env_(env), request_(request) {}

  Result<ExpansionFacts> load() {
    OSTIARY_TRY(auto page, env_.store.find_accounts_by_address(request_.address,
                                                               {.after = {}, .limit = recovery_accounts_count_max}));
    ExpansionFacts facts{.matches = {}, .more = !page.next.empty()};
    for (auto& account : page.records) {
      OSTIARY_TRY(auto match, match_of(std::move(account)));
      facts.matches.push_back(std::move(match));
    }
    return facts;
  }

 private:
  Result<RecoveryMatch> match_of(Account account) {
    RecoveryMatch match{.account = std::move(account)};
    const bool is_invited = match.account.status == AccountStatus::invited;
    if (!is_invited && match.account.status != AccountStatus::active) {
      return match;
    }
    OSTIARY_TRY(match.organization, organization_of(match.account));
    if (is_invited || request_.kind == RecoveryKind::reset_password) {
      const auto purpose = is_invited ? LinkPurpose::setup : LinkPurpose::reset;
      OSTIARY_TRY(match.link, env_.store.find_link_of(match.account.id, purpose));
    }
    return match;
  }

  Result<std::optional<Organization>> organization_of(const Account& account) {
    const auto found = organizations_.find(account.organization);
    if (found != organizations_.end()) {
      return found->second;
    }
    OSTIARY_TRY(auto organization, env_.store.find_organization(account.organization));
    organizations_.emplace(account.organization, organization);
    return organization;
  }

  const Environment& env_;
  const RecoveryRequest& request_;
  std::map<OrganizationId, std::optional<Organization>> organizations_;
};

}  // namespace

Result<ExpansionOutcome> expand_request(const Environment& env, const RecoveryRequest& request,
                                        const LeaseToken& lease) {
  return decide_and_commit(
      env, [&] { return Loading(env, request).load(); },
      [&](const ExpansionFacts& facts, Fresh& fresh, Instant now) -> Result<Decision<ExpansionOutcome>> {
        return decide_expansion(request, lease, facts, env.policies.mail, fresh, now);
      },
      expansion_fresh_size);
}

}  // namespace ostiary::inline v0::services
