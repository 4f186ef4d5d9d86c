#pragma once

#include <string_view>

#include <ostiary/model/change_set.hpp>
#include <ostiary/model/fresh.hpp>
#include <ostiary/model/key_ring.hpp>

namespace ostiary::inline v0 {

enum class CeremonyKind : std::uint8_t {
  choose_password = 1,  ///< A temporary password was right; a password of one's own comes next (R36).
};

/// Ceremony is a step that was taken and one that must follow, kept by the browser in between: an anonymous visitor
/// writes nothing. It speaks of the moment it was begun; whoever goes on with it loads the account anew.
struct Ceremony {
  CeremonyKind kind = CeremonyKind::choose_password;
  ByteArray<32> key{};  ///< Of its ConsumeOnce.
  AccountId account{};
  CredentialId credential{};  ///< The password that was proved: another one by now, and the ceremony is over.
  Instant ends_at{};          ///< It goes on while now < ends_at.
};

inline constexpr Duration ceremony_lifetime = std::chrono::minutes(10);
inline constexpr std::size_t ceremony_ticket_length = 147;  // characters

/// begin_ceremony makes a ceremony for the password that an account has now.
[[nodiscard]] OSTIARY_CORE_EXPORT Ceremony begin_ceremony(CeremonyKind kind, const AccountId& account,
                                                          const CredentialId& credential, Instant ends_at,
                                                          Fresh& fresh);

/// seal_ceremony gives the ticket that its bearer goes on with: base64url of the ceremony, sealed under the current key
/// (AES-256-GCM) and bound to its kind. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<SecretString> seal_ceremony(const KeyRing& keys, const Ceremony& ceremony,
                                                                     Fresh& fresh);

/// open_ceremony reads a ticket before any store call is made. It does not ask for the time.
/// Errors: malformed_token — not a ticket of this kind and ring; key_unknown — its key is not on the ring.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Ceremony> open_ceremony(const KeyRing& keys, CeremonyKind kind,
                                                                 std::string_view ticket);

/// consume_ceremony makes it work once. The key is kept an hour past the end, however far two clocks are apart.
[[nodiscard]] OSTIARY_CORE_EXPORT ConsumeOnce consume_ceremony(const Ceremony& ceremony) noexcept;

}  // namespace ostiary::inline v0
