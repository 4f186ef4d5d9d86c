#include "audit_json.hpp"

#include <fmt/format.h>

#include "base/unicode.hpp"

// The core has no JSON library, and writing needs none: keys and numbers are ours, and of a text only what must be
// escaped is (RFC 8259 §7). Tests read the lines by a JSON library and by Python's.
namespace ostiary::inline v0 {
namespace {

// A text in quotes. Stored texts are clean UTF-8; whatever else a changed record holds becomes '?', control characters
// too, so that '"' and '\' are all that is left to escape.
std::string quoted(std::string_view text) {
  const auto clean = unicode::is_clean(text) ? std::string(text) : unicode::clean_cut(text, text.size());
  std::string out = "\"";
  for (const char c : clean) {
    out += c == '"' || c == '\\' ? "\\" : "";
    out += c;
  }
  return out + "\"";
}

template <class Tag>
std::string quoted(const std::optional<Id<Tag>>& id) {
  return id ? quoted(id->to_string()) : "null";
}

// RFC 3339, to the millisecond; a time that no clock gives, of a changed record, as its milliseconds.
std::string quoted(Instant at) {
  using namespace std::chrono_literals;
  if (at < std::chrono::sys_days(0y / 1 / 1) || at >= std::chrono::sys_days(10000y / 1 / 1)) {
    return fmt::format("\"{}\"", at.time_since_epoch().count());
  }
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  return fmt::format("\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z\"", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::string_view actor_kind_name(AuditActorKind kind) {
  switch (kind) {
    case AuditActorKind::anonymous:
      return "anonymous";
    case AuditActorKind::account:
      return "account";
    case AuditActorKind::staff:
      return "staff";
    case AuditActorKind::host:
      return "host";
  }
  return "unknown";
}

std::string mac_of(const AuditMac& mac) {
  return fmt::format(R"("mac_key":{},"mac":"{}")", mac.key_id, hex_encode(mac.value));
}

}  // namespace

std::string audit_json_line(const AuditRow& row) {
  const AuditEvent& event = row.event;
  return fmt::format(
      R"({{"type":"event","block":{},"id":"{}","at":{},"organization":{},"kind":"{}","actor_kind":"{}","actor":{},)"
      R"("actor_name":{},"actor_reason":{},"subject":{},"reason":{},"network":{},"client_id":{},"count":{},{}}})"
      "\n",
      row.block, event.id.to_string(), quoted(event.at), quoted(event.organization), audit_kind_name(event.kind),
      actor_kind_name(event.actor_kind), quoted(event.actor), quoted(event.actor_name), quoted(event.actor_reason),
      quoted(event.subject), quoted(event.reason), quoted(event.network), quoted(event.client_id), event.count,
      mac_of(row.mac));
}

std::string audit_json_line(const AuditBlockRow& row) {
  const AuditBlock& block = row.block;
  return fmt::format(
      R"({{"type":"block","stream":{},"number":{},"previous":"{}","events":{},"digest":"{}","closed_at":{},{}}})"
      "\n",
      quoted(block.stream), block.number, hex_encode(block.previous), block.events, hex_encode(block.digest),
      quoted(block.closed_at), mac_of(row.mac));
}

}  // namespace ostiary::inline v0
