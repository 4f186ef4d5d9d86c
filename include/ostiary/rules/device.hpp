#pragma once

#include <ostiary/base/client_context.hpp>
#include <ostiary/model/device.hpp>
#include <ostiary/model/fresh.hpp>

namespace ostiary::inline v0 {

enum class NewDeviceNotice : std::uint8_t {
  mail,
  none,  ///< For a host that passes no device cookie on: each of its sign-ins is from an unknown device.
};

/// DevicePolicy says how long a device stays known, since it was last seen, and what an unknown one brings about.
struct DevicePolicy {
  Duration lifetime = std::chrono::days(180);
  NewDeviceNotice notice = NewDeviceNotice::mail;
};

/// is_known_device says whether the device that a cookie names stands for this account now: both are there, the device
/// is the account's, of its devices epoch, and has not ended. The account's status is not asked: whoever decides
/// something asks for that.
[[nodiscard]] OSTIARY_CORE_EXPORT bool is_known_device(const std::optional<Device>& device,
                                                       const std::optional<Account>& account, Instant now) noexcept;

/// make_device makes the account's device that is seen now for the first time.
[[nodiscard]] OSTIARY_CORE_EXPORT Device make_device(const Account& account, const ClientContext& client,
                                                     const DevicePolicy& policy, Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
