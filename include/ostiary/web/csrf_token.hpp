#pragma once

#include <string>
#include <string_view>

#include <ostiary/base/id.hpp>
#include <ostiary/base/random.hpp>
#include <ostiary/base/secret.hpp>
#include <ostiary/model/key_ring.hpp>

namespace ostiary::inline v0 {

// A CSRF token is put into each form and comes back with its POST. It is bound to the session, or, on the pages before
// a sign-in, to a secret in a cookie of that browser (so that nobody is signed in to an attacker's account unawares).
// base64url(key id, 16 random bytes, HMAC-SHA-256(csrf key, binding's kind | random | binding)): each page's token is
// another one, so compression gives nothing of it away, and nothing has to be stored. No token of one session, browser
// or kind is good for another. After the sign-in a form needs a token of the new session.

/// pre_login_secret_size_min bounds a pre-login secret from below: who forgets to read the cookie is told.
inline constexpr std::size_t pre_login_secret_size_min = 32;

/// make_pre_login_secret gives 43 characters for a cookie of its own, made at the first page and kept until sign-in.
/// Errors: entropy_unavailable.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<SecretString> make_pre_login_secret(RandomSource& random);

/// make_csrf_token makes a token for a form. `pre_login_secret` is `pre_login_secret_size_min` bytes or more, otherwise
/// Errc::malformed_token. Errors: entropy_unavailable, crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::string> make_csrf_token(const KeyRing& keys, const SessionId& session,
                                                                      RandomSource& random);
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::string> make_csrf_token(const KeyRing& keys,
                                                                      const SecretString& pre_login_secret,
                                                                      RandomSource& random);

/// verify_csrf_token succeeds only for a token that make_csrf_token made for the same session or secret under a key
/// that is on the ring. The comparison takes a constant time. Errors: malformed_token for any other token: refuse the
/// request. key_unknown (R73), crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<void> verify_csrf_token(const KeyRing& keys, const SessionId& session,
                                                                 std::string_view token);
[[nodiscard]] OSTIARY_CORE_EXPORT Result<void> verify_csrf_token(const KeyRing& keys,
                                                                 const SecretString& pre_login_secret,
                                                                 std::string_view token);

}  // namespace ostiary::inline v0
