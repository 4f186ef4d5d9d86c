#include <ostiary/services/audit_log.hpp>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "services/world.hpp"
#include <ostiary/testing/faulty_store.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

// A copy of one stream's audit that a test may change as whoever writes the database can, without a key.
class Tampered final : public testing::FaultyStore {
 public:
  Tampered(Store& original, const AuditStream& stream) : FaultyStore(original, plan_) {
    const auto head = original.find_audit_head(stream).value();
    for (std::uint64_t number = 1; head && number <= head->block.number; ++number) {
      blocks.emplace(number, original.find_audit_block(stream, number).value().value());
      rows.emplace(number, original.list_audit_block(stream, number).value());
    }
    rows[0] = original.list_unsealed_audit(stream, audit_block_events_max).value();
  }

  Result<std::vector<AuditRow>> list_audit_block(const AuditStream& /*stream*/, std::uint64_t number) override {
    if (unreadable_rows.contains(number)) {
      return Errc::record_unreadable;
    }
    return number != 0 && rows.contains(number) ? rows.at(number) : std::vector<AuditRow>();
  }
  Result<std::vector<AuditRow>> list_unsealed_audit(const AuditStream& /*stream*/, std::size_t limit) override {
    auto unsealed = rows.at(0);
    unsealed.resize(std::min(unsealed.size(), limit));
    return unsealed_is_unreadable ? Result<std::vector<AuditRow>>(Errc::record_unreadable) : unsealed;
  }
  Result<std::optional<AuditBlockRow>> find_audit_block(const AuditStream& /*stream*/, std::uint64_t number) override {
    if (unreadable_blocks.contains(number)) {
      return Errc::record_unreadable;
    }
    return blocks.contains(number) ? std::optional(blocks.at(number)) : std::nullopt;
  }
  Result<std::optional<AuditBlockRow>> find_audit_head(const AuditStream& stream) override {
    return blocks.empty() ? std::optional<AuditBlockRow>() : find_audit_block(stream, blocks.rbegin()->first);
  }

  std::map<std::uint64_t, std::vector<AuditRow>> rows;  // 0: in no block
  std::map<std::uint64_t, AuditBlockRow> blocks;
  std::set<std::uint64_t> unreadable_rows;
  std::set<std::uint64_t> unreadable_blocks;
  bool unsealed_is_unreadable = false;

 private:
  testing::FaultPlan plan_;
};

// An organisation whose audit has three closed blocks and some events in none.
struct AuditWorld : World {
  AuditWorld() {
    acme = found_active().organization;
    close();
    signed_in("100@acme");
    close();
    signed_in("100@acme");
    signed_in("100@acme");
    close();
    signed_in("100@acme");
  }

  AuditClosed close() { return housekeeping.close_audit(100).value(); }

  OrganizationId acme;
};

AuditVerification verified(const Environment& env, const AuditVerifyRequest& request) {
  return std::get<AuditVerification>(AuditLog(env).verify(Actor::host("test").value(), request).value());
}

std::vector<std::string> names(const AuditVerification& verification) {
  std::vector<std::string> out;
  for (const auto& finding : verification.findings) {
    out.push_back(std::string(audit_finding_name(finding.kind)) + " " + std::to_string(finding.block));
  }
  return out;
}

// What verify finds after `tamper` changed a copy of acme's stream.
std::vector<std::string> found(AuditWorld& world, const std::function<void(Tampered&)>& tamper,
                               const std::optional<AuditCheckpoint>& checkpoint = {}) {
  Tampered store(world.store, world.acme);
  tamper(store);
  const Environment env{
      .store = store, .clock = world.clock, .random = world.random, .hasher = world.hasher, .keys = world.keys};
  return names(verified(env, {.stream = world.acme, .checkpoint = checkpoint}));
}

AuditCheckpoint checkpoint_in(AuditWorld& world) {
  return std::get<AuditCheckpoint>(AuditLog(world.env).checkpoint(world.host(), world.acme).value());
}

using Names = std::vector<std::string>;

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

