#pragma once

#include <optional>
#include <string>
#include <vector>

#include <ostiary/model/mail.hpp>
#include <ostiary/model/recovery_request.hpp>

// The alternatives of Change (change_set.hpp) about mails and what asks for them.
namespace ostiary::inline v0 {

/// Guard: the mail is absent; its state is queued and it has no lease; the account of each of its parts is present and
/// not removed (R75). Effect: it is stored.
struct PutMailIntent {
  MailIntent mail;
};

/// LinkHandOver is the part of a BeginHandOver that makes a link live.
struct LinkHandOver {
  LinkId id{};
  Generation generation = 0;
  std::optional<std::uint32_t> epoch{};
  Instant expires_at{};
  Instant ends_at{};
  EmailAddress sent_to;  ///< The mail's `to`.
};

/// PartHandOver is one account that the mail, as it leaves, speaks of.
struct PartHandOver {
  AccountId account{};
  std::optional<LinkHandOver> link{};
};

/// Guard: the mail is leased by `lease`, in state queued or sending; of each part: the account is present, not suspended
/// or removed; where there is a `link`: it is present, its `issued` is `generation`, it is not used in `generation`, and
/// the account's links epoch is `epoch`, if that is set. Effect: the mail is sending, one attempt more, leased until
/// `until`; each link's live, epoch, expires_at, ends_at and sent_to are those of `link`.
struct BeginHandOver {
  MailId mail{};
  LeaseToken lease{};
  Instant until{};
  std::vector<PartHandOver> parts{};
};

/// Guard: none; the link is present, its `live` is `generation` and its `used` is not, or there is no effect. Effect: its
/// live, epoch, expires_at and sent_to are those that a BeginHandOver took the place of (R24).
struct RestoreLink {
  LinkId id{};
  Generation generation = 0;
  Generation live = 0;
  std::optional<std::uint32_t> epoch{};
  Instant expires_at{};
  std::optional<EmailAddress> sent_to{};
};

/// Guard: the mail is leased by `lease`. Effect: it has `state`, `reason` and `due_at`, and no lease.
struct MarkMail {
  MailId mail{};
  LeaseToken lease{};
  MailState state = MailState::failed;
  std::string reason{};
  Instant due_at{};
};

/// Guard: the mail is present, without a lease, and sent or sending. Effect: it is bounced, with `reason`.
struct BounceMail {
  MailId mail{};
  std::string reason{};
};

/// Guard: the request is absent; it has no lease. Effect: it is stored.
struct PutRecoveryRequest {
  RecoveryRequest request;
};

/// Guard: the request is leased by `lease`. Effect: it is gone.
struct SettleRecoveryRequest {
  RecoveryRequestId id{};
  LeaseToken lease{};
};

}  // namespace ostiary::inline v0
