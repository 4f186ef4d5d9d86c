#pragma once

#include "testing/records.hpp"
#include <ostiary/testing/fault_sweep.hpp>

// The invariants of design.md 4, each over what was read of a store: the sweep and the kill loops share them.
namespace ostiary::inline v0::testing {

struct Finding {
  FaultInvariant invariant{};
  std::string seen{};
};
using Findings = std::vector<Finding>;

/// check_sessions: no account has more sessions than proofs, nor than events of a sign-in.
OSTIARY_TESTING_EXPORT void check_sessions(const Records& records, const std::map<AccountId, std::size_t>& proofs,
                                           Findings& findings);
/// check_links: a setup link is used exactly if its account's setup is complete.
OSTIARY_TESTING_EXPORT void check_links(const Records& records, Findings& findings);
/// check_standing_events: what stands in the store has the event of its making.
OSTIARY_TESTING_EXPORT void check_standing_events(const Records& records, Findings& findings);
/// check_committed_events: each committed set has an event about every subject that it decides about, and left it.
void check_committed_events(const Records& records, std::span<const FaultyStore::Sent> sent, Findings& findings);
/// check_factors: each committed set that uses a code opens something with it, and no session of an account with a second
/// factor began or was proved without one (a remembered device stands in); a used code stays used. `is_alone`: nobody
/// else wrote, so that no other code may be used.
void check_factors(const Records& records, std::span<const FaultyStore::Sent> sent, bool is_alone, Findings& findings);
/// MailerCalls are the Message-IDs that a mailer was called with, and those whose newest call was accepted.
struct MailerCalls {
  std::vector<std::string> called;
  std::set<std::string> accepted;
};
/// check_mails: `asked_for` are intents that housekeeping may have deleted.
OSTIARY_TESTING_EXPORT void check_mails(const Records& records, const MailerCalls& calls,
                                        const std::set<MailId>& asked_for, Findings& findings);
/// check_mailer_calls: no Message-ID is in `called` more often than `calls_max`.
void check_mailer_calls(std::span<const std::string> called, std::size_t calls_max, Findings& findings);
/// check_secrets: none of `secrets`, in any form, is in `bytes`, which `where` names.
OSTIARY_TESTING_EXPORT void check_secrets(std::string_view bytes, std::string_view where,
                                          std::span<const std::string> secrets, Findings& findings);

/// Comparison says which differences between two ends are allowed.
struct Comparison {
  std::size_t failed_calls = 0;  ///< Of the act: each may have left one session, and each event once more.
  bool mail_refused = false;     ///< The transport refused for good: mails may have failed.
};
/// difference gives the first difference of `came` from `expected` that is not allowed, or nothing.
[[nodiscard]] std::string difference(const Described& came, const Described& expected, const Comparison& comparison);

}  // namespace ostiary::inline v0::testing
