#include "link_facts.hpp"

#include <ostiary/rules/audit.hpp>
#include <ostiary/rules/budgets.hpp>
#include <ostiary/rules/link_token.hpp>

namespace ostiary::inline v0::services {

Result<LinkFacts> load_link_facts(const Environment& env, const LinkTicket& ticket) {
  LinkFacts facts;
  OSTIARY_TRY(facts.link, env.store.find_link(ticket.id));
  if (!facts.link) {
    return facts;
  }
  OSTIARY_TRY(facts.account, env.store.find_account(facts.link->account));
  if (!facts.account) {
    return facts;
  }
  OSTIARY_TRY(facts.organization, env.store.find_organization(facts.account->organization));
  return facts;
}

Result<LinkCharge> charge_link(const Environment& env, LinkPurpose purpose, std::string_view token,
                               const ClientContext& client) {
  const auto keys = env.keys.current();
  LinkCharge charged;
  OSTIARY_TRY(charged.ticket, verify_link_token(*keys, purpose, token));
  OSTIARY_TRY(charged.charges, link_charges(*keys, env.policies.budgets, to_text(charged.ticket), client.network));
  AuditEvent about{.reason = "link"};
  describe_client(about, client);
  OSTIARY_TRY(charged.throttled, charge(env, charged.charges, about));
  return charged;
}

}  // namespace ostiary::inline v0::services
