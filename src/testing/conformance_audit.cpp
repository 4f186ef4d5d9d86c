#include "conformance.hpp"

// PutAuditBlock, and the reads of what is in a block and what is in none. AppendAudit itself is held by the sets.
namespace ostiary::inline v0::testing::conformance {
namespace {

std::vector<AuditId> append(Trial& trial, const AuditStream& stream, std::size_t count) {
  std::vector<Change> changes;
  std::vector<AuditId> ids;
  for (std::size_t i = 0; i < count; ++i) {
    auto event = trial.event(stream);
    ids.push_back(event.event.id);
    changes.emplace_back(std::move(event));
  }
  trial.commits("events", std::move(changes));
  return ids;
}

PutAuditBlock block(Trial& trial, const AuditStream& stream, std::uint64_t number, std::vector<AuditId> events) {
  return {.block = {.stream = stream,
                    .number = number,
                    .previous = trial.next<32>(),
                    .events = static_cast<std::uint32_t>(events.size()),
                    .digest = trial.next<32>(),
                    .closed_at = base_time + seconds(9)},
          .mac = {.key_id = 7, .value = trial.next<32>()},
          .events = std::move(events)};
}

std::vector<AuditId> ids_of(const std::vector<AuditRow>& rows) {
  std::vector<AuditId> ids;
  ids.reserve(rows.size());
  for (const auto& row : rows) {
    ids.push_back(row.event.id);
  }
  return ids;
}

std::vector<AuditId> unsealed(Trial& trial, const AuditStream& stream, std::size_t limit = 5'000) {
  return ids_of(trial.value(trial.store().list_unsealed_audit(stream, limit)));
}

std::vector<AuditId> sealed(Trial& trial, const AuditStream& stream, std::uint64_t number) {
  return ids_of(trial.value(trial.store().list_audit_block(stream, number)));
}

void blocks_are_numbered_without_a_gap(Trial& trial) {
  const auto stream = AuditStream(trial.world().organization.id);
  const auto events = append(trial, stream, 3);
  for (const std::uint64_t number : {0U, 2U}) {
    trial.refuses("a first block with another number than 1", {block(trial, stream, number, {events[0]})});
  }
  trial.expect(!trial.value(trial.store().find_audit_head(stream)), "a stream without a block has no head");
  const auto first = block(trial, stream, 1, {events[0]});
  trial.commits("block 1", {first});
  for (const std::uint64_t number : {0U, 1U, 3U}) {
    trial.refuses("a second block with another number than 2", {block(trial, stream, number, {events[1]})});
  }
  const auto second = block(trial, stream, 2, {events[1]});
  trial.needs_order("block 2, then block 3", {second, block(trial, stream, 3, {events[2]})});
  const auto head = trial.value(trial.store().find_audit_head(stream));
  trial.expect(head && head->block.number == 3, "the head is the block with the highest number");
  trial.expect(
      found(trial.value(trial.store().find_audit_block(stream, 1)), {.block = first.block, .mac = first.mac}) &&
          found(trial.value(trial.store().find_audit_block(stream, 2)), {.block = second.block, .mac = second.mac}),
      "every field and MAC of a block comes back");
  trial.expect(!trial.value(trial.store().find_audit_block(stream, 0)) &&
                   !trial.value(trial.store().find_audit_block(stream, 4)),
               "a number that is not there finds nothing");
}

void a_block_takes_events_that_are_in_none(Trial& trial) {
  const auto stream = AuditStream(trial.world().organization.id);
  const auto other = AuditStream(trial.world().organization.id);
  const auto events = append(trial, stream, 3);
  const auto strangers = append(trial, other, 1);
  trial.refuses("an absent event", {block(trial, stream, 1, {events[0], trial.id<AuditId>()})});
  trial.refuses("an event of another stream", {block(trial, stream, 1, {strangers[0], events[0]})});
  trial.refuses("an organisation's event in a block of the system", {block(trial, std::nullopt, 1, {events[0]})});
  trial.expect(unsealed(trial, stream) == events, "a refused block takes none");
  trial.commits("two events", {block(trial, stream, 1, {events[2], events[0]})});
  trial.expect(unsealed(trial, stream) == std::vector{events[1]}, "what is in a block is not unsealed");
  trial.refuses("an event of a block before", {block(trial, stream, 2, {events[1], events[2]})});
  trial.expect(unsealed(trial, stream) == std::vector{events[1]} && unsealed(trial, other) == strangers,
               "what is in none stays so");
  trial.commits("the same number in another stream", {block(trial, other, 1, strangers)});
  trial.expect(sealed(trial, stream, 1) == std::vector{events[0], events[2]}, "a block's events, by ascending id");
  trial.expect(sealed(trial, other, 1) == strangers, "each stream has its own");
  trial.expect(sealed(trial, stream, 2).empty() && sealed(trial, stream, 0).empty(), "no block, no events");
  const auto rows = trial.value(trial.store().list_audit(stream, {})).records;
  trial.expect(rows.size() == 3 && rows[0].block == 1 && rows[1].block == 0 && rows[2].block == 1,
               "the list says in which block each is");
}

// An event that was committed late has a lower id than those in a block already: the next block takes it.
void a_late_event_is_in_the_next_block(Trial& trial) {
  const auto stream = AuditStream(trial.world().organization.id);
  const auto late = trial.event(stream);
  const auto early = append(trial, stream, 2);
  trial.commits("block 1", {block(trial, stream, 1, early)});
  trial.commits("an event of before, committed late", {late});
  const auto more = append(trial, stream, 1);
  trial.expect(unsealed(trial, stream) == std::vector{late.event.id, more[0]}, "unsealed events, by ascending id");
  trial.expect(unsealed(trial, stream, 1) == std::vector{late.event.id}, "no more than the limit, the first ones");
  trial.expect(unsealed(trial, stream, 0).empty(), "none with limit 0");
  trial.commits("block 2", {block(trial, stream, 2, {late.event.id, more[0]})});
  trial.expect(sealed(trial, stream, 1) == early && sealed(trial, stream, 2) == std::vector{late.event.id, more[0]},
               "each block has its own events");
  trial.refuses("an event in a block, appended again", {late});
}

void a_block_may_be_large(Trial& trial) {
  const auto stream = AuditStream(trial.world().organization.id);
  const auto events = append(trial, stream, audit_block_events_max);
  trial.commits("as many events as a block takes", {block(trial, stream, 1, events)});
  trial.expect(sealed(trial, stream, 1) == events, "all of them are in it");
  trial.expect(unsealed(trial, stream).empty(), "and none is left");
}

void streams_with_unsealed_events_are_listed(Trial& trial) {
  const std::vector<AuditStream> streams = {trial.world().organization.id, std::nullopt, trial.world().organization.id};
  const auto is_listed = [&](const AuditStream& stream) {
    const auto listed = trial.value(trial.store().list_unsealed_streams(5'000));
    return std::ranges::count(listed, stream) == 1;
  };
  std::vector<std::vector<AuditId>> events;
  for (const auto& stream : streams) {
    events.push_back(append(trial, stream, 3));
    trial.expect(is_listed(stream), "a stream with unsealed events is listed once");
  }
  trial.expect_count(trial.value(trial.store().list_unsealed_streams(2)).size(), 2, "streams listed, of more");
  trial.expect_count(trial.value(trial.store().list_unsealed_streams(0)).size(), 0, "streams listed with limit 0");
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const auto last = events[i].back();
    events[i].pop_back();
    trial.commits("a block with all but one", {block(trial, streams[i], 1, events[i])});
    trial.expect(is_listed(streams[i]), "a stream with one event left is listed");
    trial.commits("a block with the last", {block(trial, streams[i], 2, {last})});
    trial.expect(!is_listed(streams[i]), "a stream whose events are all in blocks is not");
  }
}

constexpr NamedCheck checks[] = {
    {"PutAuditBlock: the stream's next number, every field comes back", blocks_are_numbered_without_a_gap},
    {"PutAuditBlock: present events of its stream that are in no block", a_block_takes_events_that_are_in_none},
    {"PutAuditBlock: an event that comes late is in the next block", a_late_event_is_in_the_next_block},
    {"PutAuditBlock: as many events as audit_block_events_max", a_block_may_be_large},
    {"list_unsealed_streams: each stream that has an event in no block", streams_with_unsealed_events_are_listed},
};

}  // namespace

std::span<const NamedCheck> audit_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
