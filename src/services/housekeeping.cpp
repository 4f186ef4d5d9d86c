#include <ostiary/services/housekeeping.hpp>

#include <set>

#include "committing.hpp"

namespace ostiary::inline v0 {
namespace {

struct ClosingFacts {
  std::vector<AuditRow> events;
  std::optional<AuditBlockRow> head;
};

Result<ClosingFacts> load_closing(const Environment& env, const AuditStream& stream) {
  ClosingFacts facts;
  OSTIARY_TRY(facts.events, env.store.list_unsealed_audit(stream, audit_block_events_max));
  OSTIARY_TRY(facts.head, env.store.find_audit_head(stream));
  return facts;
}

// Closes one block, or none where all events are in one: another process was faster.
Result<std::optional<PutAuditBlock>> close_block(const Environment& env, const AuditStream& stream) {
  using Closed = std::optional<PutAuditBlock>;
  return services::decide_and_commit(
      env, [&] { return load_closing(env, stream); },
      [&](const ClosingFacts& facts, Fresh& /*fresh*/, Instant now) -> Result<Decision<Closed>> {
        if (facts.events.empty()) {
          return Decision<Closed>{};
        }
        OSTIARY_TRY(auto put, close_audit_block(*env.keys.current(), stream, facts.head, facts.events, now));
        return Decision<Closed>{.outcome = put, .changes = {put}};
      });
}

// Closes what a stream has, up to `limit` blocks of the report.
Result<void> close_stream(const Environment& env, const AuditStream& stream, std::size_t limit, AuditClosed& report) {
  std::optional<AuditCheckpoint> newest;
  while (report.blocks < limit) {
    OSTIARY_TRY(const auto closed, close_block(env, stream));
    if (!closed) {
      break;
    }
    ++report.blocks;
    report.events += closed->events.size();
    newest = checkpoint_of(closed->block, closed->mac);
  }
  if (newest) {
    report.checkpoints.push_back(*newest);
  }
  return success();
}

}  // namespace

Result<Housekept> Housekeeping::run(std::size_t limit) const {
  OSTIARY_TRY(const auto housekept, env_.store.housekeep(env_.clock.now(), limit));
  services::observe(env_, RowsHousekept{housekept.deleted});
  return housekept;
}

Result<AuditClosed> Housekeeping::close_audit(std::size_t limit) const {
  AuditClosed report;
  std::set<AuditStream> tried;
  std::size_t failed = 0;
  // Streams that failed still have events in no block, and must not stand in the others' way.
  for (bool is_new = limit > 0; is_new && report.blocks < limit;) {
    OSTIARY_TRY(const auto streams, env_.store.list_unsealed_streams(limit + failed));
    is_new = false;
    for (const AuditStream& stream : streams) {
      if (report.blocks >= limit || !tried.insert(stream).second) {
        continue;
      }
      is_new = true;
      const auto closed = close_stream(env_, stream, limit, report);
      if (closed) {
        continue;
      }
      // A conflict is of this stream: others are at it, or a block stands where the next one belongs.
      if (closed.assume_error() == ErrorKind::transient && closed.assume_error() != Errc::conflict) {
        return closed.assume_error();
      }
      ++failed;
      report.first_error = report.first_error ? report.first_error : closed.assume_error();
    }
  }
  report.more = limit > 0 && report.blocks >= limit;
  return report;
}

Result<void> Housekeeping::refresh_decoys() const {
  OSTIARY_TRY(const auto mix, env_.store.count_password_hashes());
  env_.hasher.follow(mix);
  return success();
}

}  // namespace ostiary::inline v0
