#pragma once

#include <array>

#include <ostiary/model/account.hpp>

namespace ostiary::inline v0 {

/// SecurityEvent is a change after which something may have to end (R68).
enum class SecurityEvent : std::uint8_t {
  setup_completed = 1,
  signed_out,
  signed_out_elsewhere,
  signed_out_everywhere,
  suspended,
  password_changed,
  password_reset,
  temporary_password_set,
  designated_changed,
  address_removed,
  address_purposes_changed,
  address_change_revoked,
  role_changed,
  removed,
  factor_enabled,
  factor_disabled,
  factor_reset,
  recovery_codes_made,
};

enum class Effect : std::uint8_t { stays, ends };

/// Effects is one row of the effect table: what ends with an event.
struct Effects {
  SecurityEvent event = SecurityEvent::setup_completed;
  Effect this_session = Effect::stays;
  Effect other_sessions = Effect::stays;
  Effect remembered_devices = Effect::stays;
  Effect pending_links = Effect::stays;
};

/// effect_table has one row for each event; `Account::epochs` move by it and nothing else.
inline constexpr std::array effect_table{
    Effects{.event = SecurityEvent::setup_completed,
            .this_session = Effect::ends,
            .other_sessions = Effect::ends,
            .remembered_devices = Effect::ends,
            .pending_links = Effect::ends},
    Effects{.event = SecurityEvent::signed_out, .this_session = Effect::ends},
    Effects{.event = SecurityEvent::signed_out_elsewhere, .other_sessions = Effect::ends},
    Effects{
        .event = SecurityEvent::signed_out_everywhere, .this_session = Effect::ends, .other_sessions = Effect::ends},
    Effects{.event = SecurityEvent::suspended,
            .this_session = Effect::ends,
            .other_sessions = Effect::ends,
            .remembered_devices = Effect::ends,
            .pending_links = Effect::ends},
    Effects{.event = SecurityEvent::password_changed,
            .other_sessions = Effect::ends,
            .remembered_devices = Effect::ends,
            .pending_links = Effect::ends},
    Effects{.event = SecurityEvent::password_reset,
            .this_session = Effect::ends,
            .other_sessions = Effect::ends,
            .remembered_devices = Effect::ends,
            .pending_links = Effect::ends},
    Effects{.event = SecurityEvent::temporary_password_set,
            .this_session = Effect::ends,
            .other_sessions = Effect::ends,
            .remembered_devices = Effect::ends,
            .pending_links = Effect::ends},
    Effects{.event = SecurityEvent::designated_changed,
            .this_session = Effect::ends,
            .other_sessions = Effect::ends,
            .remembered_devices = Effect::ends,
            .pending_links = Effect::ends},
    Effects{.event = SecurityEvent::address_removed, .pending_links = Effect::ends},
    Effects{.event = SecurityEvent::address_purposes_changed, .pending_links = Effect::ends},
    Effects{.event = SecurityEvent::address_change_revoked,
            .this_session = Effect::ends,
            .other_sessions = Effect::ends,
            .remembered_devices = Effect::ends,
            .pending_links = Effect::ends},
    Effects{.event = SecurityEvent::role_changed, .this_session = Effect::ends, .other_sessions = Effect::ends},
    Effects{.event = SecurityEvent::removed,
            .this_session = Effect::ends,
            .other_sessions = Effect::ends,
            .remembered_devices = Effect::ends,
            .pending_links = Effect::ends},
    Effects{.event = SecurityEvent::factor_enabled, .other_sessions = Effect::ends, .remembered_devices = Effect::ends},
    Effects{
        .event = SecurityEvent::factor_disabled, .other_sessions = Effect::ends, .remembered_devices = Effect::ends},
    Effects{.event = SecurityEvent::factor_reset,
            .this_session = Effect::ends,
            .other_sessions = Effect::ends,
            .remembered_devices = Effect::ends,
            .pending_links = Effect::ends},
    Effects{.event = SecurityEvent::recovery_codes_made},
};

[[nodiscard]] OSTIARY_CORE_EXPORT const Effects& effects_of(SecurityEvent event) noexcept;

/// security_event_name is the stable text form, "password_reset" of SecurityEvent::password_reset.
[[nodiscard]] OSTIARY_CORE_EXPORT std::string_view security_event_name(SecurityEvent event) noexcept;

/// epochs_after bumps the epochs that `event` ends. Where other sessions end and this one stays, the caller re-stamps
/// this one in the same commit (RestampSession).
[[nodiscard]] OSTIARY_CORE_EXPORT Epochs epochs_after(SecurityEvent event, Epochs epochs) noexcept;

}  // namespace ostiary::inline v0