std::vector<std::string> exported(const Environment& env, const AuditStream& stream, std::uint64_t from = 1) {
  std::vector<std::string> lines;
  const auto outcome = AuditLog(env)
                           .export_json_lines(Actor::host("test").value(), stream, from,
                                              [&](std::string_view line) -> Result<void> {
                                                lines.emplace_back(line);
                                                return success();
                                              })
                           .value();
  CHECK(std::get<AuditExported>(outcome).events + std::get<AuditExported>(outcome).blocks == lines.size());
  return lines;
}

}  // namespace

TEST_CASE("R69: close_audit closes every stream's events into numbered, chained blocks, and nothing twice") {
  AuditWorld world;
  const auto first = world.store.find_audit_block(world.acme, 1).value().value();
  const auto second = world.store.find_audit_block(world.acme, 2).value().value();
  CHECK(first.block.previous == ByteArray<32>{});
  CHECK(second.block.previous == first.mac.value);
  CHECK(world.store.find_audit_head(world.acme).value()->block.number == 3);
  CHECK(world.store.list_audit_block(world.acme, 1).value().size() == first.block.events);
  CHECK(!world.store.list_unsealed_audit(world.acme, 10).value().empty());
  const auto closed = world.close();
  CHECK(closed.blocks == 1);
  REQUIRE(closed.checkpoints.size() == 1);
  CHECK(closed.checkpoints.front() == checkpoint_in(world));
  CHECK(closed.checkpoints.front().number == 4);
  CHECK(world.store.list_unsealed_audit(world.acme, 10).value().empty());
  CHECK(world.close().blocks == 0);
  CHECK(world.store.find_audit_head(world.acme).value()->block.number == 4);
}

TEST_CASE("R69: a stream with more events than a block takes gets several, within the limit of the call") {
  World world;
  const auto acme = world.found_active().organization;
  constexpr std::size_t events_count = 2 * audit_block_events_max + 10;
  auto fresh = Fresh::draw(world.random, world.clock.now()).value();
  ChangeSet set{.id = fresh.id<ChangeId>(), .at = world.clock.now()};
  while (set.changes.size() < events_count) {
    auto more = Fresh::draw(world.random, world.clock.now()).value();
    for (int i = 0; i < 100; ++i) {
      set.changes.emplace_back(AppendAudit{.event = {.id = more.id<AuditId>(), .organization = acme}});
    }
  }
  REQUIRE(std::holds_alternative<Committed>(world.store.commit(set).value()));
  auto closed = world.housekeeping.close_audit(1).value();
  CHECK(closed.blocks == 1);
  CHECK(closed.events == audit_block_events_max);
  CHECK(closed.more);
  closed = world.housekeeping.close_audit(100).value();
  CHECK_FALSE(closed.more);
  CHECK(world.store.find_audit_head(acme).value()->block.number == 3);
  CHECK(world.store.list_unsealed_audit(acme, 10).value().empty());
  CHECK(world.housekeeping.close_audit(0).value().blocks == 0);
}

TEST_CASE("R69: of two processes that close one stream, one wins and the other takes it as done") {
  // Between the facts and the commit of the first, the second closes the same events.
  class Overtaken final : public testing::FaultyStore {
   public:
    explicit Overtaken(Store& store) : FaultyStore(store, plan_) {}
    Result<CommitAnswer> commit(const ChangeSet& set) override {
      if (auto act = std::exchange(rival, {})) {
        act();
      }
      return FaultyStore::commit(set);
    }
    std::function<void()> rival;

   private:
    testing::FaultPlan plan_;
  };
  AuditWorld world;
  Overtaken store(world.store);
  store.rival = [&] { CHECK(world.close().blocks == 1); };
  const Environment env{
      .store = store, .clock = world.clock, .random = world.random, .hasher = world.hasher, .keys = world.keys};
  const auto closed = Housekeeping(env).close_audit(100).value();
  CHECK(closed.blocks == 0);
  CHECK(closed.checkpoints.empty());
  CHECK(world.store.find_audit_head(world.acme).value()->block.number == 4);
  CHECK(names(verified(world.env, {.stream = world.acme})).empty());
}

