#pragma once

#include <ostiary/model/account.hpp>

namespace ostiary::inline v0 {

inline constexpr std::size_t devices_count_max = 20;  // of one account

/// RememberedFactor lets a device go without the second factor, not without the password (R66).
struct RememberedFactor {
  Instant proved_at{};  ///< When the factor was given there.
  Instant until{};      ///< It is asked for again from here on.
};

/// Device is a browser or program from which an account was signed in to before. Unless its owner had the second factor
/// remembered there, it skips none: only the budgets and the notice of a sign-in differ (R70). Its proof is a sealed
/// cookie (rules/device_cookie.hpp).
struct Device {
  DeviceId id{};
  AccountId account{};
  std::uint32_t epoch = 0;   ///< Unknown again unless equal to the account's devices epoch.
  std::string network{};     ///< Where it was first seen, as ClientNetwork::text.
  std::string user_agent{};  ///< Up to 256 bytes of clean UTF-8.
  Instant created_at{};
  std::optional<RememberedFactor> remembered{};
  Instant last_seen_at{};  ///< Hot: only TouchDevice moves it, and only forward.
  Instant ends_at{};       ///< Hot likewise. Unknown from here on; the row may be deleted.
};

/// encode writes every field but the hot ones, `last_seen_at` and `ends_at`: a store keeps those beside the body.
/// decode leaves them zero, and answers Errc::record_unreadable for anything that encode did not write.
OSTIARY_CORE_EXPORT Bytes encode(const Device& device);
OSTIARY_CORE_EXPORT Result<Device> decode_device(ByteView body);

}  // namespace ostiary::inline v0
