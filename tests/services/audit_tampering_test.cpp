#include <algorithm>
#include <limits>

#include "services/audit_world.hpp"

// Whoever can write the database and has no key: whatever they change is found, but for a tail that is cut off.
using namespace ostiary;
using namespace ostiary::test;

namespace {

const std::vector<std::function<void(AuditEvent&)>>& edits() {
  static const std::vector<std::function<void(AuditEvent&)>> all{
      [](auto& event) { event.id = AuditId::parse(std::string(32, 'f')).value(); },
      [](auto& event) { event.at += std::chrono::milliseconds(1); },
      [](auto& event) { event.organization.reset(); },
      [](auto& event) { event.kind = AuditKind::pin_checked; },
      [](auto& event) {
        event.actor_kind = event.actor_kind == AuditActorKind::host ? AuditActorKind::anonymous : AuditActorKind::host;
      },
      [](auto& event) { event.actor = AccountId::parse(std::string(32, 'e')).value(); },
      [](auto& event) { event.actor_name += 'x'; },
      [](auto& event) { event.actor_reason += 'x'; },
      [](auto& event) { event.subject = AccountId::parse(std::string(32, 'e')).value(); },
      [](auto& event) { event.reason += 'x'; },
      [](auto& event) { event.network += '1'; },
      [](auto& event) { event.client_id += 'x'; },
      [](auto& event) { ++event.count; },
  };
  return all;
}

}  // namespace

TEST_CASE("R69: any field of any event changed, in a block or in none, is found and names the event") {
  AuditWorld world;
  for (std::uint64_t block = 0; block <= 3; ++block) {
    const auto count = Tampered(world.store, world.acme).rows.at(block).size();
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t edit = 0; edit < edits().size(); ++edit) {
        CAPTURE(block);
        CAPTURE(i);
        CAPTURE(edit);
        const auto findings = found(world, [&](Tampered& store) { edits()[edit](store.rows.at(block).at(i).event); });
        CHECK(std::ranges::find(findings, "event_changed " + std::to_string(block)) != findings.end());
      }
      CHECK(found(world, [&](Tampered& store) { store.rows.at(block).at(i).mac.value[5] ^= std::byte{1}; }).front() ==
            "event_changed " + std::to_string(block));
    }
  }
}

TEST_CASE("R69: any byte of a stored event changed is found, or the record cannot be read, which is found") {
  AuditWorld world;
  const auto original = Tampered(world.store, world.acme).rows.at(2).front();
  const auto body = encode(original.event);
  for (std::size_t at = 0; at < body.size(); ++at) {
    CAPTURE(at);
    auto changed = body;
    changed[at] ^= std::byte{0x40};
    const auto event = decode_audit_event(changed);
    const auto findings = found(world, [&](Tampered& store) {
      if (event) {
        store.rows.at(2).front().event = event.value();
      } else {
        store.unreadable_rows.insert(2);
      }
    });
    CHECK(std::ranges::find(findings, event ? "event_changed 2" : "unreadable 2") != findings.end());
  }
}

TEST_CASE("R69: events taken out, put in, moved between blocks, exchanged or out of order are found") {
  AuditWorld world;
  for (std::uint64_t block = 1; block <= 3; ++block) {
    const auto in = " " + std::to_string(block);
    for (std::size_t i = 0; i < Tampered(world.store, world.acme).rows.at(block).size(); ++i) {
      CHECK(found(world, [&](Tampered& store) {
              auto& rows = store.rows.at(block);
              rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(i));
            }) == Names{"events_missing" + in});
    }
    CHECK(found(world, [&](Tampered& store) { store.rows.at(block).clear(); }) == Names{"events_missing" + in});
  }
  const auto mark = [](AuditRow row, std::uint64_t block) {
    row.block = block;
    return row;
  };
  // An event in no block, with a good MAC, is put into a closed one.
  CHECK(found(world, [&](Tampered& store) {
          store.rows.at(3).push_back(mark(store.rows.at(0).back(), 3));
          store.rows.at(0).pop_back();
        }) == Names{"events_inserted 3"});
  // One is taken out of its block, to be closed anew.
  CHECK(found(world, [&](Tampered& store) {
          store.rows.at(0).insert(store.rows.at(0).begin(), mark(store.rows.at(3).front(), 0));
          store.rows.at(3).erase(store.rows.at(3).begin());
        }) == Names{"events_missing 3"});
  // Two blocks exchange an event, each marked as belonging.
  CHECK(found(world, [&](Tampered& store) {
          std::swap(store.rows.at(2).front(), store.rows.at(3).back());
          store.rows.at(2).front().block = 2;
          store.rows.at(3).back().block = 3;
          std::ranges::sort(store.rows.at(2), {}, [](const AuditRow& row) { return row.event.id; });
          std::ranges::sort(store.rows.at(3), {}, [](const AuditRow& row) { return row.event.id; });
        }) == Names{"events_exchanged 2", "events_exchanged 3"});
  CHECK(found(world, [](Tampered& store) { std::swap(store.rows.at(1)[0], store.rows.at(1)[1]); }) ==
        Names{"event_misplaced 1", "events_exchanged 1"});
  CHECK(found(world, [](Tampered& store) { store.rows.at(0).push_back(store.rows.at(0).back()); }) ==
        Names{"event_misplaced 0"});
}

