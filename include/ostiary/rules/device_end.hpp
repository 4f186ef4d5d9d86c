#pragma once

#include <ostiary/base/client_context.hpp>
#include <ostiary/model/fresh.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/session.hpp>

namespace ostiary::inline v0 {

enum class DeviceEnd : std::uint8_t {
  ended = 1,
  not_found,  ///< No such device of this account: also the answer for another's.
};

/// decide_end_device makes one of the owner's known devices an unknown one. `found` is what the store has under its id.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<DeviceEnd> decide_end_device(const SignedIn& owner,
                                                                        const std::optional<Device>& found,
                                                                        const ClientContext& client, Fresh& fresh,
                                                                        Instant now);

/// DevicesEnded says how many of the account's device rows are gone.
struct DevicesEnded {
  std::size_t count = 0;
};

/// decide_end_devices does so with all of them. `devices` are those that the store has of the owner's account.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<DevicesEnded> decide_end_devices(const SignedIn& owner,
                                                                            const std::vector<Device>& devices,
                                                                            const ClientContext& client, Fresh& fresh,
                                                                            Instant now);

}  // namespace ostiary::inline v0