TEST_CASE("R69: an audit that nobody touched has no finding, in an organisation's stream and the system's") {
  AuditWorld world;
  const auto acme = verified(world.env, {.stream = world.acme});
  CHECK(acme.findings.empty());
  CHECK(acme.blocks == 3);
  CHECK(acme.next_block == 0);
  CHECK(acme.unsealed > 0);
  CHECK(acme.events > 3);
  CHECK(verified(world.env, {}).findings.empty());
  CHECK(verified(world.env, {.stream = OrganizationId()}).blocks == 0);
  CHECK(found(world, [](Tampered&) {}).empty());  // the copy by itself is no finding
}

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
  CHECK(found(world, [](Tampered& store) { store.unreadable_blocks.insert(2); }) == Names{"unreadable 2"});
  CHECK(found(world, [](Tampered& store) { store.unreadable_blocks.insert(3); }) == Names{"unreadable 3"});
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
  CHECK(nexts == std::vector<std::uint64_t>{2, 3, 0});
  // A forged head far away does not keep a call busy.
  Tampered store(world.store, world.acme);
  store.blocks.emplace(std::numeric_limits<std::uint64_t>::max(), store.blocks.at(3));
  const Environment env{
      .store = store, .clock = world.clock, .random = world.random, .hasher = world.hasher, .keys = world.keys};
  const auto first = verified(env, {.stream = world.acme, .blocks_max = 2000});
  CHECK(first.findings.size() >= 500);
  CHECK(first.findings.size() < 600);
  CHECK(first.next_block != 0);
}

TEST_CASE("R73: the audit outlives a rotation, and without the old key says so: neither good nor forged") {
  AuditWorld world;
  world.keys.swap(make_ring(2));
  world.signed_in("100@acme");
  world.close();
  CHECK(world.store.find_audit_block(world.acme, 3).value()->mac.key_id == 1);
  CHECK(world.store.find_audit_block(world.acme, 4).value()->mac.key_id == 2);
  CHECK(verified(world.env, {.stream = world.acme}).findings.empty());
  std::vector<Key> newest;
  newest.push_back({.id = 2, .secret = SecretBytes(32)});
  std::ranges::fill(newest.back().secret.writable(), std::byte{0xa2});
  world.keys.swap(KeyRing::create(2, std::move(newest)).value());
  const auto verification = verified(world.env, {.stream = world.acme});
  CHECK(!verification.findings.empty());
  for (const auto& finding : verification.findings) {
    CHECK(finding.kind == AuditFindingKind::key_unknown);
  }
}

TEST_CASE("R69: a checkpoint of a stream without blocks is number 0, and one of a forged block is not given") {
  AuditWorld world;
  const auto none = AuditLog(world.env).checkpoint(world.host(), OrganizationId()).value();
  CHECK(std::get<AuditCheckpoint>(none).number == 0);
  Tampered store(world.store, world.acme);
  store.blocks.at(3).mac.value[0] ^= std::byte{1};
  const Environment env{
      .store = store, .clock = world.clock, .random = world.random, .hasher = world.hasher, .keys = world.keys};
  CHECK(AuditLog(env).checkpoint(world.host(), world.acme).error() == Errc::sealed_value_broken);
}

TEST_CASE("R69: an export is a line for each event and then its block's, and the next one goes on where it ended") {
  AuditWorld world;
  const auto lines = exported(world.env, world.acme);
  std::uint64_t blocks = 0;
  std::uint64_t events = 0;
  for (const auto& line : lines) {
    const auto json = nlohmann::json::parse(line);
    if (json["type"] == "block") {
      ++blocks;
      CHECK(json["number"] == blocks);
      CHECK(json["events"] == events);
      CHECK(json["mac"] == hex_encode(world.store.find_audit_block(world.acme, blocks).value()->mac.value));
      events = 0;
    } else {
      CHECK(json["block"] == blocks + 1);
      CHECK(json["organization"] == world.acme.to_string());
      ++events;
    }
  }
  CHECK(blocks == 3);
  CHECK(events == 0);  // events in no block are for the next export
  CHECK(exported(world.env, world.acme, 4).empty());
  world.close();
  const auto more = exported(world.env, world.acme, 4);
  CHECK(!more.empty());
  CHECK(nlohmann::json::parse(more.back())["number"] == 4);
}

