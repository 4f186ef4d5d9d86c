#pragma once

#include "connection.hpp"
#include <ostiary/model/mail.hpp>

namespace ostiary::inline v0::sqlite {

/// claim_mail is Store::claim_mail, inside the caller's transaction.
[[nodiscard]] Result<std::vector<MailIntent>> claim_mail(Connection& connection, std::size_t limit, Instant now,
                                                         Instant until, const LeaseToken& token);

}  // namespace ostiary::inline v0::sqlite
