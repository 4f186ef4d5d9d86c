#pragma once

#include <optional>

#include <ostiary/base/login_name.hpp>
#include <ostiary/model/fresh.hpp>
#include <ostiary/model/key_ring.hpp>

namespace ostiary::inline v0 {

/// DeviceEntry is one line of a device cookie: which device the browser is to the account of one login name.
struct DeviceEntry {
  ByteArray<16> login{};  ///< Digest of the canonical login name.
  DeviceId device{};
  Instant ends_at{};
};

inline constexpr std::size_t device_entries_count_max = 8;    // of one browser
inline constexpr std::size_t device_cookie_length_max = 479;  // characters, whatever is in it (S356)

/// open_device_cookie gives the entries that have not ended, newest first. It makes no store call; whether a device
/// still counts is asked of its row (is_known_device). A text that is empty, broken, somebody else's, or sealed under a
/// key that is not on the ring has none: its bearer is an unknown device, and told nothing.
[[nodiscard]] OSTIARY_CORE_EXPORT std::vector<DeviceEntry> open_device_cookie(const KeyRing& keys,
                                                                              std::string_view cookie, Instant now);

/// find_device_entry gives the entry for the login name. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::optional<DeviceEntry>> find_device_entry(
    const std::vector<DeviceEntry>& entries, const LoginName& login);

/// renew_device_cookie puts the device of `login` in front of `entries`, in place of an older one for that name, drops
/// what is more than device_entries_count_max, and seals it under the current key (AES-256-GCM). The value is base64url:
/// for a cookie that only this browser gets (SessionCookie under another name) and no log. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<SecretString> renew_device_cookie(const KeyRing& keys,
                                                                           std::vector<DeviceEntry> entries,
                                                                           const LoginName& login,
                                                                           const DeviceId& device, Instant ends_at,
                                                                           Fresh& fresh);

}  // namespace ostiary::inline v0