TEST_CASE("R69: an export ends with its sink's error") {
  AuditWorld world;
  int lines = 0;
  const auto outcome = AuditLog(world.env).export_json_lines(
      world.host(), world.acme, 1, [&](std::string_view /*line*/) -> Result<void> {
        ++lines;
        return lines == 3 ? Result<void>(Errc::file_unwritable) : success();
      });
  CHECK(outcome.error() == Errc::file_unwritable);
  CHECK(lines == 3);
}

TEST_CASE("R30, R69: a manager reads the own organisation's audit alone; verification is for staff and host") {
  AuditWorld world;
  const auto birch = world.found_active("birch").organization;
  const AuditLog log(world.env);
  const auto manager = world.manager();
  const auto page = std::get<Page<AuditRow>>(log.list(manager, world.acme, {.limit = 3}).value());
  CHECK(page.records.size() == 3);
  CHECK(!page.next.empty());
  for (const auto& stream : {AuditStream(birch), AuditStream(), AuditStream(OrganizationId())}) {
    CHECK(std::get<OperationRefused>(log.list(manager, stream, {}).value()).reason == Permission::not_found);
  }
  CHECK(std::holds_alternative<OperationRefused>(log.verify(manager, {.stream = world.acme}).value()));
  CHECK(std::holds_alternative<OperationRefused>(log.checkpoint(manager, world.acme).value()));
  const AuditSink none = [](std::string_view /*line*/) -> Result<void> { return Errc::file_unwritable; };
  CHECK(std::holds_alternative<OperationRefused>(log.export_json_lines(manager, world.acme, 1, none).value()));
  const auto owner = Actor::in_view(world.signed_in("100@acme").who, View::my_account).value();
  CHECK(std::get<OperationRefused>(log.list(owner, world.acme, {}).value()).reason == Permission::wrong_view);
  for (const auto& stream : {AuditStream(birch), AuditStream()}) {
    CHECK(std::holds_alternative<Page<AuditRow>>(log.list(world.host(), stream, {}).value()));
    CHECK(std::holds_alternative<AuditVerification>(log.verify(world.host(), {.stream = stream}).value()));
  }
}

TEST_CASE("R67: a manager whose session ended reads no audit with an old proof") {
  AuditWorld world;
  auto session = world.signed_in("100@acme");
  const auto manager = Actor::in_view(session.who, View::manage_organization).value();
  REQUIRE(AuditLog(world.env).list(manager, world.acme, {}).has_value());
  REQUIRE(world.sessions.end(session.who, session.who.session()).has_value());
  CHECK(AuditLog(world.env).list(manager, world.acme, {}).error() == Errc::actor_revoked);
}

TEST_CASE("R67, R69: what staff read and verify is in the audit, with their reason; the host's own reading is not") {
  AuditWorld world;
  const AuditLog log(world.env);
  const auto staff = Actor::staff("Robin", "ticket 42").value();
  const auto before = world.kinds(world.acme).size();
  REQUIRE(log.list(world.host(), world.acme, {}).has_value());
  REQUIRE(log.verify(world.host(), {.stream = world.acme}).has_value());
  CHECK(world.kinds(world.acme).size() == before);
  const auto page = std::get<Page<AuditRow>>(log.list(staff, world.acme, {.limit = 2}).value());
  REQUIRE(log.list(staff, world.acme, {.after = page.next, .limit = 2}).has_value());
  REQUIRE(log.verify(staff, {.stream = world.acme}).has_value());
  REQUIRE(
      log.export_json_lines(staff, world.acme, 1, [](std::string_view /*line*/) -> Result<void> { return success(); })
          .has_value());
  const auto kinds = world.kinds(world.acme);
  REQUIRE(kinds.size() == before + 3);
  CHECK(std::vector(kinds.end() - 3, kinds.end()) ==
        std::vector<std::string>{"audit_viewed:list", "audit_verified:clean", "audit_viewed:export"});
  const auto row = world.store.list_unsealed_audit(world.acme, 100).value().back();
  CHECK(row.event.actor_name == "Robin");
  CHECK(row.event.actor_reason == "ticket 42");
}