TEST_CASE("R69: blocks changed, taken out, exchanged, renumbered or closed anew without the key are found") {
  AuditWorld world;
  CHECK(found(world, [](Tampered& store) { store.blocks.at(2).block.closed_at += std::chrono::hours(1); }) ==
        Names{"block_changed 2"});
  CHECK(found(world, [](Tampered& store) { store.blocks.at(2).mac.value[0] ^= std::byte{1}; }) ==
        Names{"block_changed 2", "chain_broken 3"});
  CHECK(found(world, [](Tampered& store) { store.blocks.at(2).mac.value.fill({}); }) ==
        Names{"block_changed 2", "chain_broken 3"});
  CHECK(found(world, [](Tampered& store) { store.blocks.erase(2); }) == Names{"block_missing 2"});
  CHECK(found(world, [](Tampered& store) {
          store.blocks.erase(2);
          store.rows.erase(2);
        }) == Names{"block_missing 2"});
  CHECK(found(world, [](Tampered& store) { store.blocks.erase(1); }) == Names{"block_missing 1"});
  auto findings = found(world, [](Tampered& store) { std::swap(store.blocks.at(1), store.blocks.at(2)); });
  CHECK(std::ranges::find(findings, "block_changed 1") != findings.end());
  CHECK(std::ranges::find(findings, "block_changed 2") != findings.end());
  // What follows is moved up to close the gap.
  findings = found(world, [](Tampered& store) {
    store.blocks.at(2) = store.blocks.at(3);
    store.rows.at(2) = store.rows.at(3);
    store.blocks.erase(3);
    store.rows.erase(3);
    store.blocks.at(2).block.number = 2;
    for (auto& row : store.rows.at(2)) {
      row.block = 2;
    }
  });
  CHECK(findings == Names{"block_changed 2", "chain_broken 2"});
  // Count and digest made to fit the events that are left; only the MAC cannot be.
  findings = found(world, [&](Tampered& store) {
    store.rows.at(2).pop_back();
    KeySource other(make_ring(3));
    auto forged = close_audit_block(*other.current(), world.acme, store.blocks.at(1), store.rows.at(2),
                                    store.blocks.at(2).block.closed_at)
                      .value();
    forged.mac.key_id = 1;
    store.blocks.at(2) = {.block = forged.block, .mac = forged.mac};
  });
  CHECK(findings == Names{"block_changed 2", "chain_broken 3"});
  // The same block once more, under a number far away, where it would keep others from being closed.
  CHECK(found(world, [](Tampered& store) { store.blocks.emplace(9, store.blocks.at(2)); }) == Names{"block_changed 2"});
  CHECK(found(world, [](Tampered& store) { store.unreadable_blocks.insert(2); }) == Names{"unreadable 2"});
  CHECK(found(world, [](Tampered& store) { store.unreadable_blocks.insert(3); }) ==
        Names{"unreadable 0", "unreadable 3"});  // it is the head, too
  CHECK(found(world, [](Tampered& store) { store.unsealed_is_unreadable = true; }) == Names{"unreadable 0"});
}

