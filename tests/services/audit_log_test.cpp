#include <ostiary/services/audit_log.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/audit_world.hpp"
#include "services/overtaken_store.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

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

TEST_CASE("R69: a stream that cannot be read keeps no other from being closed, however small the limit, and is told") {
  class Unreadable final : public testing::FaultyStore {
   public:
    explicit Unreadable(Store& store) : FaultyStore(store, plan_) {}
    Result<std::vector<AuditRow>> list_unsealed_audit(const AuditStream& stream, std::size_t limit) override {
      if (stream == broken) {
        return Errc::record_unreadable;
      }
      return FaultyStore::list_unsealed_audit(stream, limit);
    }
    AuditStream broken;

   private:
    testing::FaultPlan plan_;
  };
  AuditWorld world;
  world.found("birch");
  const auto streams = world.store.list_unsealed_streams(10).value();
  REQUIRE(streams.size() == 2);
  Unreadable store(world.store);
  store.broken = streams.front();
  const Environment env{
      .store = store, .clock = world.clock, .random = world.random, .hasher = world.hasher, .keys = world.keys};
  const auto closed = Housekeeping(env).close_audit(1).value();
  CHECK(closed.first_error == Errc::record_unreadable);
  CHECK(closed.blocks == 1);
  REQUIRE(closed.checkpoints.size() == 1);
  CHECK(closed.checkpoints.front().stream == streams.back());
  CHECK(world.store.list_unsealed_streams(10).value() == std::vector{streams.front()});
}

TEST_CASE("R69: a verification that goes on behind a block that is not there says so") {
  AuditWorld world;
  CHECK(names(verified(world.env, {.stream = world.acme, .from_block = 3})).empty());
  CHECK(names(verified(world.env, {.stream = world.acme, .from_block = 101})) ==
        std::vector<std::string>{"block_missing 100"});
}

TEST_CASE("R69: of two processes that close one stream, one wins and the other takes it as done") {
  // Between the facts and the commit of the first, the second closes the same events.
  AuditWorld world;
  OvertakenStore<PutAuditBlock> store(world.store);
  store.overtake = [&] { CHECK(world.close().blocks == 1); };
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
  world.clock.advance(std::chrono::seconds(1));  // ids of one millisecond are in no order
  const auto page = std::get<Page<AuditRow>>(log.list(staff, world.acme, {.limit = 2}).value());
  world.clock.advance(std::chrono::seconds(1));
  REQUIRE(log.list(staff, world.acme, {.after = page.next, .limit = 2}).has_value());
  world.clock.advance(std::chrono::seconds(1));
  REQUIRE(log.list(staff, world.acme, {.after = AuditId().to_string()}).has_value());  // a cursor that no page gave
  world.clock.advance(std::chrono::seconds(1));
  REQUIRE(log.checkpoint(staff, world.acme).has_value());
  world.clock.advance(std::chrono::seconds(1));
  REQUIRE(log.verify(staff, {.stream = world.acme}).has_value());
  world.clock.advance(std::chrono::seconds(1));
  REQUIRE(
      log.export_json_lines(staff, world.acme, 1, [](std::string_view /*line*/) -> Result<void> { return success(); })
          .has_value());
  const auto kinds = world.kinds(world.acme);
  REQUIRE(kinds.size() == before + 6);
  CHECK(std::vector(kinds.end() - 6, kinds.end()) ==
        std::vector<std::string>{"audit_viewed:list", "audit_viewed:list", "audit_viewed:list",
                                 "audit_viewed:checkpoint", "audit_verified:clean", "audit_viewed:export"});
  const auto row = world.store.list_unsealed_audit(world.acme, 100).value().back();
  CHECK(row.event.actor_name == "Robin");
  CHECK(row.event.actor_reason == "ticket 42");
}
