#pragma once

#include <span>

#include <ostiary/model/change_set.hpp>
#include <ostiary/model/key_ring.hpp>

namespace ostiary::inline v0 {

// Each audit event has a MAC of its own. Blocks close events in their order: the digest of a block is over the ids and
// MACs of its events, its MAC over its canonical form with the digest, its number and the MAC of the block before. The
// keys of both come from the key ring, each under a label of its own.

/// AuditCheckpoint names a stream's newest block as it was. Kept where whoever may write the store may not, it tells a
/// tail that was cut off: the store alone cannot, for a shorter chain is as whole as a longer one.
struct AuditCheckpoint {
  AuditStream stream{};
  std::uint64_t number = 0;  ///< 0: the stream had no block.
  ByteArray<32> mac{};       ///< Of that block; zeros for none.

  friend bool operator==(const AuditCheckpoint&, const AuditCheckpoint&) = default;
};

/// checkpoint_of names a block that was just closed, or read and verified.
[[nodiscard]] inline AuditCheckpoint checkpoint_of(const AuditBlock& block, const AuditMac& mac) {
  return {.stream = block.stream, .number = block.number, .mac = mac.value};
}

/// to_text writes "<organisation's id, or system>:<number>:<MAC in hexadecimal>"; parse_audit_checkpoint reads it, and
/// answers Errc::malformed_id for anything else.
[[nodiscard]] OSTIARY_CORE_EXPORT std::string to_text(const AuditCheckpoint& checkpoint);
[[nodiscard]] OSTIARY_CORE_EXPORT Result<AuditCheckpoint> parse_audit_checkpoint(std::string_view text);

/// close_audit_block closes `events` (by ascending id, 1 to audit_block_events_max) after `head`, the stream's newest
/// block. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<PutAuditBlock> close_audit_block(const KeyRing& keys,
                                                                          const AuditStream& stream,
                                                                          const std::optional<AuditBlockRow>& head,
                                                                          std::span<const AuditRow> events,
                                                                          Instant now);

/// verify_audit_block_mac says whether the block is as it was closed. Errors: key_unknown, crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<bool> verify_audit_block_mac(const KeyRing& keys, const AuditBlockRow& row);

enum class AuditFindingKind : std::uint8_t {
  event_changed = 1,   ///< An event does not fit its MAC.
  event_misplaced,     ///< An event stands in another stream or block than it says, or out of order, or twice.
  events_missing,      ///< A block has fewer events than it closed.
  events_inserted,     ///< A block has more events than it closed.
  events_exchanged,    ///< A block has as many events as it closed, but not those in that order.
  block_changed,       ///< A block does not fit its MAC, or stands under another number or stream.
  block_missing,       ///< A number without its block.
  chain_broken,        ///< A block does not name the one before it.
  tail_cut,            ///< The checkpoint's block is not there any more.
  checkpoint_differs,  ///< The checkpoint's block is there, and is another one.
  unreadable,          ///< The store cannot decode a record of the block.
  key_unknown,         ///< The key is not on this ring, so nothing can be said: add it, at least where you verify.
};

[[nodiscard]] OSTIARY_CORE_EXPORT std::string_view audit_finding_name(AuditFindingKind kind) noexcept;

/// AuditFinding is one thing that is not as it was written.
struct AuditFinding {
  AuditFindingKind kind = AuditFindingKind::event_changed;
  std::uint64_t block = 0;         ///< 0: among the events in no block.
  std::optional<AuditId> event{};  ///< Of a single event.
};

/// BlockFacts is what a block is verified against.
struct BlockFacts {
  AuditStream stream{};
  std::uint64_t number = 0;
  std::optional<AuditBlockRow> block{};  ///< As stored under `number`.
  std::optional<ByteArray<32>>
      previous_mac{};              ///< Of the block before; zeros for number 1; empty: not there to compare.
  std::vector<AuditRow> events{};  ///< As stored under `number`, in the store's order.
};

/// check_audit_block finds everything that is wrong with a block and its events. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<AuditFinding>> check_audit_block(const KeyRing& keys,
                                                                                      const BlockFacts& facts);

/// check_unsealed_audit checks events that are in no block by their own MACs. That one was taken out before it was in a
/// block cannot be seen: close blocks often. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<AuditFinding>> check_unsealed_audit(
    const KeyRing& keys, const AuditStream& stream, std::span<const AuditRow> events);

}  // namespace ostiary::inline v0
