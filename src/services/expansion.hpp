#pragma once

#include <ostiary/rules/recovery.hpp>
#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0::services {

/// expand_request turns one claimed request into the mails that it comes to, or drops it; one commit. Errc::conflict:
/// its lease is another worker's by now.
[[nodiscard]] Result<ExpansionOutcome> expand_request(const Environment& env, const RecoveryRequest& request,
                                                      const LeaseToken& lease);

}  // namespace ostiary::inline v0::services
