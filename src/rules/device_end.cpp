#include <ostiary/rules/device_end.hpp>

#include "owner.hpp"

namespace ostiary::inline v0 {

Decision<DeviceEnd> decide_end_device(const SignedIn& owner, const std::optional<Device>& found,
                                      const ClientContext& client, Fresh& fresh, Instant now) {
  if (!found || found->account != owner.account().id) {
    return {.outcome = DeviceEnd::not_found, .changes = {}};
  }
  return {.outcome = DeviceEnd::ended,
          .changes = {guard_of(owner, now), EndDevice{.id = found->id, .account = found->account},
                      AppendAudit{event_of(AuditKind::device_ended, owner, client, fresh, now), {}}}};
}

Decision<DevicesEnded> decide_end_devices(const SignedIn& owner, const std::vector<Device>& devices,
                                          const ClientContext& client, Fresh& fresh, Instant now) {
  if (devices.empty()) {
    return {.outcome = {}, .changes = {}};
  }
  Decision<DevicesEnded> decision{.outcome = {.count = devices.size()}, .changes = {guard_of(owner, now)}};
  for (const Device& device : devices) {
    decision.changes.emplace_back(EndDevice{.id = device.id, .account = owner.account().id});
  }
  auto event = event_of(AuditKind::device_ended, owner, client, fresh, now);
  event.reason = "all";
  event.count = static_cast<std::uint32_t>(devices.size());
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

}  // namespace ostiary::inline v0
