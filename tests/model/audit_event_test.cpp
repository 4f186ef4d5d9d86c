#include <ostiary/model/audit_event.hpp>

#include <set>

#include <doctest/doctest.h>

#include "codec_sweep.hpp"

using namespace ostiary;

namespace {

AuditEvent full_event() {
  const Instant at(std::chrono::seconds(1));
  return {.id = AuditId::make(at, ByteArray<10>{std::byte{1}}),
          .at = at,
          .organization = OrganizationId::make(at, ByteArray<10>{std::byte{2}}),
          .kind = AuditKind::throttled,
          .actor_kind = AuditActorKind::staff,
          .actor = AccountId::make(at, ByteArray<10>{std::byte{3}}),
          .actor_name = "ida",
          .actor_reason = "ticket 7",
          .subject = AccountId::make(at, ByteArray<10>{std::byte{4}}),
          .reason = "wrong_password",
          .network = "192.0.2.1",
          .client_id = "portal",
          .count = 12};
}

Result<Bytes> reencode(ByteView body) {
  OSTIARY_TRY(const auto event, decode_audit_event(body));
  return encode(event);
}

}  // namespace

TEST_CASE("R69: an event comes back as it was written") {
  const auto event = full_event();
  const auto back = decode_audit_event(encode(event)).value();
  CHECK(back.id == event.id);
  CHECK(back.at == event.at);
  CHECK(back.organization == event.organization);
  CHECK(back.kind == AuditKind::throttled);
  CHECK(back.actor_kind == AuditActorKind::staff);
  CHECK(back.actor == event.actor);
  CHECK(back.actor_name == "ida");
  CHECK(back.actor_reason == "ticket 7");
  CHECK(back.subject == event.subject);
  CHECK(back.reason == "wrong_password");
  CHECK(back.network == "192.0.2.1");
  CHECK(back.client_id == "portal");
  CHECK(back.count == 12);
  const auto bare = decode_audit_event(encode(AuditEvent{})).value();
  CHECK_FALSE(bare.organization.has_value());
  CHECK_FALSE(bare.actor.has_value());
  CHECK_FALSE(bare.subject.has_value());
}

TEST_CASE("R69: a damaged event is unreadable, never another event") {
  testing_internal::sweep_record(encode(full_event()), reencode);
}

TEST_CASE("R69: no two events have one canonical form") {
  auto one = full_event();
  auto other = full_event();
  one.actor_name = "ab";
  one.actor_reason = "c";
  other.actor_name = "a";
  other.actor_reason = "bc";
  CHECK(encode(one) != encode(other));
}

TEST_CASE("every kind of event has a name of its own") {
  std::set<std::string_view> names{"unknown"};
  int kind = 1;
  for (; kind <= static_cast<int>(AuditKind::account_imported); ++kind) {
    CHECK(names.insert(audit_kind_name(static_cast<AuditKind>(kind))).second);
  }
  CHECK(audit_kind_name(static_cast<AuditKind>(kind)) == "unknown");
  CHECK(audit_kind_name(AuditKind::signed_in) == "signed_in");
}
