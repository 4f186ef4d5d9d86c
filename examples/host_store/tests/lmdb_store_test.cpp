#include <algorithm>
#include <sys/stat.h>

#include "../lmdb/rows.hpp"
#include "adapters/child_process.hpp"
#include "fixture.hpp"

using namespace ostiary;
using namespace host;
using ostiary::test::ChildProcess;

namespace {

std::string child() { return HOST_STORE_LMDB_CHILD; }

bool has_event(Store& store, const AuditId& id) { return std::ranges::count(read_events(store), id) == 1; }

// Writes a row by hand, as a damaged or another program's file would have it.
void write_row(const std::filesystem::path& file, const Bytes& key, const Bytes& row) {
  const auto environment = must(lmdb::Environment::open(file, std::size_t{1} << 30U));
  auto db = must(lmdb::Transaction::begin(*environment, lmdb::Transaction::Access::write));
  REQUIRE(db.put(key, row));
  REQUIRE(db.commit());
}

}  // namespace

TEST_CASE("stores of one process share one file, by whichever path, until the last is gone") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "store.lmdb";
  const auto alias = folder.path() / "alias.lmdb";
  IdSource ids;
  const auto first_set = make_set(ids);
  auto first = must(LmdbStore::open({.path = file}));
  std::filesystem::create_symlink(file, alias);
  auto second = must(LmdbStore::open({.path = alias}));
  CHECK(is_committed(first->commit(first_set)));
  CHECK(has_event(*second, event_of(first_set)));
  first.reset();
  const auto second_set = make_set(ids);
  CHECK(is_committed(second->commit(second_set)));
  second.reset();
  const auto third = must(LmdbStore::open({.path = file}));
  CHECK(has_event(*third, event_of(first_set)));
  CHECK(has_event(*third, event_of(second_set)));
}

TEST_CASE("the file and its lock are readable by their owner alone") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "store.lmdb";
  const auto store = must(LmdbStore::open({.path = file}));
  for (const auto& path : {file.string(), file.string() + "-lock"}) {
    struct stat found{};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777U) == 0600U);
  }
}

TEST_CASE("a store that cannot be opened says why") {
  const TemporaryFolder folder;
  const auto error_of = [](const LmdbOptions& options) { return LmdbStore::open(options).error(); };
  CHECK(error_of({}) == Errc::invalid_configuration);
  CHECK(error_of({.path = folder.path() / "x", .map_bytes = 0}) == Errc::invalid_configuration);
  CHECK(error_of({.path = folder.path() / "missing" / "x"}) == Errc::file_unwritable);
  const auto file = folder.path() / "store.lmdb";
  write_row(file, {std::byte{0}}, {std::byte{3}});  // the row that says how the others are laid out
  CHECK(error_of({.path = file}) == Errc::store_schema_newer);
  CHECK(error_of({.path = file}) == Errc::store_schema_newer);  // nothing was left open
}

TEST_CASE("a file of format 1 opens with its sessions, which were proved long ago") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "store.lmdb";
  IdSource ids;
  const auto now = Instant(Duration(1'700'000'000'000));
  const Organization organization{.id = ids.next<OrganizationId>(), .domain = must(Domain::parse("acme"))};
  Account account{.id = ids.next<AccountId>(),
                  .organization = organization.id,
                  .login = must(LoginName::parse("ada@acme")),
                  .status = AccountStatus::active};
  account.addresses.push_back(
      {.address = must(EmailAddress::parse("ada@mail.example")), .purposes = {AddressPurpose::designated}});
  std::vector<Session> sessions;
  std::vector<Change> changes{PutOrganization{.next = organization}, PutAccount{.next = account}};
  for (int i = 0; i < 3; ++i) {
    sessions.push_back({.id = ids.next<SessionId>(),
                        .account = account.id,
                        .epoch = account.epochs.sessions,
                        .user_agent = "Browser/1",
                        .created_at = now,
                        .last_seen_at = now + Duration(i),
                        .ends_at = now + Duration(9)});
    changes.emplace_back(PutSession{.session = sessions.back()});
  }
  {
    const auto store = must(LmdbStore::open({.path = file}));
    REQUIRE(is_committed(store->commit({.id = ids.next<ChangeId>(), .at = now, .changes = changes})));
    for (const auto& session : sessions) {  // as they lay before
      write_row(file, lmdb::key_of<Session>(session.id),
                lmdb::Writer().number(session.epoch).time(session.last_seen_at).raw(encode(session)).finish());
    }
    write_row(file, {std::byte{0}}, {std::byte{1}});
  }
  for (int opened = 0; opened < 2; ++opened) {  // the second time there is nothing to do
    const auto store = must(LmdbStore::open({.path = file}));
    for (const auto& session : sessions) {
      const auto facts = must(store->find_session(session.id));
      REQUIRE(facts.has_value());
      CHECK(encode(facts->session) == encode(session));
      CHECK(facts->session.last_seen_at == session.last_seen_at);
      CHECK(facts->session.proved_at == Instant());
    }
  }
}

TEST_CASE("a full map is store_failure: what was there stays, and a larger map takes the set") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "store.lmdb";
  auto store = must(LmdbStore::open({.path = file, .map_bytes = std::size_t{256} * 1024}));
  IdSource ids;
  std::vector<AuditId> written;
  constexpr int sets_max = 10'000;
  auto set = make_set(ids);
  auto answer = store->commit(set);
  for (int i = 0; i < sets_max && answer; ++i) {
    written.push_back(event_of(set));
    set = make_set(ids);
    answer = store->commit(set);
  }
  REQUIRE(!answer);
  CHECK(answer.error() == Errc::store_failure);
  CHECK(read_events(*store) == written);
  store.reset();
  store = must(LmdbStore::open({.path = file}));
  CHECK(is_committed(store->commit(set)));
  written.push_back(event_of(set));
  CHECK(read_events(*store) == written);
}

