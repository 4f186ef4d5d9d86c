#pragma once

#include <string_view>

#include <ostiary/base/client_context.hpp>
#include <ostiary/model/change_set.hpp>
#include <ostiary/model/fresh.hpp>
#include <ostiary/model/key_ring.hpp>

namespace ostiary::inline v0 {

enum class CeremonyKind : std::uint8_t {
  choose_password = 1,  ///< A temporary password was right; a password of one's own comes next (R36).
  second_factor,        ///< The password was right; the second factor comes next (R61).
  enrolment,            ///< A secret was shown; a code made from it comes next (R60).
};

/// Ceremony is a step that was taken and one that must follow, kept by the browser in between: an anonymous visitor
/// writes nothing. It speaks of the moment it was begun; whoever goes on with it loads the account anew.
struct Ceremony {
  CeremonyKind kind = CeremonyKind::choose_password;
  ByteArray<32> key{};  ///< Of its ConsumeOnce.
  AccountId account{};
  CredentialId credential{};  ///< The password that was proved: another one by now, and the ceremony is over.
  std::uint32_t epoch = 0;    ///< The account's sessions epoch: what ends its sessions ends the ceremony.
  ByteArray<16> bound_to{};   ///< Who began it: bind_to_client, bind_to_session.
  Instant ends_at{};          ///< It goes on while now < ends_at.
  SecretBytes secret{};       ///< Of CeremonyKind::enrolment: the authenticator's.
};

inline constexpr Duration ceremony_lifetime = std::chrono::minutes(10);
inline constexpr std::size_t ceremony_ticket_length = 179;      // characters, of one without a secret
inline constexpr std::size_t ceremony_ticket_length_max = 264;  // of one with a secret of 64 bytes

/// bind_to_client ties a ceremony to the client application and the program that began it: elsewhere its ticket is worth
/// nothing. The network is not part of it, since a phone changes it at any time. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<ByteArray<16>> bind_to_client(const ClientContext& client);
/// bind_to_session ties it to the session in which it was begun.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<ByteArray<16>> bind_to_session(const SessionId& session);

/// begin_ceremony makes a ceremony of an account with the password that it has now.
[[nodiscard]] OSTIARY_CORE_EXPORT Ceremony begin_ceremony(CeremonyKind kind, const Account& account,
                                                          const ByteArray<16>& bound_to, Instant ends_at, Fresh& fresh);

/// seal_ceremony gives the ticket that its bearer goes on with: base64url of the ceremony, sealed under the current key
/// (AES-256-GCM) and bound to its kind. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<SecretString> seal_ceremony(const KeyRing& keys, const Ceremony& ceremony,
                                                                     Fresh& fresh);

/// open_ceremony reads a ticket before any store call is made. It does not ask for the time.
/// Errors: malformed_token — not a ticket of this kind and ring; key_unknown — its key is not on the ring.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Ceremony> open_ceremony(const KeyRing& keys, CeremonyKind kind,
                                                                 std::string_view ticket);

/// ceremony_refusal says why a genuine ticket works no more, as a code for the audit; empty where it works: "expired",
/// "account_inactive", "organization_inactive", "password_replaced" (also by the ticket itself), "sessions_ended",
/// "other_client". Whether it was consumed is asked by the commit.
[[nodiscard]] OSTIARY_CORE_EXPORT std::string_view ceremony_refusal(const Ceremony& ceremony,
                                                                    const std::optional<Account>& account,
                                                                    const std::optional<Organization>& organization,
                                                                    const ByteArray<16>& bound_to,
                                                                    Instant now) noexcept;

/// consume_ceremony makes it work once. The key is kept an hour past the end, however far two clocks are apart.
[[nodiscard]] OSTIARY_CORE_EXPORT ConsumeOnce consume_ceremony(const Ceremony& ceremony) noexcept;

/// TicketRefused: the ceremony is over, or went on already. Start again at the sign-in.
struct TicketRefused {};

}  // namespace ostiary::inline v0
