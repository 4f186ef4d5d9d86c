#pragma once

#include <cstdint>
#include <optional>

#include <ostiary/model/audit_event.hpp>

namespace ostiary::inline v0 {

/// AuditStream is an organisation's, or empty for the system's own.
using AuditStream = std::optional<OrganizationId>;

inline constexpr std::size_t audit_block_events_max = 1000;

/// AuditBlock closes a run of a stream's events: none can be changed, taken out or put in afterwards unseen (R69). Blocks
/// of a stream are numbered from 1 without a gap, and each names the one before.
struct AuditBlock {
  AuditStream stream{};
  std::uint64_t number = 0;
  ByteArray<32> previous{};  ///< The MAC of the block before; zeros for the first.
  std::uint32_t events = 0;  ///< 1 to audit_block_events_max.
  ByteArray<32> digest{};    ///< Over the id and MAC of each of its events, by ascending id.
  Instant closed_at{};
};

/// AuditRow is an event as stored: the event and the MAC over its canonical form.
struct AuditRow {
  AuditEvent event{};
  AuditMac mac{};
  std::uint64_t block = 0;  ///< The number of the block that it is in; 0: none yet.
};

/// AuditBlockRow is a block as stored: the block and the MAC over its canonical form.
struct AuditBlockRow {
  AuditBlock block{};
  AuditMac mac{};
};

/// encode is the block's canonical form: what stores keep and its MAC covers.
OSTIARY_CORE_EXPORT Bytes encode(const AuditBlock& block);
OSTIARY_CORE_EXPORT Result<AuditBlock> decode_audit_block(ByteView body);

}  // namespace ostiary::inline v0
