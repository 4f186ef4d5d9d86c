#pragma once

#include <ostiary/model/account.hpp>
#include <ostiary/model/change_set.hpp>
#include <ostiary/model/fresh.hpp>

namespace ostiary::inline v0 {

/// MailPolicy says how delivery goes on and when it gives up.
struct MailPolicy {
  Duration setup_link_lifetime = std::chrono::hours(24);  ///< R22, counted from the end of the hand-over's lease.
  Duration give_up_after = std::chrono::hours(72);        ///< Since the mail was asked for; no link outlives it.
  Duration lease = std::chrono::minutes(5);               ///< At least 5 minutes; longer than the mailer's time-out.
  Duration retry_first = std::chrono::minutes(1);         ///< Doubles with each try
  Duration retry_max = std::chrono::hours(1);             ///< up to this.
  Duration keep_after = std::chrono::days(30);  ///< Ended mails and links stay this long for the manager's page.
};

/// mail_locale is the account's own, else its organisation's.
[[nodiscard]] OSTIARY_CORE_EXPORT Locale mail_locale(const Account& account, const Organization& organization);

/// make_mail_intent asks for a mail to the account's designated address (R14).
[[nodiscard]] OSTIARY_CORE_EXPORT MailIntent make_mail_intent(MailKind kind, const Account& account,
                                                              const Organization& organization,
                                                              const MailPolicy& policy, Fresh& fresh, Instant now);

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
