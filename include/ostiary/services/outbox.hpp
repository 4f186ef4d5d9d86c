#pragma once

#include <ostiary/ports/link_builder.hpp>
#include <ostiary/ports/mail_renderer.hpp>
#include <ostiary/ports/mailer.hpp>
#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0 {

/// OutboxParts is what turns an intent into a mail that leaves. All must outlive the Outbox.
struct OutboxParts {
  Mailer& mailer;
  const MailRenderer& renderer;
  const LinkBuilder& links;
  EmailAddress from;        ///< The sender of every mail; its domain also ends every Message-ID.
  std::string from_name{};  ///< Shown beside it; clean UTF-8.
};

/// DeliveryReport counts what one call did with the requests and the mails that it claimed.
struct DeliveryReport {
  std::size_t requests_expanded = 0;
  std::size_t requests_dropped = 0;  ///< Nobody is mailed; the system's audit says why.
  std::size_t claimed = 0;
  std::size_t sent = 0;
  std::size_t retried = 0;  ///< Queued again for later.
  std::size_t failed = 0;   ///< Given up; the manager sees why.
  std::size_t dropped = 0;  ///< Superseded or voided: not handed over by this call.
  std::size_t lost = 0;     ///< Another worker took it over, or the mark could not be written; it is claimed again. Of
                            ///< requests too.
  std::error_code first_error{};  ///< The first that kept back only its own mail or request: look at it.
};

/// Outbox delivers the mails that committed changes asked for. The host calls `deliver` from a thread or a timer of its
/// own, in as many processes as it likes. Const and safe from many threads.
class OSTIARY_CORE_EXPORT Outbox {
 public:
  Outbox(const Environment& env, OutboxParts parts) : env_(env), parts_(std::move(parts)) {}
  Outbox(const Environment&& env, OutboxParts parts) = delete;

  /// deliver first claims up to `limit` requests of PasswordRecovery::request and expands each into mails, or drops it
  /// (decide_expansion). Then it claims up to `limit` mails that are due and hands each over: one commit that makes its
  /// link live, the mailer, one commit that marks it.
  ///
  /// Once:    each mail reaches the mailer at least once, with one Message-ID; a killed worker repeats at most the mail
  ///          that it was at. No mail is in two workers' hands, while the mailer keeps within the lease.
  /// Errors:  the mailer's own and the store's end the call; mails claimed but not reached are claimed again when the
  ///          lease ends. A mail that cannot be composed (its renderer, an unreadable record, a missing key) goes back
  ///          into the queue for later and keeps no other back; a request that cannot be expanded is claimed again when
  ///          the lease ends, until it is too late; the first such error is the report's `first_error`.
  [[nodiscard]] Result<DeliveryReport> deliver(std::size_t limit) const;

 private:
  const Environment& env_;
  OutboxParts parts_;
};

}  // namespace ostiary::inline v0
