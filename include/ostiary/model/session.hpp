#pragma once

#include <ostiary/model/account.hpp>

namespace ostiary::inline v0 {

/// Session is one sign-in of one client application (R11). The token's secret is not in it, only its digest.
struct Session {
  SessionId id{};
  AccountId account{};
  ByteArray<32> digest{};    ///< SHA-256 of the token's secret.
  std::uint32_t epoch = 0;   ///< Dead unless equal to the account's sessions epoch. Hot: only RestampSession moves it.
  std::string client_id{};   ///< 1-64 bytes.
  std::string network{};     ///< Where it began, as ClientNetwork::text.
  std::string user_agent{};  ///< Up to 256 bytes of clean UTF-8.
  Instant created_at{};
  Instant authenticated_at{};  ///< When the password was last proved.
  Instant proved_at{};  ///< When everything that the account asks for was last proved. Hot: only ProveSession moves it,
                        ///< and only forward.
  Instant last_seen_at{};  ///< Hot: only TouchSession moves it, and only forward.
  Instant ends_at{};       ///< The absolute limit; the row may be deleted from here on.
};

/// encode writes every field but the hot ones, `epoch`, `proved_at` and `last_seen_at`: a store keeps those beside the body.
/// decode leaves them zero, and answers Errc::record_unreadable for anything that encode did not write.
OSTIARY_CORE_EXPORT Bytes encode(const Session& session);
OSTIARY_CORE_EXPORT Result<Session> decode_session(ByteView body);

/// SessionFacts is what one read gives the per-request path: the session and its account's standing now.
struct SessionFacts {
  Session session{};
  AccountStanding account;
  OrganizationStatus organization = OrganizationStatus::removed;
};

}  // namespace ostiary::inline v0
