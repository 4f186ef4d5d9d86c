#pragma once

#include <functional>

#include <ostiary/rules/audit_chain.hpp>
#include <ostiary/services/credentials.hpp>

namespace ostiary::inline v0 {

using AuditListOutcome = std::variant<Page<AuditRow>, OperationRefused>;
using CheckpointOutcome = std::variant<AuditCheckpoint, OperationRefused>;

/// AuditVerifyRequest says what to verify.
struct AuditVerifyRequest {
  AuditStream stream{};
  std::uint64_t from_block = 1;                 ///< AuditVerification::next_block of the call before.
  std::size_t blocks_max = 100;                 ///< Of this call.
  std::optional<AuditCheckpoint> checkpoint{};  ///< One that was kept elsewhere. Without it a cut tail is not seen.
};

/// AuditVerification is what one call found.
struct AuditVerification {
  std::vector<AuditFinding> findings{};  ///< None: all is as it was written, as far as this call went.
  std::uint64_t blocks = 0;              ///< Looked at by this call,
  std::uint64_t events = 0;              ///< and events.
  std::uint64_t next_block = 0;          ///< Go on from here; 0: the stream's end was reached.
  std::size_t unsealed = 0;              ///< Events in no block: verified by their own MAC alone.
  /// There are more of them than one block takes, and the others were not looked at: close blocks first.
  bool more_unsealed = false;
};

using AuditVerifyOutcome = std::variant<AuditVerification, OperationRefused>;

/// AuditSink takes one line of an export, with its line feed. Its error ends the export.
using AuditSink = std::function<Result<void>(std::string_view line)>;

/// AuditExported says how far an export came.
struct AuditExported {
  std::uint64_t blocks = 0;
  std::uint64_t events = 0;
  std::uint64_t next_block = 1;  ///< Where the next export goes on: the first block that this one did not write.
};

using AuditExportOutcome = std::variant<AuditExported, OperationRefused>;

/// AuditLog reads the audit: for managers their organisation's, for staff and host every stream and its proof (R69).
/// Reading by staff leaves an event in the stream. Const and safe from many threads; memory for one block.
///
/// Keys:    events and blocks keep the key under which they were made. While they are kept, the key stays on the ring of
///          the process that verifies; without it they are AuditFindingKind::key_unknown, neither good nor forged.
class OSTIARY_CORE_EXPORT AuditLog {
 public:
  explicit AuditLog(const Environment& env) : env_(env) {}
  explicit AuditLog(const Environment&& env) = delete;

  /// list gives a stream's events, oldest first. An organisation's manager sees its own, staff and host see all; the
  /// system's stream is theirs alone. Staff leave an event with each page, which stands at the stream's end: a walk in
  /// pages of one never ends. Errors: actor_revoked where a manager's proof no longer holds, malformed_id
  /// (`page.after`), and the store's.
  [[nodiscard]] Result<AuditListOutcome> list(const Actor& actor, const AuditStream& stream,
                                              const PageRequest& page) const;

  /// verify reads blocks from `from_block` on, up to `blocks_max` of them or some hundred findings, then, at the stream's
  /// end, the events in no block. Staff and host only.
  ///
  /// Finds:   every event that was changed, taken out of a block, put in or moved, every block that was changed, taken
  ///          out or exchanged, and, with a checkpoint, a tail that was cut off.
  /// Cannot:  see a tail that was cut off without a checkpoint of it, nor an event that was taken out before a block
  ///          closed it. Who has the key ring can forge it all.
  /// Errors:  the store's, but for record_unreadable, which is a finding; crypto_failure.
  [[nodiscard]] Result<AuditVerifyOutcome> verify(const Actor& actor, const AuditVerifyRequest& request) const;

  /// checkpoint names the newest block of the stream: keep it where whoever may write the store may not. Staff and host
  /// only. Errors: sealed_value_broken where that block does not fit its MAC, key_unknown, and the store's.
  [[nodiscard]] Result<CheckpointOutcome> checkpoint(const Actor& actor, const AuditStream& stream) const;

  /// export_json_lines writes each closed block from `from_block` on: a line of JSON for each event, then one for the
  /// block. Blocks do not change, so the next export goes on where this one ended. Events in no block are not
  /// written: Housekeeping::close_audit closes them. Staff and host only. Errors: the sink's and the store's.
  [[nodiscard]] Result<AuditExportOutcome> export_json_lines(const Actor& actor, const AuditStream& stream,
                                                             std::uint64_t from_block, const AuditSink& sink) const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
