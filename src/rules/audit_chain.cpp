#include <ostiary/rules/audit_chain.hpp>

#include <charconv>

#include <fmt/format.h>

#include "crypto/digest.hpp"
#include <ostiary/base/assert.hpp>
#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::string_view system_name = "system";

// Over id, key id and MAC of each event, all of fixed length, so that no two lists share one text.
Result<ByteArray<32>> digest_of(std::span<const AuditRow> events) {
  Bytes all;
  for (const AuditRow& row : events) {
    all.insert(all.end(), row.event.id.bytes().begin(), row.event.id.bytes().end());
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      all.push_back(static_cast<std::byte>((row.mac.key_id >> shift) & 0xffU));
    }
    all.insert(all.end(), row.mac.value.begin(), row.mac.value.end());
  }
  return crypto::sha256(all);
}

Result<AuditMac> make_block_mac(const KeyRing& keys, const AuditBlock& block) {
  OSTIARY_TRY(const auto value, crypto::hmac_sha256(keys.derived_current(KeyPurpose::audit_block), {encode(block)}));
  return AuditMac{.key_id = keys.current(), .value = value};
}

using Findings = std::vector<AuditFinding>;

// Turns the verdict on a MAC into a finding, or none. A key that is not on the ring is one.
Result<std::optional<AuditFindingKind>> finding_of(const Result<bool>& is_good, AuditFindingKind changed) {
  using Found = std::optional<AuditFindingKind>;
  if (is_good) {
    return is_good.assume_value() ? Found() : Found(changed);
  }
  if (is_good.assume_error() == Errc::key_unknown) {
    return Found(AuditFindingKind::key_unknown);
  }
  return is_good.assume_error();
}

Result<void> check_events(const KeyRing& keys, const AuditStream& stream, std::uint64_t number,
                          std::span<const AuditRow> events, Findings& findings) {
  const AuditRow* before = nullptr;
  for (const AuditRow& row : events) {
    const bool is_in_order = before == nullptr || before->event.id < row.event.id;
    if (!is_in_order || row.event.organization != stream || row.block != number) {
      findings.push_back({.kind = AuditFindingKind::event_misplaced, .block = number, .event = row.event.id});
    }
    OSTIARY_TRY(const auto found,
                finding_of(verify_audit_mac(keys, row.event, row.mac), AuditFindingKind::event_changed));
    if (found) {
      findings.push_back({.kind = *found, .block = number, .event = row.event.id});
    }
    before = &row;
  }
  return success();
}

Result<std::optional<AuditFindingKind>> compare_events(const AuditBlock& block, std::span<const AuditRow> events) {
  using Found = std::optional<AuditFindingKind>;
  if (events.size() != block.events) {
    return Found(events.size() < block.events ? AuditFindingKind::events_missing : AuditFindingKind::events_inserted);
  }
  OSTIARY_TRY(const auto digest, digest_of(events));
  return crypto::equal_constant_time(digest, block.digest) ? Found() : Found(AuditFindingKind::events_exchanged);
}

template <class T>
std::optional<T> number_of(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = error == std::errc() && end == text.data() + text.size() && fmt::format("{}", value) == text;
  return is_whole ? std::optional(value) : std::nullopt;
}

}  // namespace

std::string to_text(const AuditCheckpoint& checkpoint) {
  return fmt::format("{}:{}:{}", checkpoint.stream ? checkpoint.stream->to_string() : std::string(system_name),
                     checkpoint.number, hex_encode(checkpoint.mac));
}

Result<AuditCheckpoint> parse_audit_checkpoint(std::string_view text) {
  const auto first = text.find(':');
  const auto second = first == std::string_view::npos ? first : text.find(':', first + 1);
  if (second == std::string_view::npos) {
    return Errc::malformed_id;
  }
  AuditCheckpoint checkpoint;
  if (const auto stream = text.substr(0, first); stream != system_name) {
    OSTIARY_TRY(checkpoint.stream, OrganizationId::parse(stream));
  }
  const auto number = number_of<std::uint64_t>(text.substr(first + 1, second - first - 1));
  if (!number || !hex_decode(text.substr(second + 1), checkpoint.mac)) {
    return Errc::malformed_id;
  }
  checkpoint.number = *number;
  return checkpoint;
}

