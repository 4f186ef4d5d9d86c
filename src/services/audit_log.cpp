#include <ostiary/services/audit_log.hpp>

#include "administering.hpp"
#include "committing.hpp"
#include "rules/audit_json.hpp"
#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t findings_max = 500;  // one more block may add to them

using Refusal = std::optional<OperationRefused>;

// Lets the actor read the stream, or gives the refusal. The system's stream belongs to no organisation: to a manager it
// is as another's.
Result<Refusal> admit(const Environment& env, const Actor& actor, Operation operation, const AuditStream& stream) {
  OSTIARY_TRY(const auto permission,
              services::permit(env, actor, operation, stream.value_or(OrganizationId()), std::nullopt));
  if (permission != Permission::allowed) {
    return Refusal(OperationRefused{permission});
  }
  OSTIARY_TRY(services::confirm(env, actor));
  return Refusal();
}

// Support staff leave an event of what they read. The host's own program, which has the store, does not.
Result<void> leave_trace(const Environment& env, const Actor& actor, const AuditStream& stream, AuditEvent event) {
  if (actor.kind() != AuditActorKind::staff) {
    return success();
  }
  const Instant now = env.clock.now();
  OSTIARY_TRY(auto fresh, Fresh::draw(env.random, now));
  event.id = fresh.id<AuditId>();
  event.at = now;
  event.organization = stream;
  describe_actor(event, actor);
  std::vector<Change> changes;
  changes.emplace_back(AppendAudit{std::move(event), {}});
  OSTIARY_TRY(services::commit_changes(env, std::move(changes), fresh, now));
  return success();
}

// One call of `verify`.
class Verifying {
 public:
  Verifying(const Environment& env, const AuditVerifyRequest& request)
      : env_(env), request_(request), keys_(env.keys.current()) {}

  // The head is a claim like any other record: blocks are walked until there is none, and as far as it claims.
  Result<AuditVerification> run() {
    OSTIARY_TRY(const auto claimed, claimed_last());
    auto number = std::max<std::uint64_t>(request_.from_block, 1);
    OSTIARY_TRY(previous_mac_, mac_before(number));
    for (;; ++number) {
      if (out_.blocks >= request_.blocks_max || out_.findings.size() >= findings_max) {
        out_.next_block = number;
        return std::move(out_);
      }
      OSTIARY_TRY(const auto is_there, verify_block(number, claimed));
      if (!is_there) {
        break;
      }
    }
    OSTIARY_TRY(verify_head());
    OSTIARY_TRY(verify_checkpoint());
    OSTIARY_TRY(verify_unsealed());
    return std::move(out_);
  }

 private:
  void add(AuditFindingKind kind, std::uint64_t block) { out_.findings.push_back({.kind = kind, .block = block}); }

  // The value, or nothing where the store cannot decode it, which is a finding.
  template <class T>
  Result<std::optional<T>> readable(Result<T> read, std::uint64_t block) {
    if (read) {
      return std::optional<T>(std::move(read).assume_value());
    }
    if (read.assume_error() != Errc::record_unreadable) {
      return read.assume_error();
    }
    add(AuditFindingKind::unreadable, block);
    return std::optional<T>();
  }

  Result<std::uint64_t> claimed_last() {
    OSTIARY_TRY(const auto head, readable(env_.store.find_audit_head(request_.stream), 0));
    return head && *head ? (*head)->block.number : 0;
  }

  // Empty where the block before cannot be compared with.
  Result<std::optional<ByteArray<32>>> mac_before(std::uint64_t number) {
    using Mac = std::optional<ByteArray<32>>;
    if (number == 1) {
      return Mac(ByteArray<32>());
    }
    const auto block = env_.store.find_audit_block(request_.stream, number - 1);
    if (!block) {
      return block.assume_error() == Errc::record_unreadable ? Result<Mac>(Mac()) : block.assume_error();
    }
    if (!block.assume_value()) {
      add(AuditFindingKind::block_missing, number - 1);
      return Mac();
    }
    return Mac(block.assume_value()->mac.value);
  }

  // False: there is neither such a block nor an event in it, and none is claimed.
  Result<bool> verify_block(std::uint64_t number, std::uint64_t claimed) {
    BlockFacts facts{.stream = request_.stream, .number = number, .previous_mac = previous_mac_};
    OSTIARY_TRY(auto block, readable(env_.store.find_audit_block(request_.stream, number), number));
    OSTIARY_TRY(auto events, readable(env_.store.list_audit_block(request_.stream, number), number));
    if (block && !*block && events && !events->empty()) {  // closed meanwhile?
      OSTIARY_TRY(block, readable(env_.store.find_audit_block(request_.stream, number), number));
    }
    facts.block = block.value_or(std::nullopt);
    last_ = facts.block ? number : last_;
    previous_mac_ = facts.block ? std::optional(facts.block->mac.value) : std::nullopt;
    if (events && block && !facts.block && events->empty() && number > claimed) {
      return false;
    }
    ++out_.blocks;
    if (!events || !block) {
      return true;  // what is left of it would only repeat the finding
    }
    facts.events = *std::move(events);
    out_.events += facts.events.size();
    OSTIARY_TRY(const auto findings, check_audit_block(*keys_, facts));
    out_.findings.insert(out_.findings.end(), findings.begin(), findings.end());
    return true;
  }

