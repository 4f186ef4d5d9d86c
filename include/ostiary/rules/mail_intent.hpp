#pragma once

#include <ostiary/base/client_context.hpp>
#include <ostiary/model/account.hpp>
#include <ostiary/model/change_set.hpp>
#include <ostiary/model/fresh.hpp>

namespace ostiary::inline v0 {

/// LinkTimes: how long a link works, counted from the end of the hand-over's lease; and when, since the mail was asked
/// for, its delivery is given up. No link outlives that.
struct LinkTimes {
  Duration lifetime{};
  Duration give_up_after{};
};

/// MailPolicy says how delivery goes on and when it gives up.
struct MailPolicy {
  LinkTimes setup_link{.lifetime = std::chrono::hours(24), .give_up_after = std::chrono::hours(72)};  ///< R22
  LinkTimes reset_link{.lifetime = std::chrono::hours(3), .give_up_after = std::chrono::hours(6)};    ///< R32
  LinkTimes confirm_link{.lifetime = std::chrono::hours(24), .give_up_after = std::chrono::hours(72)};
  LinkTimes revoke_link{.lifetime = std::chrono::hours(72), .give_up_after = std::chrono::hours(144)};  ///< R15
  /// Of a code by e-mail; the sign-in that it is for ends by itself, `ceremony_lifetime` after its password.
  LinkTimes factor_code{.lifetime = std::chrono::minutes(10), .give_up_after = std::chrono::minutes(20)};  ///< R62
  Duration give_up_after = std::chrono::hours(72);  ///< Of a mail without a link.
  Duration lease = std::chrono::minutes(5);         ///< At least 5 minutes; longer than the mailer's time-out.
  Duration retry_first = std::chrono::minutes(1);   ///< Doubles with each try
  Duration retry_max = std::chrono::hours(1);       ///< up to this.
  Duration keep_after = std::chrono::days(30);      ///< Ended mails and links stay this long for the manager's page.
};

[[nodiscard]] OSTIARY_CORE_EXPORT const LinkTimes& link_times(const MailPolicy& policy, LinkPurpose purpose) noexcept;

/// mail_locale is the account's own, else its organisation's.
[[nodiscard]] OSTIARY_CORE_EXPORT Locale mail_locale(const Account& account, const Organization& organization);

/// mail_client says in a mail from where the act came that it tells of.
[[nodiscard]] OSTIARY_CORE_EXPORT MailClient mail_client(const ClientContext& client);

/// make_mail_intent asks for a mail to the account's designated address (R14).
[[nodiscard]] OSTIARY_CORE_EXPORT MailIntent make_mail_intent(MailKind kind, const Account& account,
                                                              const Organization& organization,
                                                              const MailPolicy& policy, Fresh& fresh, Instant now);

/// make_owner_notices asks for a notice of what became of an account's password: to the designated address, and to the
/// former ones of changes that can still be revoked, so that who took the address over first does not silence its owner
/// (R15). No budget keeps one back: who spends it must not silence the owner either.
[[nodiscard]] OSTIARY_CORE_EXPORT std::vector<PutMailIntent> make_owner_notices(MailKind kind, const Account& account,
                                                                                const Organization& organization,
                                                                                const std::optional<MailClient>& client,
                                                                                const MailPolicy& policy, Fresh& fresh,
                                                                                Instant now);

/// IssuedLink is the next generation of an account's link: the change that issues it, and what the mail's part names.
struct IssuedLink {
  PutLink put{};
  MailLink link{};
};

/// issue_link issues the next link of a purpose for a mail whose row `ends_at`. `stored` is the account's row for the
/// purpose, if it has one.
[[nodiscard]] OSTIARY_CORE_EXPORT IssuedLink issue_link(LinkPurpose purpose, const std::optional<Link>& stored,
                                                        const Account& account, Instant ends_at, Fresh& fresh);

/// LinkedMail is a mail with a link, and the change that issues the link.
struct LinkedMail {
  PutLink link{};
  MailIntent mail;
};

/// make_linked_mail issues the next generation of the account's link and asks for the mail that will carry it. `stored`
/// is the account's row for the purpose, if it has one. The older link works until the new one is handed over (R24).
[[nodiscard]] OSTIARY_CORE_EXPORT LinkedMail make_linked_mail(MailKind kind, LinkPurpose purpose,
                                                              const std::optional<Link>& stored, const Account& account,
                                                              const Organization& organization,
                                                              const MailPolicy& policy, Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
