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
    ExpansionFacts facts;
    PageRequest request{.after = {}, .limit = PageRequest::limit_max};
    for (int pages = 0; pages < pages_max && !facts.more; ++pages) {
      OSTIARY_TRY(auto page, env_.store.find_accounts_by_address(request_.address, request));
      OSTIARY_TRY(add(std::move(page.records), facts));
      if (page.next.empty()) {
        return facts;
      }
      request.after = std::move(page.next);
    }
    facts.more = true;
    return facts;
  }

 private:
  // Anybody's manager may give his accounts somebody's address: those are passed over, and only then they are many.
  static constexpr int pages_max = 20;

  Result<void> add(std::vector<Account> accounts, ExpansionFacts& facts) {
    for (auto& account : accounts) {
      OSTIARY_TRY(auto match, match_of(std::move(account)));
      if (find_recipient(request_, match) == nullptr) {
        ++facts.others;
      } else if (facts.matches.size() == recovery_accounts_count_max) {
        facts.more = true;
        return success();
      } else {
        facts.matches.push_back(std::move(match));
      }
    }
    return success();
  }

  Result<RecoveryMatch> match_of(Account account) {
    RecoveryMatch match{.account = std::move(account)};
    const bool is_invited = match.account.status == AccountStatus::invited;
    if (!is_invited && match.account.status != AccountStatus::active) {
      return match;
    }
    OSTIARY_TRY(match.organization, organization_of(match.account));
    if (is_invited) {
      OSTIARY_TRY(match.link, env_.store.find_link_of(match.account.id, LinkPurpose::setup));
    } else if (request_.kind == RecoveryKind::reset_password && find_recipient(request_, match) != nullptr) {
      OSTIARY_TRY(match.link, env_.store.find_link_of(match.account.id, LinkPurpose::reset));
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