  // Heads only go up: one that is below the last block stands under a number that is not its own.
  Result<void> verify_head() {
    const auto head = env_.store.find_audit_head(request_.stream);
    if (!head) {
      return head.assume_error() == Errc::record_unreadable ? Result<void>(success()) : head.assume_error();
    }
    const auto claimed = head.assume_value() ? head.assume_value()->block.number : 0;
    if (claimed < last_) {
      add(AuditFindingKind::block_changed, claimed);
    }
    return success();
  }

  Result<void> verify_checkpoint() {
    if (!request_.checkpoint || request_.checkpoint->number == 0) {
      return success();
    }
    const auto& kept = *request_.checkpoint;
    OSTIARY_TRY(const auto block, readable(env_.store.find_audit_block(request_.stream, kept.number), kept.number));
    if (block && !*block) {
      add(AuditFindingKind::tail_cut, kept.number);
    } else if (block && checkpoint_of((*block)->block, (*block)->mac) != kept) {
      add(AuditFindingKind::checkpoint_differs, kept.number);
    }
    return success();
  }

  Result<void> verify_unsealed() {
    OSTIARY_TRY(const auto events,
                readable(env_.store.list_unsealed_audit(request_.stream, audit_block_events_max), 0));
    if (events) {
      out_.unsealed = events->size();
      out_.more_unsealed = events->size() == audit_block_events_max;
      OSTIARY_TRY(const auto findings, check_unsealed_audit(*keys_, request_.stream, *events));
      out_.findings.insert(out_.findings.end(), findings.begin(), findings.end());
    }
    return success();
  }

  const Environment& env_;
  const AuditVerifyRequest& request_;
  std::shared_ptr<const KeyRing> keys_;
  std::optional<ByteArray<32>> previous_mac_;
  std::uint64_t last_ = 0;  // block that is there, of those looked at
  AuditVerification out_;
};

}  // namespace

Result<AuditListOutcome> AuditLog::list(const Actor& actor, const AuditStream& stream, const PageRequest& page) const {
  OSTIARY_TRY(const auto refused, admit(env_, actor, Operation::view_audit, stream));
  if (refused) {
    return *refused;
  }
  OSTIARY_TRY(auto rows, env_.store.list_audit(stream, page));
  OSTIARY_TRY(leave_trace(env_, actor, stream, {.kind = AuditKind::audit_viewed, .reason = "list"}));
  return rows;
}

Result<AuditVerifyOutcome> AuditLog::verify(const Actor& actor, const AuditVerifyRequest& request) const {
  OSTIARY_TRY(const auto refused, admit(env_, actor, Operation::verify_audit, request.stream));
  if (refused) {
    return *refused;
  }
  OSTIARY_TRY(auto verification, Verifying(env_, request).run());
  const auto count = verification.findings.size();
  OSTIARY_TRY(leave_trace(env_, actor, request.stream,
                          {.kind = AuditKind::audit_verified,
                           .reason = count == 0 ? "clean" : "findings",
                           .count = static_cast<std::uint32_t>(count)}));
  return verification;
}

Result<CheckpointOutcome> AuditLog::checkpoint(const Actor& actor, const AuditStream& stream) const {
  OSTIARY_TRY(const auto refused, admit(env_, actor, Operation::verify_audit, stream));
  if (refused) {
    return *refused;
  }
  OSTIARY_TRY(leave_trace(env_, actor, stream, {.kind = AuditKind::audit_viewed, .reason = "checkpoint"}));
  OSTIARY_TRY(const auto head, env_.store.find_audit_head(stream));
  if (!head) {
    return AuditCheckpoint{.stream = stream};
  }
  OSTIARY_TRY(const auto is_good, verify_audit_block_mac(*env_.keys.current(), *head));
  if (!is_good || head->block.stream != stream) {
    return Errc::sealed_value_broken;
  }
  return checkpoint_of(head->block, head->mac);
}

Result<AuditExportOutcome> AuditLog::export_json_lines(const Actor& actor, const AuditStream& stream,
                                                       std::uint64_t from_block, const AuditSink& sink) const {
  OSTIARY_TRY(const auto refused, admit(env_, actor, Operation::verify_audit, stream));
  if (refused) {
    return *refused;
  }
  OSTIARY_TRY(leave_trace(env_, actor, stream, {.kind = AuditKind::audit_viewed, .reason = "export"}));
  OSTIARY_TRY(const auto head, env_.store.find_audit_head(stream));
  const auto last = head ? head->block.number : 0;
  AuditExported out{.next_block = std::max<std::uint64_t>(from_block, 1)};
  for (; out.next_block <= last; ++out.next_block) {
    OSTIARY_TRY(const auto events, env_.store.list_audit_block(stream, out.next_block));
    for (const AuditRow& row : events) {
      OSTIARY_TRY(sink(audit_json_line(row)));
      ++out.events;
    }
    OSTIARY_TRY(const auto block, env_.store.find_audit_block(stream, out.next_block));
    if (block) {
      OSTIARY_TRY(sink(audit_json_line(*block)));
      ++out.blocks;
    }
  }
  return out;
}

}  // namespace ostiary::inline v0
