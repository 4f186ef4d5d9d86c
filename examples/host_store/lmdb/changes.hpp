#pragma once

#include "environment.hpp"
#include <ostiary/ports/store.hpp>

// The writes of the port, each inside one write transaction that the caller begins and commits.
namespace host::lmdb {

/// apply judges and applies a change set. Refused: the caller drops the transaction, and with it what was written.
[[nodiscard]] Result<CommitAnswer> apply(const Transaction& db, const ChangeSet& set);

[[nodiscard]] Result<ChargeAnswer> charge(const Transaction& db, std::span<const Charge> charges, Instant now);

[[nodiscard]] Result<std::vector<MailIntent>> claim_mail(const Transaction& db, std::size_t limit, Instant now,
                                                         const Lease& lease);

[[nodiscard]] Result<std::vector<RecoveryRequest>> claim_recovery_requests(const Transaction& db, std::size_t limit,
                                                                           Instant now, const Lease& lease);

[[nodiscard]] Result<Housekept> housekeep(const Transaction& db, Instant now, std::size_t limit);

}  // namespace host::lmdb
