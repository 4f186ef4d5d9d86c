#include <ostiary/rules/effect_table.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

char mark(Effect effect) { return effect == Effect::ends ? 'x' : '.'; }

std::string cell(Effect effect) { return effect == Effect::ends ? " ends |" : " |"; }

// The table as docs/effects.md shows it.
std::string markdown() {
  std::string out =
      "| Event | This session | Other sessions | Remembered devices | Pending links |\n|---|---|---|---|---|\n";
  for (const Effects& row : effect_table) {
    std::string name(security_event_name(row.event));
    std::ranges::replace(name, '_', ' ');
    out += "| " + name + " |" + cell(row.this_session) + cell(row.other_sessions) + cell(row.remembered_devices) +
           cell(row.pending_links) + "\n";
  }
  return out;
}

bool wants_update() {
  const char* value = std::getenv("OSTIARY_UPDATE_DOCS");  // NOLINT(concurrency-mt-unsafe): nothing here sets one
  return value != nullptr && std::string_view(value) == "1";
}

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
        "designated_changed xxxx\n"
        "address_removed ...x\n"
        "address_purposes_changed ...x\n"
        "address_change_revoked xxxx\n"
        "role_changed xx..\n"
        "removed xxxx\n"
        "factor_enabled .xx.\n"
        "factor_disabled .xx.\n"
        "factor_reset xxxx\n"
        "recovery_codes_made ....\n");
}

TEST_CASE("R68: docs/effects.md shows the effect table as it is") {
  const std::string path = OSTIARY_SOURCE_DIR "/docs/effects.md";
  std::stringstream file;
  file << std::ifstream(path, std::ios::binary).rdbuf();
  const auto document = file.str();
  const std::string begin = "<!-- effect table: printed by tests/rules/effect_table_test.cpp -->\n";
  const auto from = document.find(begin);
  const auto to = document.find("<!-- end -->");
  REQUIRE(from != std::string::npos);
  REQUIRE(to > from);
  const auto shown = document.substr(from + begin.size(), to - from - begin.size());
  if (wants_update()) {
    std::ofstream(path, std::ios::binary) << document.substr(0, from) << begin << markdown() << document.substr(to);
    return;
  }
  CHECK_MESSAGE(shown == markdown(), "docs/effects.md says how to take the change over");
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
