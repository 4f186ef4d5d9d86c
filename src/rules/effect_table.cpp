#include <ostiary/rules/effect_table.hpp>

#include <algorithm>

#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {

const Effects& effects_of(SecurityEvent event) noexcept {
  const auto* const row = std::ranges::find(effect_table, event, &Effects::event);
  OSTIARY_ASSERT(row != effect_table.end());
  return *row;
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