TEST_CASE("R69: a cut tail is found against a checkpoint kept elsewhere, and not without one") {
  AuditWorld world;
  const auto checkpoint = checkpoint_in(world);
  CHECK(checkpoint.number == 3);
  const auto cut = [](Tampered& store) {
    store.blocks.erase(3);
    store.rows.erase(3);
    store.rows.at(0).clear();
  };
  CHECK(found(world, [](Tampered&) {}, checkpoint).empty());
  CHECK(found(world, cut, checkpoint) == Names{"tail_cut 3"});
  CHECK(found(world, cut).empty());  // what is left is a whole chain: nothing in the store tells
  const auto all = [](Tampered& store) {
    store.blocks.clear();
    store.rows = {{0, {}}};
  };
  CHECK(found(world, all, checkpoint) == Names{"tail_cut 3"});
  // The block alone, without its events, is seen by those.
  CHECK(found(world, [](Tampered& store) { store.blocks.erase(3); }) == Names{"block_missing 3"});
  // The tail was cut, and the events left are closed again by the library itself.
  Tampered cut_off(world.store, world.acme);
  auto again = close_audit_block(*world.keys.current(), world.acme, cut_off.blocks.at(2),
                                 std::span(cut_off.rows.at(3)).first(1), world.clock.now())
                   .value();
  const auto reclosed = [&](Tampered& store) {
    store.blocks.at(3) = {.block = again.block, .mac = again.mac};
    store.rows.at(3).resize(1);
  };
  CHECK(found(world, reclosed).empty());
  CHECK(found(world, reclosed, checkpoint) == Names{"checkpoint_differs 3"});
  // A checkpoint outlives what is closed after it, and before the first block there is nothing to lose.
  world.close();
  CHECK(found(world, [](Tampered&) {}, checkpoint).empty());
  CHECK(found(world, [](Tampered&) {}, AuditCheckpoint{.stream = world.acme}).empty());
  auto others = checkpoint;
  others.stream.reset();
  CHECK(found(world, [](Tampered&) {}, others) == Names{"checkpoint_differs 3"});
}

TEST_CASE("R69: an event that is in no block is verified by its own MAC; taken out, it is not missed") {
  AuditWorld world;
  CHECK(found(world, [](Tampered& store) { store.rows.at(0).front().event.reason = "x"; }) == Names{"event_changed 0"});
  CHECK(found(world, [](Tampered& store) { store.rows.at(0).pop_back(); }).empty());
}

TEST_CASE("R69: verification goes on where it stopped, and keeps one block and some findings in memory") {
  AuditWorld world;
  AuditVerifyRequest request{.stream = world.acme, .blocks_max = 1};
  std::uint64_t blocks = 0;
  std::vector<std::uint64_t> nexts;
  do {
    const auto part = verified(world.env, request);
    CHECK(part.findings.empty());
    CHECK(part.blocks <= 1);
    CHECK((part.unsealed > 0) == (part.next_block == 0));
    blocks += part.blocks;
    request.from_block = part.next_block;
    nexts.push_back(part.next_block);
  } while (request.from_block != 0);
  CHECK(blocks == 3);
  CHECK(nexts == std::vector<std::uint64_t>{2, 3, 4, 0});
  // A forged head far away does not keep a call busy.
  Tampered store(world.store, world.acme);
  constexpr auto far = std::numeric_limits<std::uint64_t>::max();
  store.blocks.emplace(far, store.blocks.at(3));
  store.blocks.at(far).block.number = far;
  const Environment env{
      .store = store, .clock = world.clock, .random = world.random, .hasher = world.hasher, .keys = world.keys};
  const auto first = verified(env, {.stream = world.acme, .blocks_max = 2000});
  CHECK(first.findings.size() >= 500);
  CHECK(first.findings.size() < 600);
  CHECK(first.next_block != 0);
}

TEST_CASE("R69: no checkpoint is given of another stream's block, nor of one that was changed") {
  AuditWorld world;
  Tampered store(world.store, world.acme);
  const Environment env{
      .store = store, .clock = world.clock, .random = world.random, .hasher = world.hasher, .keys = world.keys};
  const auto checkpoint = [&] { return AuditLog(env).checkpoint(world.host(), world.acme); };
  CHECK(checkpoint().has_value());
  world.found("birch");
  world.close();
  const auto birch = world.store.find_organization_by_domain(Domain::parse("birch").value()).value()->id;
  const auto others = world.store.find_audit_head(birch).value().value();
  store.blocks.emplace(4, others);
  CHECK(checkpoint().error() == Errc::sealed_value_broken);
  store.blocks.at(4) = store.blocks.at(3);
  ++store.blocks.at(4).block.events;
  CHECK(checkpoint().error() == Errc::sealed_value_broken);
}

TEST_CASE("R69: an event that stands in a block that is not there is misplaced, whatever its MAC") {
  AuditWorld world;
  CHECK(found(world, [](Tampered& store) { store.rows.at(0).front().block = 1'000'000; }) ==
        Names{"event_misplaced 0"});
}
