#include "rules/audit_json.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"
#include "temporary_folder.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

AuditRow full_row() {
  AuditRow row{.event = {.id = id_of<AuditId>(51),
                         .at = noon + 7ms,
                         .organization = acme_id,
                         .kind = AuditKind::welcome_mail_requested,
                         .actor_kind = AuditActorKind::staff,
                         .actor = owner_id,
                         .actor_name = "Robin",
                         .actor_reason = "ticket 42",
                         .subject = stranger_id,
                         .reason = "skipped_suspended",
                         .network = "192.0.2.1",
                         .client_id = "portal",
                         .count = 3},
               .mac = {.key_id = 7},
               .block = 4};
  row.mac.value.fill(std::byte{0xcd});
  return row;
}

std::vector<std::string> hostile_texts() {
  std::vector<std::string> texts{
      "\"",    "\\",           R"(\"},{"x":")",        "\\u0000", "é李\U0001F512",       "</script>", "\xff\xfe",
      "a\xc3", "\xed\xa0\x80", std::string("a\0b", 3), "\u2028",  std::string(300, '\\')};
  for (int byte = 0; byte < 256; ++byte) {
    texts.emplace_back(1, static_cast<char>(byte));
    texts.push_back("x" + std::string(1, static_cast<char>(byte)) + "y");
  }
  return texts;
}

}  // namespace

TEST_CASE("R69: an event is one line of JSON with every field that its MAC covers") {
  const auto line = audit_json_line(full_row());
  CHECK(line.ends_with("}\n"));
  CHECK(std::ranges::count(line, '\n') == 1);
  const auto json = nlohmann::json::parse(line);
  CHECK(json == nlohmann::json{{"type", "event"},
                               {"block", 4},
                               {"id", id_of<AuditId>(51).to_string()},
                               {"at", "2026-01-01T12:00:00.007Z"},
                               {"organization", acme_id.to_string()},
                               {"kind", "welcome_mail_requested"},
                               {"actor_kind", "staff"},
                               {"actor", owner_id.to_string()},
                               {"actor_name", "Robin"},
                               {"actor_reason", "ticket 42"},
                               {"subject", stranger_id.to_string()},
                               {"reason", "skipped_suspended"},
                               {"network", "192.0.2.1"},
                               {"client_id", "portal"},
                               {"count", 3},
                               {"mac_key", 7},
                               {"mac", hex_encode(full_row().mac.value)}});
  auto bare = full_row();
  bare.event.organization.reset();
  bare.event.actor.reset();
  bare.event.subject.reset();
  const auto json_bare = nlohmann::json::parse(audit_json_line(bare));
  for (const char* key : {"organization", "actor", "subject"}) {
    CHECK(json_bare[key].is_null());
  }
}

TEST_CASE("R69: a block is one line of JSON") {
  AuditBlockRow row{.block = {.number = 9, .events = 3, .closed_at = noon}, .mac = {.key_id = 2}};
  auto json = nlohmann::json::parse(audit_json_line(row));
  CHECK(json == nlohmann::json{{"type", "block"},
                               {"stream", nullptr},
                               {"number", 9},
                               {"previous", std::string(64, '0')},
                               {"events", 3},
                               {"digest", std::string(64, '0')},
                               {"closed_at", "2026-01-01T12:00:00.000Z"},
                               {"mac_key", 2},
                               {"mac", std::string(64, '0')}});
  row.block.stream = acme_id;
  json = nlohmann::json::parse(audit_json_line(row));
  CHECK(json["stream"] == acme_id.to_string());
}

TEST_CASE("S368: whatever a text holds, the line is one line of valid JSON, and a clean text comes back as it is") {
  for (const auto& text : hostile_texts()) {
    auto row = full_row();
    row.event.actor_name = row.event.actor_reason = row.event.reason = row.event.network = row.event.client_id = text;
    const auto line = audit_json_line(row);
    CHECK(std::ranges::count(line, '\n') == 1);
    const auto json = nlohmann::json::parse(line, nullptr, false);
    REQUIRE_FALSE(json.is_discarded());
    const auto back = json["reason"].get<std::string>();
    CHECK(json["actor_name"] == back);
    const bool is_changed = back.find('?') != std::string::npos && text.find('?') == std::string::npos;
    CHECK((back == text || is_changed));
    CHECK(json["count"] == 3);
  }
}

TEST_CASE("R69: a time that no clock gives is valid JSON too") {
  for (const auto at : {Instant(Duration::min()), Instant(Duration::max()), Instant(Duration(-62'167'219'200'001)),
                        Instant(Duration(253'402'300'800'000))}) {
    auto row = full_row();
    row.event.at = at;
    const auto json = nlohmann::json::parse(audit_json_line(row));
    CHECK(json["at"] == std::to_string(at.time_since_epoch().count()));
  }
  auto row = full_row();
  row.event.at = Instant(Duration(253'402'300'799'999));
  CHECK(nlohmann::json::parse(audit_json_line(row))["at"] == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("R69: Python's json reads every line, whatever its texts hold") {
  const TemporaryFolder folder;
  {
    std::ofstream out(folder.path() / "audit.jsonl", std::ios::binary);
    for (const auto& text : hostile_texts()) {
      auto row = full_row();
      row.event.actor_name = row.event.client_id = text;
      out << audit_json_line(row) << audit_json_line(AuditBlockRow{});
    }
  }
  const auto expected = std::to_string(2 * hostile_texts().size());
  const std::string command =
      "python3 -c \"import json,sys; lines=open(sys.argv[1],encoding='utf-8',newline='\\n').read().split('\\n'); "
      "assert lines.pop()==''; assert len(lines)==" +
      expected + "; [json.loads(line,parse_constant=lambda c: 1/0) for line in lines]\" '" +
      (folder.path() / "audit.jsonl").string() + "'";
  // NOLINTNEXTLINE(concurrency-mt-unsafe,cert-env33-c,bugprone-command-processor): a fixed program, in one thread
  const bool has_python = std::system("command -v python3 >/dev/null") == 0;
  const char* ci = std::getenv("CI");  // NOLINT(concurrency-mt-unsafe): nothing here sets one
  if (!has_python && (ci == nullptr || std::string_view(ci) != "true")) {
    MESSAGE("python3 is missing: nothing was read");
    return;
  }
  CHECK(std::system(command.c_str()) == 0);  // NOLINT(concurrency-mt-unsafe,cert-env33-c,bugprone-command-processor)
}
