#pragma once

#include <ostiary/model/key_ring.hpp>
#include <ostiary/model/link.hpp>

namespace ostiary::inline v0 {

/// LinkTicket is what a genuine token says: which row, which generation. It does not say that the link still works.
struct LinkTicket {
  LinkId id{};
  Generation generation = 0;
};

/// to_text names the link among all: `<id>.<generation>`.
[[nodiscard]] OSTIARY_CORE_EXPORT std::string to_text(const LinkTicket& ticket);

inline constexpr std::size_t link_token_length = 75;

/// make_link_token derives the token of a link: base64url of id (16 bytes), generation (4), key id (4) and
/// HMAC-SHA-256 over purpose, id and generation under the current key: 75 characters. The same input under the same key
/// gives the same token, so a retried mail repeats the link. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<SecretString> make_link_token(const KeyRing& keys, LinkPurpose purpose,
                                                                       const LinkId& id, Generation generation);

/// verify_link_token checks a token before any store call is made.
///
/// Errors:  malformed_token — not a token of this purpose and ring; key_unknown — its key is not on the ring.
/// Timing:  the authentication code is compared in constant time.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<LinkTicket> verify_link_token(const KeyRing& keys, LinkPurpose purpose,
                                                                       std::string_view token);

}  // namespace ostiary::inline v0
