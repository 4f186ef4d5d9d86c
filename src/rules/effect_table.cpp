#include <ostiary/rules/effect_table.hpp>

#include <algorithm>

#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {

const Effects& effects_of(SecurityEvent event) noexcept {
  const auto* const row = std::ranges::find(effect_table, event, &Effects::event);
  OSTIARY_ASSERT(row != effect_table.end());
  return *row;
}

std::string_view security_event_name(SecurityEvent event) noexcept {
  switch (event) {
    case SecurityEvent::setup_completed:
      return "setup_completed";
    case SecurityEvent::signed_out:
      return "signed_out";
    case SecurityEvent::signed_out_elsewhere:
      return "signed_out_elsewhere";
    case SecurityEvent::signed_out_everywhere:
      return "signed_out_everywhere";
    case SecurityEvent::suspended:
      return "suspended";
    case SecurityEvent::password_changed:
      return "password_changed";
    case SecurityEvent::password_reset:
      return "password_reset";
    case SecurityEvent::temporary_password_set:
      return "temporary_password_set";
    case SecurityEvent::designated_changed:
      return "designated_changed";
    case SecurityEvent::address_removed:
      return "address_removed";
    case SecurityEvent::address_purposes_changed:
      return "address_purposes_changed";
    case SecurityEvent::address_change_revoked:
      return "address_change_revoked";
    case SecurityEvent::role_changed:
      return "role_changed";
    case SecurityEvent::removed:
      return "removed";
    case SecurityEvent::factor_enabled:
      return "factor_enabled";
    case SecurityEvent::factor_disabled:
      return "factor_disabled";
    case SecurityEvent::factor_reset:
      return "factor_reset";
    case SecurityEvent::recovery_codes_made:
      return "recovery_codes_made";
  }
  return "unknown";
}

Epochs epochs_after(SecurityEvent event, Epochs epochs) noexcept {
  const Effects& effects = effects_of(event);
  if (effects.other_sessions == Effect::ends) {
    ++epochs.sessions;
  }
  if (effects.remembered_devices == Effect::ends) {
    ++epochs.devices;
  }
  if (effects.pending_links == Effect::ends) {
    ++epochs.links;
  }
  return epochs;
}

}  // namespace ostiary::inline v0