std::string_view audit_finding_name(AuditFindingKind kind) noexcept {
  switch (kind) {
    case AuditFindingKind::event_changed:
      return "event_changed";
    case AuditFindingKind::event_misplaced:
      return "event_misplaced";
    case AuditFindingKind::events_missing:
      return "events_missing";
    case AuditFindingKind::events_inserted:
      return "events_inserted";
    case AuditFindingKind::events_exchanged:
      return "events_exchanged";
    case AuditFindingKind::block_changed:
      return "block_changed";
    case AuditFindingKind::block_missing:
      return "block_missing";
    case AuditFindingKind::chain_broken:
      return "chain_broken";
    case AuditFindingKind::tail_cut:
      return "tail_cut";
    case AuditFindingKind::checkpoint_differs:
      return "checkpoint_differs";
    case AuditFindingKind::unreadable:
      return "unreadable";
    case AuditFindingKind::key_unknown:
      return "key_unknown";
  }
  return "unknown";
}

Result<bool> verify_audit_block_mac(const KeyRing& keys, const AuditBlockRow& row) {
  OSTIARY_TRY(const auto key, keys.derived(row.mac.key_id, KeyPurpose::audit_block));
  OSTIARY_TRY(const auto value, crypto::hmac_sha256(key, {encode(row.block)}));
  return crypto::equal_constant_time(value, row.mac.value);
}

Result<PutAuditBlock> close_audit_block(const KeyRing& keys, const AuditStream& stream,
                                        const std::optional<AuditBlockRow>& head, std::span<const AuditRow> events,
                                        Instant now) {
  OSTIARY_ASSERT(!events.empty() && events.size() <= audit_block_events_max);
  PutAuditBlock put{.block = {.stream = stream,
                              .number = head ? head->block.number + 1 : 1,
                              .previous = head ? head->mac.value : ByteArray<32>(),
                              .events = static_cast<std::uint32_t>(events.size()),
                              .closed_at = now}};
  OSTIARY_TRY(put.block.digest, digest_of(events));
  OSTIARY_TRY(put.mac, make_block_mac(keys, put.block));
  for (const AuditRow& row : events) {
    put.events.push_back(row.event.id);
  }
  return put;
}

Result<Findings> check_audit_block(const KeyRing& keys, const BlockFacts& facts) {
  Findings findings;
  const auto add = [&](AuditFindingKind kind) { findings.push_back({.kind = kind, .block = facts.number}); };
  OSTIARY_TRY(check_events(keys, facts.stream, facts.number, facts.events, findings));
  if (!facts.block) {
    add(AuditFindingKind::block_missing);
    return findings;
  }
  const AuditBlock& block = facts.block->block;
  OSTIARY_TRY(auto found, finding_of(verify_audit_block_mac(keys, *facts.block), AuditFindingKind::block_changed));
  if (!found && (block.number != facts.number || block.stream != facts.stream)) {
    found = AuditFindingKind::block_changed;
  }
  if (found) {
    add(*found);
  }
  if (facts.previous_mac && block.previous != *facts.previous_mac) {
    add(AuditFindingKind::chain_broken);
  }
  OSTIARY_TRY(const auto difference, compare_events(block, facts.events));
  if (difference) {
    add(*difference);
  }
  return findings;
}

Result<Findings> check_unsealed_audit(const KeyRing& keys, const AuditStream& stream,
                                      std::span<const AuditRow> events) {
  Findings findings;
  OSTIARY_TRY(check_events(keys, stream, 0, events, findings));
  return findings;
}

}  // namespace ostiary::inline v0
