#pragma once

#include <optional>
#include <string>
#include <vector>

#include <ostiary/base/email_address.hpp>
#include <ostiary/base/locale.hpp>
#include <ostiary/model/account.hpp>
#include <ostiary/model/link.hpp>

namespace ostiary::inline v0 {

enum class MailKind : std::uint8_t {
  welcome = 1,             ///< With the "complete setup" link (R21) and the login name (R13).
  setup_completed,         ///< Notice: the account has its password now.
  new_device,              ///< Notice: a sign-in from a device that was not known.
  reset_password,          ///< Login names, and a link for each account that can have one (R31-R33, R35).
  login_names,             ///< Login names; where setup is not complete, its link again or advice (R34).
  confirm_address,         ///< With the link that confirms an address of the account.
  address_changed,         ///< Notice to the former designated address, with the link that revokes the change (R15).
  password_changed,        ///< Notice: changed in the profile, or by a reset.
  temporary_password_set,  ///< Notice: a manager set a temporary password (R36). It is not in the mail.
  address_trusted,         ///< Notice: an address of the account may now get reset links, or match a single sign-on.
  factor_code,             ///< With the code that is the second factor of one sign-in (R62).
  factor_enabled,          ///< Notice: a second factor was switched on or replaced.
  factor_disabled,         ///< Notice: the second factor was switched off by its owner.
  factor_reset,            ///< Notice: a manager or the support staff switched it off (R66).
  recovery_code_used,      ///< Notice: a recovery code stood in for the second factor, or a new set was made.
};

enum class MailState : std::uint8_t {
  queued = 1,
  sending,  ///< Handed to the mailer, which has not answered yet, or its answer was lost.
  sent,
  bounced,
  failed,      ///< Given up; see MailIntent::reason.
  superseded,  ///< No transport is known to have it: a newer mail of the same kind took its place.
  voided,      ///< No transport is known to have it: what it was for came to an end.
  // A mailer that says retry_later in doubt may have delivered all the same: such a mail, then failed, superseded or
  // voided, may be in the inbox. MailIntent::attempts 0 says that it was never with a mailer.
};

/// mail_state_name is the stable text form, "sent" of MailState::sent.
OSTIARY_CORE_EXPORT std::string_view mail_state_name(MailState state) noexcept;

inline constexpr auto mail_kind_last = MailKind::recovery_code_used;

enum class LinkUse : std::uint8_t {
  issued = 1,  ///< The mail makes this generation live.
  repeated,    ///< The live link once more, with the time that it has left (R34).
};

/// MailLink names the link that a mail will carry. The token is derived when the mail is rendered.
struct MailLink {
  LinkId id{};
  LinkPurpose purpose = LinkPurpose::setup;
  Generation generation = 0;
  std::optional<std::uint32_t>
      epoch{};  ///< The account's links epoch when the mail was asked for; empty: none ends it.
  LinkUse use = LinkUse::issued;
};

/// MailPart is one account that a mail speaks of, and the link for it.
struct MailPart {
  AccountId account{};
  OrganizationId organization{};
  std::optional<MailLink> link{};
};

inline constexpr std::size_t mail_parts_count_max = 20;  // R33

/// MailClient is from where the act came that a notice tells of. Its time is the mail's created_at.
struct MailClient {
  std::string network{};     ///< ClientNetwork::text.
  std::string user_agent{};  ///< Up to 256 bytes of clean UTF-8, as a stranger may have sent it.
};

/// Lease keeps a mail for one worker until it ends.
struct Lease {
  LeaseToken token{};
  Instant until{};
};

/// MailIntent is a mail that a committed change asked for: what to say to whom, and how far its delivery is. No secret.
struct MailIntent {
  MailId id{};
  MailKind kind = MailKind::welcome;
  std::vector<MailPart>
      parts{};      ///< One; of reset_password and login_names up to `mail_parts_count_max`, one an account.
  EmailAddress to;  ///< As stored on the account, never as somebody typed it (S322).
  Locale locale{};
  std::optional<JobId> job{};  ///< Of a bulk welcome: where it is cancelled before the hand-over, the mail is voided.
  std::optional<MailClient> client{};  ///< From where the act came.
  Instant created_at{};
  Instant give_up_at{};  ///< Not delivered by then: failed.
  Instant ends_at{};     ///< The row may be deleted from here on.
  // What follows is written by the outbox alone (claim_mail, BeginHandOver, MarkMail).
  MailState state = MailState::queued;
  std::uint32_t attempts = 0;
  Instant due_at{};
  std::string reason{};  ///< A code such as "smtp-550"; up to 64 bytes, never text of the mail.
  std::optional<Lease> lease{};
};

/// encode writes every field above the outbox's own: a store keeps those beside the body. decode leaves them as in a
/// new intent, and answers Errc::record_unreadable for anything that encode did not write.
OSTIARY_CORE_EXPORT Bytes encode(const MailIntent& mail);
OSTIARY_CORE_EXPORT Result<MailIntent> decode_mail_intent(ByteView body);

/// MailEntry is what a mail says of one account.
struct MailEntry {
  std::string login_name{};
  std::string display_name{};
  std::string organization_name{};
  /// Of reset_password and login_names: where `invited` without a link, the reader is to ask the office manager (R34).
  AccountStatus status = AccountStatus::invited;
  std::string link_url{};  ///< Empty where there is none. It holds the token: never log it.
  LinkPurpose link_purpose = LinkPurpose::setup;
  std::string code{};                     ///< Of factor_code: the digits. Never log it.
  std::optional<Instant> link_ends_at{};  ///< Of a link that is repeated: when it ends.
};

/// MailContent is what a renderer turns into words.
struct MailContent {
  MailKind kind = MailKind::welcome;
  Locale locale{};
  std::vector<MailEntry> entries{};      ///< At least one.
  std::string support_contact{};         ///< Of the first entry's organisation (R37).
  std::chrono::minutes link_lifetime{};  ///< What the mail promises for its own links or code, from its receipt on.
  MailClient client{};                   ///< Of notices, and of what was asked for without a session.
  Instant at{};                          ///< When it happened that the mail tells of.
};

/// RenderedMail is a subject and the same message twice. UTF-8; lines end in LF.
struct RenderedMail {
  std::string subject{};
  std::string text{};
  std::string html{};
  Locale language{};  ///< Of the words, which may be another one than was asked for.
};

/// OutgoingMail is a finished message and its envelope.
struct OutgoingMail {
  EmailAddress from;
  EmailAddress to;
  std::string message_id{};  ///< Without angle brackets; the same in every try.
  std::string message{};     ///< RFC 5322 with CRLF lines. It may hold a link's token or a code: never log it.
};

}  // namespace ostiary::inline v0
