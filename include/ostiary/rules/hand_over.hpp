#pragma once

#include <span>

#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/mail_intent.hpp>

namespace ostiary::inline v0 {

/// PartFacts is what one part of a claimed mail is weighed against.
struct PartFacts {
  std::optional<Account> account{};
  std::optional<Organization> organization{};
  std::optional<Link> link{};  ///< Of a part with a link.
};

/// HandOverFacts is what a claimed mail is weighed against, loaded after the claim.
struct HandOverFacts {
  std::vector<PartFacts> parts{};  ///< In the order of the mail's own.
  std::optional<Job> job{};        ///< Of a mail that a job asked for.
};

/// HandedPart is one account that the mail, as it leaves, speaks of.
struct HandedPart {
  std::size_t index = 0;  ///< In the mail's parts, and in the facts'.
  std::optional<MailLink> link{};
  std::optional<Instant> link_ends_at{};  ///< Of a repeated link.
};

/// HandOver: the mail may go to the mailer once the decision's change is committed.
struct HandOver {
  std::vector<HandedPart> parts{};  ///< At least one.
  /// What gives the links back that worked before the mail's first hand-over. None after a later one: the links may be in
  /// somebody's hands by then.
  std::vector<RestoreLink> replaced{};
};
/// Settled: the mail goes nowhere; the decision's change says how it ended.
struct Settled {
  MailState state = MailState::voided;
};

using HandOverOutcome = std::variant<HandOver, Settled>;

/// decide_hand_over says whether a claimed mail still goes out and what it then speaks of, and until when its links then
/// work: end of the lease plus lifetime, so that a queue's delay costs its reader nothing (R22).
///
/// Part:    superseded, where a newer mail was asked for; voided, where the account is suspended, removed, or not what
///          the link is for, or its links were ended. A repeated link that works no more is left out of its part.
/// Dropped: where no part is left, as its first part; voided, where the mail's job is cancelled; failed, where a link
///          would outlive `give_up_at`.
/// Repeat:  a mail found in state sending was handed over by somebody whose answer was lost: where it would be dropped
///          it is sent, else it is handed over again.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<HandOverOutcome> decide_hand_over(const MailIntent& mail,
                                                                             const LeaseToken& lease,
                                                                             const HandOverFacts& facts,
                                                                             const MailPolicy& policy, Fresh& fresh,
                                                                             Instant now);

/// decide_delivered marks a mail after the mailer's verdict: sent, queued again with a growing pause, or failed. `mail` is
/// as it was claimed. Where it failed at its first hand-over nobody has its links, and those of `replaced` work again
/// (R24).
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<MailState> decide_delivered(const MailIntent& mail, const LeaseToken& lease,
                                                                       MailState verdict, std::string_view reason,
                                                                       std::span<const RestoreLink> replaced,
                                                                       const MailPolicy& policy, Fresh& fresh,
                                                                       Instant now);

}  // namespace ostiary::inline v0
