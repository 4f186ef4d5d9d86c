#include "link_facts.hpp"

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

}  // namespace ostiary::inline v0::services
