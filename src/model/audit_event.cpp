#include <ostiary/model/audit_event.hpp>

#include "codec.hpp"

namespace ostiary::inline v0 {
namespace {
constexpr std::uint8_t format = 1;
}

std::string_view audit_kind_name(AuditKind kind) noexcept {
  switch (kind) {
    case AuditKind::organization_created:
      return "organization_created";
    case AuditKind::account_invited:
      return "account_invited";
    case AuditKind::welcome_mail_requested:
      return "welcome_mail_requested";
    case AuditKind::mail_handed_over:
      return "mail_handed_over";
    case AuditKind::mail_dropped:
      return "mail_dropped";
    case AuditKind::mail_failed:
      return "mail_failed";
    case AuditKind::setup_completed:
      return "setup_completed";
    case AuditKind::setup_refused:
      return "setup_refused";
    case AuditKind::signed_in:
      return "signed_in";
    case AuditKind::sign_in_refused:
      return "sign_in_refused";
    case AuditKind::throttled:
      return "throttled";
    case AuditKind::throttle_lifted:
      return "throttle_lifted";
    case AuditKind::signed_out:
      return "signed_out";
    case AuditKind::sessions_ended:
      return "sessions_ended";
    case AuditKind::pin_checked:
      return "pin_checked";
    case AuditKind::pin_refused:
      return "pin_refused";
    case AuditKind::operation_refused:
      return "operation_refused";
    case AuditKind::account_suspended:
      return "account_suspended";
    case AuditKind::account_restored:
      return "account_restored";
    case AuditKind::pin_resealed:
      return "pin_resealed";
    case AuditKind::account_imported:
      return "account_imported";
    case AuditKind::recovery_requested:
      return "recovery_requested";
    case AuditKind::recovery_mail_queued:
      return "recovery_mail_queued";
    case AuditKind::recovery_dropped:
      return "recovery_dropped";
    case AuditKind::password_reset:
      return "password_reset";
    case AuditKind::reset_refused:
      return "reset_refused";
    case AuditKind::password_changed:
      return "password_changed";
    case AuditKind::password_change_refused:
      return "password_change_refused";
    case AuditKind::pin_changed:
      return "pin_changed";
    case AuditKind::profile_changed:
      return "profile_changed";
    case AuditKind::address_added:
      return "address_added";
    case AuditKind::address_confirmed:
      return "address_confirmed";
    case AuditKind::address_refused:
      return "address_refused";
    case AuditKind::address_purposes_changed:
      return "address_purposes_changed";
    case AuditKind::address_removed:
      return "address_removed";
    case AuditKind::designated_changed:
      return "designated_changed";
    case AuditKind::address_change_revoked:
      return "address_change_revoked";
    case AuditKind::device_ended:
      return "device_ended";
    case AuditKind::account_edited:
      return "account_edited";
    case AuditKind::role_changed:
      return "role_changed";
    case AuditKind::account_removed:
      return "account_removed";
    case AuditKind::temporary_password_set:
      return "temporary_password_set";
    case AuditKind::mail_bounced:
      return "mail_bounced";
    case AuditKind::organization_suspended:
      return "organization_suspended";
    case AuditKind::organization_restored:
      return "organization_restored";
    case AuditKind::organization_removed:
      return "organization_removed";
    case AuditKind::bulk_planned:
      return "bulk_planned";
    case AuditKind::bulk_started:
      return "bulk_started";
    case AuditKind::bulk_paused:
      return "bulk_paused";
    case AuditKind::bulk_cancelled:
      return "bulk_cancelled";
    case AuditKind::bulk_completed:
      return "bulk_completed";
    case AuditKind::accounts_listed:
      return "accounts_listed";
    case AuditKind::account_viewed:
      return "account_viewed";
    case AuditKind::audit_viewed:
      return "audit_viewed";
    case AuditKind::audit_verified:
      return "audit_verified";
    case AuditKind::factor_required:
      return "factor_required";
    case AuditKind::factor_refused:
      return "factor_refused";
    case AuditKind::factor_enabled:
      return "factor_enabled";
    case AuditKind::factor_replaced:
      return "factor_replaced";
    case AuditKind::factor_disabled:
      return "factor_disabled";
    case AuditKind::factor_reset:
      return "factor_reset";
    case AuditKind::recovery_codes_made:
      return "recovery_codes_made";
    case AuditKind::recovery_code_used:
      return "recovery_code_used";
    case AuditKind::factor_code_queued:
      return "factor_code_queued";
    case AuditKind::session_proved:
      return "session_proved";
    case AuditKind::factor_resealed:
      return "factor_resealed";
    case AuditKind::factor_policy_changed:
      return "factor_policy_changed";
    case AuditKind::clients_changed:
      return "clients_changed";
    case AuditKind::needed_clients_changed:
      return "needed_clients_changed";
  }
  return "unknown";
}

Bytes encode(const AuditEvent& event) {
  codec::Writer out(format);
  out.id(event.id).instant(event.at);
  out.optional(event.organization, [&](const OrganizationId& id) { out.id(id); });
  out.number(event.kind).number(event.actor_kind);
  out.optional(event.actor, [&](const AccountId& id) { out.id(id); });
  out.text(event.actor_name).text(event.actor_reason);
  out.optional(event.subject, [&](const AccountId& id) { out.id(id); });
  out.text(event.reason).text(event.network).text(event.client_id).number(event.count);
  return std::move(out).finish();
}

Result<AuditEvent> decode_audit_event(ByteView body) {
  codec::Reader in(body, format);
  AuditEvent event;
  event.id = in.id<AuditId>();
  event.at = in.instant();
  event.organization = in.optional([&] { return in.id<OrganizationId>(); });
  event.kind = in.choice(AuditKind::organization_created, audit_kind_last);
  event.actor_kind = in.choice(AuditActorKind::anonymous, AuditActorKind::host);
  event.actor = in.optional([&] { return in.id<AccountId>(); });
  event.actor_name = in.text();
  event.actor_reason = in.text();
  event.subject = in.optional([&] { return in.id<AccountId>(); });
  event.reason = in.text();
  event.network = in.text();
  event.client_id = in.text();
  event.count = in.number<std::uint32_t>();
  OSTIARY_TRY(in.finish());
  return event;
}

}  // namespace ostiary::inline v0
