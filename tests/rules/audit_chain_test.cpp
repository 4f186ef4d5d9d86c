#include <ostiary/rules/audit_chain.hpp>

#include <limits>
#include <set>

#include <doctest/doctest.h>

#include "fixture.hpp"
#include <ostiary/rules/audit.hpp>

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

AuditRow row(std::uint8_t number, const KeyRing& keys, std::uint64_t block = 0) {
  AuditRow out{.event = {.id = id_of<AuditId>(number),
                         .at = noon,
                         .organization = acme_id,
                         .kind = AuditKind::signed_in,
                         .actor_kind = AuditActorKind::account,
                         .subject = owner_id},
               .block = block};
  out.mac = make_audit_mac(keys, out.event).value();
  return out;
}

std::vector<AuditRow> rows(const KeyRing& keys, std::uint64_t block = 0) {
  return {row(51, keys, block), row(52, keys, block), row(53, keys, block)};
}

AuditBlockRow closed(const KeyRing& keys, const std::optional<AuditBlockRow>& head = {}) {
  const auto put = close_audit_block(keys, acme_id, head, rows(keys), noon).value();
  return {.block = put.block, .mac = put.mac};
}

BlockFacts facts_of(const KeyRing& keys) {
  return {
      .stream = acme_id, .number = 1, .block = closed(keys), .previous_mac = ByteArray<32>{}, .events = rows(keys, 1)};
}

std::vector<std::string> names(const std::vector<AuditFinding>& findings) {
  std::vector<std::string> out;
  for (const auto& finding : findings) {
    out.emplace_back(audit_finding_name(finding.kind));
  }
  return out;
}

std::vector<std::string> found(const BlockFacts& facts, const std::shared_ptr<const KeyRing>& keys = key_ring()) {
  return names(check_audit_block(*keys, facts).value());
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("R69: a block counts its events, names the one before, and goes by ascending numbers") {
  const auto keys = key_ring();
  const auto first = close_audit_block(*keys, acme_id, std::nullopt, rows(*keys), noon).value();
  CHECK(first.block.number == 1);
  CHECK(first.block.previous == ByteArray<32>{});
  CHECK(first.block.events == 3);
  CHECK(first.block.closed_at == noon);
  CHECK(first.block.stream == AuditStream(acme_id));
  CHECK(first.events == std::vector{id_of<AuditId>(51), id_of<AuditId>(52), id_of<AuditId>(53)});
  const auto second =
      close_audit_block(*keys, acme_id, AuditBlockRow{first.block, first.mac}, rows(*keys), noon).value();
  CHECK(second.block.number == 2);
  CHECK(second.block.previous == first.mac.value);
}

TEST_CASE("R69: the digest is SHA-256 over id, key id and MAC of each event, in order") {
  // SHA-256 of 00{16} 00000001 ab{32} 00{15}01 01020304 cd{32}, computed with Python's hashlib.
  const auto keys = key_ring();
  std::vector<AuditRow> events{row(51, *keys), row(52, *keys)};
  events[0].event.id = AuditId(ByteArray<16>{});
  events[1].event.id = AuditId::parse(std::string(31, '0') + "1").value();
  events[0].mac = {.key_id = 1, .value = {}};
  events[1].mac = {.key_id = 0x01020304, .value = {}};
  events[0].mac.value.fill(std::byte{0xab});
  events[1].mac.value.fill(std::byte{0xcd});
  const auto digest = close_audit_block(*keys, acme_id, std::nullopt, events, noon).value().block.digest;
  CHECK(hex_encode(digest) == "d26544fcaea0356d8fdf713d2c568db215c81bf253f284393bfb34bfa47392a5");
  std::swap(events[0], events[1]);
  CHECK(close_audit_block(*keys, acme_id, std::nullopt, events, noon).value().block.digest != digest);
}

TEST_CASE("R69: a block as it was closed has no finding") { CHECK(found(facts_of(*key_ring())).empty()); }

TEST_CASE("R69: any field of a block changed, and any bit of its MAC, is found") {
  const auto keys = key_ring();
  const auto whole = facts_of(*keys);
  const auto body = encode(whole.block->block);
  for (std::size_t bit = 0; bit < body.size() * 8; ++bit) {
    CAPTURE(bit);
    const auto changed = decode_audit_block(flip(body, bit));
    if (!changed) {
      continue;  // the store cannot read it: a finding of its own
    }
    auto facts = whole;
    facts.block->block = changed.value();
    const auto names_found = found(facts);
    CHECK(std::ranges::find(names_found, "block_changed") != names_found.end());
  }
  for (std::size_t bit = 0; bit < whole.block->mac.value.size() * 8; ++bit) {
    auto facts = whole;
    facts.block->mac.value = flip(facts.block->mac.value, bit);
    CHECK(found(facts) == Names{"block_changed"});
  }
}

TEST_CASE("R69: an event that is changed, taken out, put in, exchanged or out of order is found") {
  const auto keys = key_ring();
  const auto whole = facts_of(*keys);
  auto facts = whole;
  facts.events[1].event.reason = "x";
  auto findings = check_audit_block(*keys, facts).value();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].kind == AuditFindingKind::event_changed);
  CHECK(findings[0].event == id_of<AuditId>(52));
  CHECK(findings[0].block == 1);

  facts = whole;
  facts.events.erase(facts.events.begin() + 1);
  CHECK(found(facts) == Names{"events_missing"});
  facts = whole;
  facts.events.push_back(row(54, *keys, 1));
  CHECK(found(facts) == Names{"events_inserted"});
  facts = whole;
  facts.events[2] = row(54, *keys, 1);
  CHECK(found(facts) == Names{"events_exchanged"});
  facts = whole;
  std::swap(facts.events[0], facts.events[1]);
  CHECK(found(facts) == Names{"event_misplaced", "events_exchanged"});
  facts = whole;
  facts.events[1] = facts.events[0];
  CHECK(found(facts) == Names{"event_misplaced", "events_exchanged"});
  facts = whole;
  facts.events[0].block = 2;
  CHECK(found(facts) == Names{"event_misplaced"});
  facts = whole;
  facts.events.clear();
  CHECK(found(facts) == Names{"events_missing"});
}

