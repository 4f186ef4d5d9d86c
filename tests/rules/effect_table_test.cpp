#include <ostiary/rules/effect_table.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

char mark(Effect effect) { return effect == Effect::ends ? 'x' : '.'; }

}  // namespace

TEST_CASE("R68: the effect table, printed: this session, other sessions, devices, links") {
  std::string text;
  for (const Effects& row : effect_table) {
    text += fmt::format("{} {}{}{}{}\n", security_event_name(row.event), mark(row.this_session),
                        mark(row.other_sessions), mark(row.remembered_devices), mark(row.pending_links));
  }
  CHECK(text ==
        "setup_completed xxxx\n"
        "signed_out x...\n"
        "signed_out_elsewhere .x..\n"
        "signed_out_everywhere xx..\n"
        "suspended xxxx\n"
        "password_changed .xxx\n"
        "password_reset xxxx\n"
        "temporary_password_set xxxx\n"
        "designated_changed xx.x\n"
        "address_removed ...x\n"
        "address_purposes_changed ...x\n"
        "address_change_revoked xxxx\n"
        "role_changed xx..\n"
        "removed xxxx\n");
}

TEST_CASE("R68: each event has one row") {
  for (std::size_t number = 1; number <= effect_table.size(); ++number) {
    const auto event = static_cast<SecurityEvent>(number);
    CHECK(security_event_name(event) != "unknown");
    CHECK(std::ranges::count(effect_table, event, &Effects::event) == 1);
    CHECK(effects_of(event).event == event);
  }
}

TEST_CASE("R68: an event moves the epochs of what it ends by one, and no other") {
  constexpr Epochs before{.sessions = 5, .links = 6, .devices = 7};
  CHECK(epochs_after(SecurityEvent::setup_completed, before) == Epochs{.sessions = 6, .links = 7, .devices = 8});
  CHECK(epochs_after(SecurityEvent::signed_out, before) == before);
  CHECK(epochs_after(SecurityEvent::signed_out_elsewhere, before) == Epochs{.sessions = 6, .links = 6, .devices = 7});
  CHECK(epochs_after(SecurityEvent::signed_out_everywhere, before) == Epochs{.sessions = 6, .links = 6, .devices = 7});
}
