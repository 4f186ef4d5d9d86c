#pragma once

#include "committing.hpp"
#include <ostiary/rules/link.hpp>
#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0::services {

/// load_link_facts reads what a genuine ticket is weighed against: one read each of link, account and organisation, and
/// none after one that finds nothing.
[[nodiscard]] Result<LinkFacts> load_link_facts(const Environment& env, const LinkTicket& ticket);

/// LinkCharge is a genuine ticket, and what following it cost, or that there are no tries left.
struct LinkCharge {
  LinkTicket ticket{};
  std::vector<Charge> charges{};
  std::optional<Throttled> throttled{};
};

/// charge_link verifies a token, which makes no store call, and takes a try of the link and of the network (R70).
/// Errors: malformed_token, key_unknown, and as of a charge.
[[nodiscard]] Result<LinkCharge> charge_link(const Environment& env, LinkPurpose purpose, std::string_view token,
                                             const ClientContext& client);

}  // namespace ostiary::inline v0::services