TEST_CASE("a row that nobody of us wrote is record_unreadable, and never half a record") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "store.lmdb";
  const auto store = must(LmdbStore::open({.path = file}));
  IdSource ids;
  const auto id = ids.next<LinkId>();
  const Link link{.id = id, .account = ids.next<AccountId>(), .issued = 1, .ends_at = Instant(Duration(-1))};
  const auto row = lmdb::Kept<Link>::write(link);
  const auto key = lmdb::key_of<Link>(id);
  write_row(file, key, row);
  CHECK(must(store->find_link(id))->ends_at == link.ends_at);
  std::vector<Bytes> unreadable;
  for (std::size_t length = 0; length < row.size(); ++length) {
    unreadable.emplace_back(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(length));
  }
  unreadable.push_back(row);
  unreadable.back().push_back(std::byte{0});
  unreadable.push_back(row);
  unreadable.back().at(16) = std::byte{99};  // a purpose that there is not
  for (const auto& written : unreadable) {
    write_row(file, key, written);
    CHECK(store->find_link(id).error() == Errc::record_unreadable);
  }
}

TEST_CASE("R69: an event in a block that is not there is in none, and a block under another's number is unreadable") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "store.lmdb";
  const auto store = must(LmdbStore::open({.path = file}));
  IdSource ids;
  const AuditRow stray{.event = {.id = ids.next<AuditId>()}, .mac = {}, .block = 99};
  const auto set = make_set(ids);
  CHECK(is_committed(store->commit(set)));
  write_row(file, lmdb::key_of<AuditRow>(stray.event.id), lmdb::Kept<AuditRow>::write(stray));
  for (const auto& entry : lmdb::Kept<AuditRow>::index(stray)) {
    write_row(file, entry.key, entry.value);
  }
  const auto unsealed = must(store->list_unsealed_audit(std::nullopt, 9));
  REQUIRE(unsealed.size() == 2);
  CHECK(unsealed[0].event.id == stray.event.id);
  CHECK(unsealed[0].block == 99);
  CHECK(unsealed[1].event.id == event_of(set));
  CHECK(must(store->list_unsealed_audit(std::nullopt, 1)).size() == 1);

  const auto close = [&](std::uint64_t number) {
    return ChangeSet{.id = ids.next<ChangeId>(),
                     .changes = {PutAuditBlock{.block = {.number = number, .events = 2},
                                               .events = {stray.event.id, event_of(set)}}}};
  };
  CHECK(is_committed(store->commit(close(1))));
  CHECK(must(store->list_unsealed_audit(std::nullopt, 9)).empty());
  CHECK(must(store->list_audit_block(std::nullopt, 1)).size() == 2);
  CHECK(must(store->list_audit_block(std::nullopt, 99)).empty());
  CHECK_FALSE(is_committed(store->commit(close(2))));  // they are in a block now

  const auto block = must(store->find_audit_block(std::nullopt, 1));
  REQUIRE(block);
  const lmdb::StoredBlock copy{.id = lmdb::block_id(std::nullopt, 2), .row = *block};
  write_row(file, lmdb::key_of<lmdb::StoredBlock>(copy.id), lmdb::Kept<lmdb::StoredBlock>::write(copy));
  CHECK(store->find_audit_block(std::nullopt, 2).error() == Errc::record_unreadable);
}

TEST_CASE("a process that dies in a write leaves nothing of it, and hands its lock on") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "store.lmdb";
  const auto store = must(LmdbStore::open({.path = file}));
  ChildProcess writer({child(), "die-writing", file});
  REQUIRE(writer.read_line() == "in a transaction");
  CHECK(writer.wait() == -1);  // killed
  IdSource ids;
  const auto set = make_set(ids);
  CHECK(is_committed(store->commit(set)));
  CHECK(read_events(*store) == std::vector{event_of(set)});
}

TEST_CASE("a process that dies in a read keeps no page for ever: housekeeping gives its slot back") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "store.lmdb";
  const auto store = must(LmdbStore::open({.path = file}));
  ChildProcess reader({child(), "die-reading", file});
  REQUIRE(reader.read_line() == "in a transaction");
  CHECK(reader.wait() == -1);
  const auto environment = must(lmdb::Environment::open(file, 0));  // the one that is open
  REQUIRE(must(store->housekeep(Instant(), 1)).deleted == 0);
  int dead = -1;
  CHECK(mdb_reader_check(environment->get(), &dead) == 0);
  CHECK(dead == 0);  // none is left
}

TEST_CASE("kill -9 at any moment loses no commit that was answered, and stops no other process") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "store.lmdb";
  const auto store = must(LmdbStore::open({.path = file}));
  IdSource ids(1'000);
  std::vector<AuditId> answered;
  constexpr std::uint32_t rounds = 10;
  for (std::uint32_t round = 0; round < rounds; ++round) {
    ChildProcess killed({child(), "commit", file, std::to_string(2 * round)});
    ChildProcess other({child(), "commit", file, std::to_string(2 * round + 1)});
    for (std::uint32_t i = 0; i <= round; ++i) {
      answered.push_back(must(AuditId::parse(killed.read_line())));
      answered.push_back(must(AuditId::parse(other.read_line())));
    }
    killed.kill_now();
    answered.push_back(must(AuditId::parse(other.read_line())));
    const auto set = make_set(ids);
    CHECK(is_committed(store->commit(set)));
    answered.push_back(event_of(set));
  }
  auto stored = read_events(*store);
  std::ranges::sort(stored);
  std::ranges::sort(answered);
  CHECK(std::ranges::includes(stored, answered));
}
