#pragma once

#include <optional>
#include <string>

#include <ostiary/base/id.hpp>

namespace ostiary::inline v0 {

/// AuditKind says what was decided. The list only grows.
enum class AuditKind : std::uint16_t {
  organization_created = 1,
  account_invited,
  welcome_mail_requested,
  mail_handed_over,
  mail_dropped,
  mail_failed,
  setup_completed,
  setup_refused,
  signed_in,
  sign_in_refused,
  throttled,        ///< The first refusal of a budget's window.
  throttle_lifted,  ///< The first admission after it; `count` says how many tries were refused in between.
  signed_out,
  sessions_ended,
  pin_checked,
  pin_refused,
  operation_refused,
  account_suspended,
  account_restored,
  pin_resealed,  ///< Under the current key now; the PIN is the same.
  account_imported,
  recovery_requested,    ///< Nothing is known of its subject yet: in the system's stream.
  recovery_mail_queued,  ///< The request was expanded: of each account that its mail speaks of.
  recovery_dropped,      ///< The request named nobody who may be sent a mail.
  password_reset,
  reset_refused,  ///< The link was not good, or the new password not.
  password_changed,
  password_change_refused,
  pin_changed,
  profile_changed,
  address_added,
  address_confirmed,
  address_refused,  ///< A link that confirms or revokes was not good.
  address_purposes_changed,
  address_removed,
  designated_changed,
  address_change_revoked,
  device_ended,
  account_edited,
  role_changed,
  account_removed,
  temporary_password_set,
  mail_bounced,
  organization_suspended,
  organization_restored,
  organization_removed,
  bulk_planned,
  bulk_started,
  bulk_paused,
  bulk_cancelled,
  bulk_completed,
  accounts_listed,  ///< By somebody outside the organisation: staff or host.
  account_viewed,   ///< Likewise.
  audit_viewed,     ///< Listed or exported by somebody of the staff.
  audit_verified,   ///< By somebody of the staff; `count` is the number of findings, `reason` whether there were any.
  factor_required,  ///< The password was right, and the second factor is asked for.
  factor_refused,
  factor_enabled,
  factor_replaced,
  factor_disabled,
  factor_reset,  ///< By a manager, the staff or the host (R66).
  recovery_codes_made,
  recovery_code_used,
  factor_code_queued,     ///< A code by e-mail was asked for (R62).
  session_proved,         ///< Step-up: what an operation demands was proved again.
  factor_resealed,        ///< Under the current key now; the secret is the same.
  factor_policy_changed,  ///< Of the organisation: who has to have a second factor.
  clients_changed,        ///< Of the organisation: its client applications.
  needed_clients_changed,
};

inline constexpr auto audit_kind_last = AuditKind::needed_clients_changed;

/// audit_kind_name is the stable text form, "signed_in" of AuditKind::signed_in.
OSTIARY_CORE_EXPORT std::string_view audit_kind_name(AuditKind kind) noexcept;

enum class AuditActorKind : std::uint8_t { anonymous = 1, account, staff, host };

/// AuditEvent is one decision about one subject: who, what, on whom, from where, why, when (R69). No secret in it, and
/// nothing that a person typed and nobody checked. Texts are clean UTF-8 without control characters.
struct AuditEvent {
  AuditId id{};
  Instant at{};
  std::optional<OrganizationId> organization{};  ///< The stream; empty is the system's own.
  AuditKind kind = AuditKind::operation_refused;
  AuditActorKind actor_kind = AuditActorKind::anonymous;
  std::optional<AccountId> actor{};  ///< Of AuditActorKind::account.
  std::string actor_name{};          ///< Of staff and host; up to 100 bytes.
  std::string actor_reason{};        ///< Of staff; up to 200 bytes.
  std::optional<AccountId> subject{};
  std::string reason{};   ///< A code such as "wrong_password"; up to 64 bytes.
  std::string network{};  ///< ClientNetwork::text, where there was a client.
  std::string client_id{};
  std::uint32_t count = 1;
};

/// AuditMac authenticates one event under the key ring. Stores keep it beside the event.
struct AuditMac {
  std::uint32_t key_id = 0;
  ByteArray<32> value{};
};

/// encode is the event's canonical form: what stores keep and the MAC covers.
OSTIARY_CORE_EXPORT Bytes encode(const AuditEvent& event);
OSTIARY_CORE_EXPORT Result<AuditEvent> decode_audit_event(ByteView body);

}  // namespace ostiary::inline v0
