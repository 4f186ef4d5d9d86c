#pragma once

#include <ostiary/rules/actor.hpp>
#include <ostiary/rules/admin_facts.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/effect_table.hpp>
#include <ostiary/rules/mail_intent.hpp>

namespace ostiary::inline v0 {

/// AdminPolicy has the numbers of a manager's help.
struct AdminPolicy {
  Duration temporary_password_lifetime = std::chrono::hours(24);  ///< R36
};

/// ResetLinkQueued: the mail with the reset link goes to the account's designated address.
struct ResetLinkQueued {
  MailId mail{};
};

/// TemporaryPasswordSet: the password signs in until then, to choose a new one. The owner is told by mail.
struct TemporaryPasswordSet {
  Instant until{};
  MailId notice{};
  Effects ended{};
};

using ResetMailOutcome = std::variant<ResetLinkQueued, WrongStatus>;
using TemporaryPasswordOutcome = std::variant<TemporaryPasswordSet, WrongStatus>;

/// decide_reset_mail sends an active account's owner a link by which they choose a new password (R36); an older link of
/// theirs works until this one is handed over. `stored` is the account's reset link.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<ResetMailOutcome> decide_reset_mail(const Actor& actor,
                                                                               const AdminFacts& facts,
                                                                               const std::optional<Link>& stored,
                                                                               const MailPolicy& policy, Fresh& fresh,
                                                                               Instant now);

/// decide_temporary_password gives an active account a password that has to be changed at the next sign-in (R36, S204).
/// `hash` is its one-way string.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<TemporaryPasswordOutcome> decide_temporary_password(
    const Actor& actor, AdminFacts facts, std::string hash, const AdminPolicy& policy, const MailPolicy& mail,
    Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
