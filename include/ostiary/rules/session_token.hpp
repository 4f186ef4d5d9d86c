#pragma once

#include <ostiary/base/secret.hpp>
#include <ostiary/model/session.hpp>

namespace ostiary::inline v0 {

inline constexpr std::size_t session_token_length = 64;

/// SessionTicket is what a well-formed token says: which session, and the digest that its secret must have.
struct SessionTicket {
  SessionId id{};
  ByteArray<32> digest{};
};

/// make_session_token writes the bearer token of a session: base64url of the id (16 bytes) and 32 secret bytes,
/// 64 characters. Only its holder has it; the store keeps `session_digest` of the secret (S342).
[[nodiscard]] OSTIARY_CORE_EXPORT SecretString make_session_token(const SessionId& id, const SecretBytes& secret);

/// session_digest is SHA-256 of the secret: 32 random bytes need no salt and no slow hash. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<ByteArray<32>> session_digest(const SecretBytes& secret);

/// parse_session_token reads a token; anything but 64 base64url characters is Errc::malformed_token.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<SessionTicket> parse_session_token(std::string_view token);

}  // namespace ostiary::inline v0
