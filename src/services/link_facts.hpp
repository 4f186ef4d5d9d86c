#pragma once

#include <ostiary/rules/link.hpp>
#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0::services {

/// load_link_facts reads what a genuine ticket is weighed against: one read each of link, account and organisation, and
/// none after one that finds nothing.
[[nodiscard]] Result<LinkFacts> load_link_facts(const Environment& env, const LinkTicket& ticket);

}  // namespace ostiary::inline v0::services
