#pragma once

#include "connection.hpp"
#include <ostiary/model/recovery_request.hpp>

namespace ostiary::inline v0::sqlite {

/// claim_mail is Store::claim_mail, inside the caller's transaction.
[[nodiscard]] Result<std::vector<MailIntent>> claim_mail(Connection& connection, std::size_t limit, Instant now,
                                                         Instant until, const LeaseToken& token);

/// claim_recovery_requests is Store::claim_recovery_requests, inside the caller's transaction.
[[nodiscard]] Result<std::vector<RecoveryRequest>> claim_recovery_requests(Connection& connection, std::size_t limit,
                                                                           Instant now, Instant until,
                                                                           const LeaseToken& token);

}  // namespace ostiary::inline v0::sqlite
