#pragma once

#include <ostiary/model/fresh.hpp>
#include <ostiary/rules/actor.hpp>
#include <ostiary/rules/decision.hpp>

namespace ostiary::inline v0 {

/// BounceRecorded: the managers of the accounts that the mail spoke of see it, with the reason (R38).
struct BounceRecorded {};

/// BounceIgnored: a mail in this state cannot come back, or did so before. Nothing was written.
struct BounceIgnored {
  MailState state = MailState::bounced;
};

using BounceOutcome = std::variant<BounceRecorded, BounceIgnored>;

/// decide_bounce records that a mail came back, with an event for each account that it speaks of. `reason` is a code
/// such as "smtp-550" or "mailbox-full", cut to 64 bytes of clean UTF-8.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<BounceOutcome> decide_bounce(const Actor& actor, const MailIntent& mail,
                                                                        std::string_view reason, Fresh& fresh,
                                                                        Instant now);

}  // namespace ostiary::inline v0
