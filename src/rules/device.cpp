#include <ostiary/rules/device.hpp>

#include "base/unicode.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t user_agent_length_max = 256;

}  // namespace

bool is_known_device(const std::optional<Device>& device, const std::optional<Account>& account, Instant now) noexcept {
  return device && account && device->account == account->id && device->epoch == account->epochs.devices &&
         now < device->ends_at;
}

Device make_device(const Account& account, const ClientContext& client, const DevicePolicy& policy, Fresh& fresh,
                   Instant now) {
  return {.id = fresh.id<DeviceId>(),
          .account = account.id,
          .epoch = account.epochs.devices,
          .network = client.network.text(),
          .user_agent = unicode::clean_cut(client.user_agent, user_agent_length_max),
          .created_at = now,
          .last_seen_at = now,
          .ends_at = now + policy.lifetime};
}

}  // namespace ostiary::inline v0