TEST_CASE("R69: a block that is gone, not the next, another stream's or under another number is found") {
  const auto keys = key_ring();
  const auto whole = facts_of(*keys);
  auto facts = whole;
  facts.block.reset();
  CHECK(found(facts) == Names{"block_missing"});
  facts = whole;
  facts.previous_mac->back() = std::byte{1};
  CHECK(found(facts) == Names{"chain_broken"});
  facts.previous_mac.reset();
  CHECK(found(facts).empty());
  facts = whole;
  facts.number = 2;
  for (auto& event : facts.events) {
    event.block = 2;
  }
  CHECK(found(facts) == Names{"block_changed"});
  facts = whole;
  facts.stream = other_organization_id;
  CHECK(found(facts) == Names{"event_misplaced", "event_misplaced", "event_misplaced", "block_changed"});
}

TEST_CASE("R69: who writes the store and has no key cannot close a block anew") {
  const auto keys = key_ring();
  const auto other = key_ring(3, {3});
  auto facts = facts_of(*keys);
  facts.events.erase(facts.events.begin());
  auto forged = close_audit_block(*other, acme_id, std::nullopt, facts.events, noon).value();
  facts.block = {.block = forged.block, .mac = facts.block->mac};
  CHECK(found(facts) == Names{"block_changed"});
  facts.block = {.block = forged.block, .mac = {.key_id = 1, .value = forged.mac.value}};
  CHECK(found(facts) == Names{"block_changed"});
  // The key of events makes no block: each has a label of its own.
  forged.mac = {.key_id = 1, .value = make_audit_mac(*keys, facts.events[0].event).value().value};
  facts.block = {.block = forged.block, .mac = forged.mac};
  CHECK(found(facts) == Names{"block_changed"});
}

TEST_CASE("R73: blocks outlive the rotation of their key; without it they are of a key unknown, never forged") {
  const auto facts = facts_of(*key_ring(1, {1}));
  CHECK(found(facts, key_ring(2, {1, 2})).empty());
  CHECK(found(facts, key_ring(2, {2})) == Names{"key_unknown", "key_unknown", "key_unknown", "key_unknown"});
  auto moved = facts;
  moved.block->mac.key_id = 2;
  CHECK(found(moved, key_ring(2, {1, 2})) == Names{"block_changed"});
}

TEST_CASE("R69: events in no block are checked by their own MACs") {
  const auto keys = key_ring();
  auto events = rows(*keys);
  CHECK(check_unsealed_audit(*keys, acme_id, events).value().empty());
  events[0].event.count = 9;
  events[2].event.organization.reset();
  CHECK(names(check_unsealed_audit(*keys, acme_id, events).value()) ==
        Names{"event_changed", "event_misplaced", "event_changed"});
  events = rows(*keys);
  events[1].block = 4;
  CHECK(names(check_unsealed_audit(*keys, acme_id, events).value()) == Names{"event_misplaced"});
}

TEST_CASE("R69: a checkpoint is written and read as one text, and anything else is no checkpoint") {
  AuditCheckpoint checkpoint{.stream = acme_id, .number = 12};
  checkpoint.mac.fill(std::byte{0xab});
  const auto text = to_text(checkpoint);
  CHECK(text == acme_id.to_string() + ":12:" + hex_encode(checkpoint.mac));
  CHECK(parse_audit_checkpoint(text).value() == checkpoint);
  checkpoint.stream.reset();
  checkpoint.number = std::numeric_limits<std::uint64_t>::max();
  CHECK(to_text(checkpoint).starts_with("system:18446744073709551615:abab"));
  CHECK(parse_audit_checkpoint(to_text(checkpoint)).value() == checkpoint);
  const auto hex = std::string(64, 'a');
  for (const auto& wrong : std::vector<std::string>{
           "", "system", "system:1", "system:1:" + hex + "a", "system:1:" + hex.substr(1), "system::" + hex,
           "system:-1:" + hex, "system:01:" + hex, "system:+1:" + hex, "system: 1:" + hex,
           "system:18446744073709551616:" + hex, "System:1:" + hex, ":1:" + hex, "system:1:" + std::string(64, 'g'),
           "system:1:" + hex + ":", "abc:1:" + hex}) {
    CHECK_MESSAGE(parse_audit_checkpoint(wrong).error() == Errc::malformed_id, wrong);
  }
}

TEST_CASE("every finding has a name of its own") {
  std::set<std::string_view> seen;
  for (int kind = 1; kind <= static_cast<int>(AuditFindingKind::key_unknown); ++kind) {
    CHECK(seen.insert(audit_finding_name(static_cast<AuditFindingKind>(kind))).second);
  }
  CHECK_FALSE(seen.contains("unknown"));
  CHECK(audit_finding_name(static_cast<AuditFindingKind>(99)) == "unknown");
}
