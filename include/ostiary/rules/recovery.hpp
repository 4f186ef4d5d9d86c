#pragma once

#include <ostiary/base/client_context.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/effect_table.hpp>
#include <ostiary/rules/link.hpp>
#include <ostiary/rules/mail_intent.hpp>

namespace ostiary::inline v0 {

/// RecoveryAccepted is the one answer to whoever asks, whatever the address (R31, R71).
struct RecoveryAccepted {};

/// decide_recovery_request keeps the request and audits it in the system's stream, without the address. Nothing is known
/// of the address, so the set has one shape. It is expanded by Outbox::deliver, or dropped at `reset_link.give_up_after`.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<RecoveryAccepted> decide_recovery_request(RecoveryKind kind,
                                                                                     const EmailAddress& address,
                                                                                     const ClientContext& client,
                                                                                     const MailPolicy& policy,
                                                                                     Fresh& fresh, Instant now);

/// The most accounts of one address that a request is expanded for: no more mails than 25 of 20 accounts. Those that may
/// not be answered there do not count.
inline constexpr std::size_t recovery_accounts_count_max = 500;
static_assert(recovery_accounts_count_max * 3 < changes_count_max);
/// What decide_expansion takes from a Fresh at most: three ids an account, and some beside.
inline constexpr std::size_t expansion_fresh_size = (recovery_accounts_count_max * 3 + 8) * 8;

/// RecoveryMatch is one account that has the address of a request.
struct RecoveryMatch {
  Account account;
  std::optional<Organization> organization{};
  std::optional<Link> link{};  ///< Of an invited account its setup link; else its reset link, where that is asked for.
};

/// ExpansionFacts is what a request is expanded from, all loaded in this pass.
struct ExpansionFacts {
  std::vector<RecoveryMatch> matches{};  ///< At most `recovery_accounts_count_max`.
  std::size_t others = 0;                ///< Accounts that have the address and may not be answered there.
  bool more = false;                     ///< There were more accounts: they are not mailed, and an event says so.
};

/// find_recipient gives the account's own spelling of the address where the account may be answered there; else null.
[[nodiscard]] OSTIARY_CORE_EXPORT const EmailAddress* find_recipient(const RecoveryRequest& request,
                                                                     const RecoveryMatch& match) noexcept;

struct RecoveryExpanded {
  std::size_t accounts = 0;
  std::size_t mails = 0;
};
/// RecoveryDropped: nobody is mailed. Why is in the audit alone.
struct RecoveryDropped {};

using ExpansionOutcome = std::variant<RecoveryExpanded, RecoveryDropped>;

/// decide_expansion says whom a claimed request is answered to, and with what. Pure.
///
/// Who:     accounts that are active or invited, of an active organisation. For a forgotten password the address must be
///          designated, or verified with the purpose `recovery`; for a forgotten name designated or verified (R19, R34); in
///          both an invited account's also where its setup link went there last (R38).
/// What:    an active account's login name, and a reset link where the password was forgotten (PutLink: the older one
///          works until the hand-over). An invited account's login name, and its setup link once more where that lives
///          and was handed over to this same address; it keeps its own time and its reader gets no other. Where it does
///          not live there is no link: the mail advises to ask the office manager, who sees the request in the
///          account's event "no_setup_link" (R34).
/// To:      the address as each account has it, never as it was typed (S322). Accounts of one spelling and one locale
///          share mails of up to `mail_parts_count_max`, in the order of their ids.
/// Events:  recovery_mail_queued of each account, with the reason "reset_link", "login_name", "setup_link" or
///          "no_setup_link"; or recovery_dropped in the system's stream: "too_late", "no_account", "nobody_eligible";
///          and "too_many_accounts" beside the first ones.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<ExpansionOutcome> decide_expansion(const RecoveryRequest& request,
                                                                              const LeaseToken& lease,
                                                                              const ExpansionFacts& facts,
                                                                              const MailPolicy& policy, Fresh& fresh,
                                                                              Instant now);

/// ResetCompleted says what the reset ended (R68). It signed nobody in.
struct ResetCompleted {
  AccountId account{};
  LoginName login;
  Effects ended{};
};

using ResetDecisionOutcome = std::variant<ResetCompleted, LinkRefused>;

/// decide_reset sets the new password of an active account from a genuine link: the link consumed, the account's sessions,
/// devices and pending links ended, a notice asked for, all in one set. A temporary password is replaced too. The link
/// verifies the address that it was handed over to, and no other. `password_hash` is empty where an earlier look found
/// the link not good: then it is refused, whatever it has become since.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<ResetDecisionOutcome> decide_reset(
    const LinkTicket& ticket, const LinkFacts& facts, const std::string& password_hash, const ClientContext& client,
    const MailPolicy& policy, Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
