#pragma once

#include <ostiary/model/mail.hpp>

namespace ostiary::inline v0 {

enum class RecoveryKind : std::uint8_t {
  reset_password = 1,  ///< R31
  login_names,         ///< R34
};

/// recovery_kind_name is the stable text form, "login_names" of RecoveryKind::login_names.
OSTIARY_CORE_EXPORT std::string_view recovery_kind_name(RecoveryKind kind) noexcept;

/// RecoveryRequest is what somebody without a session asked for an address. Nothing was looked up for it: it has the
/// same shape whatever the address, and delivery expands or drops it (R31).
struct RecoveryRequest {
  RecoveryRequestId id{};
  RecoveryKind kind = RecoveryKind::reset_password;
  EmailAddress address;  ///< As typed; no mail goes to it, only to addresses as stored (S322).
  MailClient client{};
  Instant created_at{};
  Instant ends_at{};             ///< Not expanded by then: dropped.
  std::optional<Lease> lease{};  ///< Of the worker that expands it; written by claim_recovery_requests alone.
};

/// encode writes every field but the lease: a store keeps that beside the body.
OSTIARY_CORE_EXPORT Bytes encode(const RecoveryRequest& request);
OSTIARY_CORE_EXPORT Result<RecoveryRequest> decode_recovery_request(ByteView body);

}  // namespace ostiary::inline v0
