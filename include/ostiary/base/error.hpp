#pragma once

#include <system_error>

#include <ostiary/core_export.hpp>

namespace ostiary::inline v0 {

/// ErrorKind says what to do about an error. Compare with it: `if (error == ErrorKind::transient)`. Hosts branch on the
/// kind and log the code.
enum class ErrorKind {
  caller = 1,     ///< The request is malformed or out of order: mend the request; trying again as it is cannot help.
  transient,      ///< A part is busy or unreachable: try again later; the message of each code says what was written.
  configuration,  ///< The host is set up wrongly: an operator has to act.
  peer,           ///< Somebody else's server answered what it must not: trying again rarely helps.
};

/// Errc names every error the library can return. The list only grows; a number is never used for something else.
/// An expected "no" (wrong password, expired link) is never an Errc but an alternative of the operation's outcome.
enum class Errc {
  // caller
  malformed_login_name = 1,
  malformed_domain,
  malformed_extension,
  malformed_email_address,
  malformed_network_address,
  malformed_id,
  malformed_locale,
  malformed_text,   ///< Not UTF-8, or it has control characters.
  malformed_token,  ///< Not a token of this library: wrong length, alphabet or authentication code.
  text_too_long,
  malformed_password_hash,  ///< Not a PHC string that this library can verify.
  hash_parameters_refused,  ///< The PHC string asks for more memory or time than the host allows.
  malformed_mail_header,    ///< A header value would break the message (control character, line too long).
  out_of_order,             ///< A step was called without the step that must come before it.
  organization_unknown,     ///< The organisation that the caller named does not exist.
  actor_revoked,            ///< The actor's session ended, or the role changed, since the proof was made.
  already_taken,            ///< Another record has this login name, domain or host reference.
  unsupported_hash,         ///< A password hash of a kind that cannot be verified: MD5, plain SHA, unknown.
  value_not_allowed,        ///< A field has a value of the right form that this operation does not take.
  // transient
  store_unavailable = 100,  ///< Nothing was written.
  commit_unknown,           ///< The answer was lost: the change may have been written.
  contention,               ///< The store gave way to another writer: nothing was written and nothing was judged.
  conflict,                 ///< Others kept changing the same record through every try: nothing was written.
  hasher_busy,              ///< Every hashing arena stayed taken for `wait_max`.
  entropy_unavailable,
  // configuration
  key_unknown = 200,  ///< A key id is not on the ring: it was never added to this process, or removed too early.
  invalid_configuration,
  unsupported_capability,
  crypto_failure,       ///< OpenSSL or libargon2 refused a call that must succeed.
  record_unreadable,    ///< A stored record does not decode: it is damaged, or written by a newer version.
  sealed_value_broken,  ///< A sealed value does not open: it was changed, or moved to another account.
  store_schema_newer,   ///< The store was migrated by a newer version of the library.
  store_failure,        ///< The store refused a statement that must succeed: see its own log.
  file_unwritable,
  // peer
  peer_unreachable = 300,
  peer_protocol,
};

OSTIARY_CORE_EXPORT const std::error_category& error_category() noexcept;
OSTIARY_CORE_EXPORT const std::error_category& error_kind_category() noexcept;

inline std::error_code make_error_code(Errc code) noexcept { return {static_cast<int>(code), error_category()}; }
inline std::error_condition make_error_condition(ErrorKind kind) noexcept {
  return {static_cast<int>(kind), error_kind_category()};
}

}  // namespace ostiary::inline v0

template <>
struct std::is_error_code_enum<ostiary::Errc> : std::true_type {};
template <>
struct std::is_error_condition_enum<ostiary::ErrorKind> : std::true_type {};
