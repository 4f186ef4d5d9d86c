#include <ostiary/rules/audit.hpp>

#include <functional>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

AuditEvent full_event() {
  return {.id = id_of<AuditId>(51),
          .at = noon,
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
          .count = 3};
}

}  // namespace

TEST_CASE("R69: an event's code verifies as it was written, and with any field changed does not") {
  const auto keys = key_ring();
  const auto mac = make_audit_mac(*keys, full_event()).value();
  CHECK(mac.key_id == 1);
  CHECK(verify_audit_mac(*keys, full_event(), mac).value());
  const std::pair<const char*, std::function<void(AuditEvent&)>> edits[] = {
      {"id", [](auto& event) { event.id = id_of<AuditId>(52); }},
      {"at", [](auto& event) { event.at += 1ms; }},
      {"organization", [](auto& event) { event.organization = other_organization_id; }},
      {"no organization", [](auto& event) { event.organization.reset(); }},
      {"kind", [](auto& event) { event.kind = AuditKind::signed_in; }},
      {"actor_kind", [](auto& event) { event.actor_kind = AuditActorKind::host; }},
      {"actor", [](auto& event) { event.actor = stranger_id; }},
      {"no actor", [](auto& event) { event.actor.reset(); }},
      {"actor_name", [](auto& event) { event.actor_name = "robin"; }},
      {"actor_reason", [](auto& event) { event.actor_reason.clear(); }},
      {"actor_name and actor_reason shifted",
       [](auto& event) {
         event.actor_name = "Robint";
         event.actor_reason = "icket 42";
       }},
      {"subject", [](auto& event) { event.subject = owner_id; }},
      {"no subject", [](auto& event) { event.subject.reset(); }},
      {"reason", [](auto& event) { event.reason += ' '; }},
      {"network", [](auto& event) { event.network = "192.0.2.2"; }},
      {"client_id", [](auto& event) { event.client_id = "mobile"; }},
      {"network and client_id exchanged", [](auto& event) { std::swap(event.network, event.client_id); }},
      {"count", [](auto& event) { event.count = 2; }},
  };
  for (const auto& [field, edit] : edits) {
    CAPTURE(field);
    auto event = full_event();
    edit(event);
    CHECK_FALSE(verify_audit_mac(*keys, event, mac).value());
  }
}

TEST_CASE("R69: a code with any bit turned does not verify") {
  const auto keys = key_ring();
  const auto mac = make_audit_mac(*keys, full_event()).value();
  for (std::size_t bit = 0; bit < mac.value.size() * 8; ++bit) {
    CAPTURE(bit);
    CHECK_FALSE(verify_audit_mac(*keys, full_event(), {mac.key_id, flip(mac.value, bit)}).value());
  }
}

TEST_CASE("R73: an event outlives the rotation of its key; without the key it is a configuration error, never forged") {
  const auto mac = make_audit_mac(*key_ring(1, {1}), full_event()).value();
  CHECK(verify_audit_mac(*key_ring(2, {1, 2}), full_event(), mac).value());
  CHECK(make_audit_mac(*key_ring(2, {1, 2}), full_event()).value().key_id == 2);

  const auto unknown = verify_audit_mac(*key_ring(2, {2}), full_event(), mac);
  REQUIRE(unknown.has_error());
  CHECK(unknown.error() == Errc::key_unknown);
  CHECK(unknown.error() == ErrorKind::configuration);

  CHECK_FALSE(verify_audit_mac(*key_ring(2, {1, 2}), full_event(), {2, mac.value}).value());
}

TEST_CASE("R69: an event says which account, member of the staff or program acted") {
  AuditEvent event;
  describe_actor(event, manager());
  CHECK(line_of(event) ==
        "operation_refused reason=- actor=account/11/-/- subject=- organization=- from=- client=- count=1");
  event = {};
  describe_actor(event, staff());
  CHECK(line_of(event) ==
        "operation_refused reason=- actor=staff/-/Robin/ticket 42 subject=- organization=- from=- client=- count=1");
  event = {};
  describe_actor(event, host());
  CHECK(line_of(event) ==
        "operation_refused reason=- actor=host/-/cron/- subject=- organization=- from=- client=- count=1");
}

TEST_CASE("S368: what a client calls itself is cleaned and cut before it is written") {
  AuditEvent event;
  describe_client(event, client());
  CHECK(event.network == "192.0.2.1");
  CHECK(event.client_id == "portal");

  auto hostile = client();
  hostile.client_id = "a\r\nb\x1b[2J\xff" + std::string(100, 'x');
  describe_client(event, hostile);
  CHECK(event.client_id == "a??b?[2J?" + std::string(55, 'x'));
}
