#include <sqlite3.h>

#include "services/audit_world.hpp"
#include "sqlite_fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

// An organisation's audit on SQLite, and another program that writes to the file, without a key.
struct AuditFile : TemporaryFolder, AuditWorld {
  AuditFile() : AuditWorld(open_store(file())) { REQUIRE(findings().empty()); }

  void run(const std::string& sql) const {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(file().c_str(), &db) == SQLITE_OK);
    CHECK_MESSAGE(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK, sqlite3_errmsg(db));
    CHECK(sqlite3_changes(db) == 1);
    sqlite3_close(db);
  }
  std::vector<AuditRow> unsealed() { return store.list_unsealed_audit(acme, 100).value(); }
  std::vector<std::string> findings() { return names(verified(env, {.stream = acme})); }
  std::uint64_t newest() { return store.find_audit_head(acme).value()->block.number; }
};

template <class Bytes>
std::string literal(const Bytes& bytes) {
  return "x'" + hex_encode(bytes) + "'";
}

}  // namespace

TEST_CASE("R69: an event with a junk MAC is found, whatever block it was put in") {
  for (const std::string block : {"NULL", "0", "-7", "4", "1000000", "9223372036854775807"}) {
    CAPTURE(block);
    AuditFile world;
    REQUIRE(world.newest() == 3);
    auto event = world.unsealed().front().event;
    event.id = AuditId::make(world.clock.now() + std::chrono::hours(1), {});
    event.reason = "made up";
    world.run("INSERT INTO ostiary_audit (id, stream, body, mac_key, mac, block) VALUES (" + literal(event.id.bytes()) +
              ", " + literal(world.acme.bytes()) + ", " + literal(encode(event)) + ", 1, zeroblob(32), " + block + ")");
    const auto findings = world.findings();
    CHECK(std::ranges::find(findings, "event_changed 0") != findings.end());
    // Once it is in a block it is found there.
    CHECK(world.close().blocks > 0);
    CHECK(world.unsealed().empty());
    const auto later = world.findings();
    CHECK(std::ranges::find(later, "event_changed 4") != later.end());
  }
}

TEST_CASE("R69: a genuine event that was moved out of sight and edited is found; put back as it was, it is closed") {
  for (const std::string block : {"0", "-1", "1000000"}) {
    CAPTURE(block);
    AuditFile world;
    const auto before = world.unsealed();
    const auto& row = before.front();
    const auto where = " WHERE id = " + literal(row.event.id.bytes());
    auto edited = row.event;
    edited.reason += "x";
    auto move = "UPDATE ostiary_audit SET block = " + block;
    move += ", body = " + literal(encode(edited));
    world.run(move + where);
    const auto findings = world.findings();
    CHECK(std::ranges::find(findings, "event_changed 0") != findings.end());
    CHECK(world.unsealed().size() == before.size());
    world.run("UPDATE ostiary_audit SET body = " + literal(encode(row.event)) + where);
    CHECK(world.findings() == (block == "0" ? Names{} : Names{"event_misplaced 0"}));
    world.signed_in("100@acme");  // an event in no block, by which the stream is listed
    CHECK(world.close().blocks > 0);
    CHECK(world.unsealed().empty());
    CHECK(world.findings().empty());
    CHECK(std::ranges::count(world.store.list_audit_block(world.acme, 4).value(), row.event.id,
                             [](const AuditRow& each) { return each.event.id; }) == 1);
  }
}

TEST_CASE("R69: an unsealed event is listed by ascending id, no more than the limit, strays among them") {
  AuditFile world;
  for (int i = 0; i < 3; ++i) {
    world.clock.advance(std::chrono::seconds(1));
    world.signed_in("100@acme");
  }
  const auto before = world.unsealed();
  REQUIRE(before.size() >= 4);
  world.run("UPDATE ostiary_audit SET block = 77 WHERE id = " + literal(before[1].event.id.bytes()));
  world.run("UPDATE ostiary_audit SET block = 0 WHERE id = " + literal(before[2].event.id.bytes()));
  for (std::size_t limit = 0; limit <= before.size(); ++limit) {
    const auto listed = world.store.list_unsealed_audit(world.acme, limit).value();
    REQUIRE(listed.size() == limit);
    for (std::size_t i = 0; i < limit; ++i) {
      CHECK(listed[i].event.id == before[i].event.id);
    }
  }
}

TEST_CASE("R69: a block that stands under another's number or stream is unreadable, and gives no checkpoint") {
  const std::pair<std::string, std::string> copies[] = {
      {"SELECT stream, 4, body, mac_key, mac FROM ostiary_audit_blocks WHERE number = 2 AND stream = ", "4"},
      {"SELECT stream, 9000, body, mac_key, mac FROM ostiary_audit_blocks WHERE number = 2 AND stream = ", "9000"}};
  for (const auto& [copy, number] : copies) {
    CAPTURE(number);
    AuditFile world;
    CHECK(AuditLog(world.env).checkpoint(world.host(), world.acme).has_value());
    world.run("INSERT INTO ostiary_audit_blocks " + copy + literal(world.acme.bytes()));
    CHECK(world.store.find_audit_head(world.acme).error() == Errc::record_unreadable);
    CHECK(world.store.find_audit_block(world.acme, std::stoull(number)).error() == Errc::record_unreadable);
    CHECK(world.store.find_audit_block(world.acme, 2).has_value());
    CHECK_FALSE(AuditLog(world.env).checkpoint(world.host(), world.acme).has_value());
    const auto findings = world.findings();
    CHECK(std::ranges::find(findings, "unreadable 0") != findings.end());
  }
  AuditFile world;
  world.found("birch");
  world.close();
  const auto birch = world.store.find_organization_by_domain(Domain::parse("birch").value()).value()->id;
  world.run(
      "UPDATE ostiary_audit_blocks SET body = (SELECT body FROM ostiary_audit_blocks WHERE number = 1 AND "
      "stream = " +
      literal(birch.bytes()) + ") WHERE number = 1 AND stream = " + literal(world.acme.bytes()));
  CHECK(world.store.find_audit_block(world.acme, 1).error() == Errc::record_unreadable);
  const auto findings = world.findings();
  CHECK(std::ranges::find(findings, "unreadable 1") != findings.end());
}
