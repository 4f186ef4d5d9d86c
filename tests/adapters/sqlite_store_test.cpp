#include <algorithm>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <thread>

#include <doctest/doctest.h>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/migrations.hpp"
#include "run_sql.hpp"
#include "sqlite_fixture.hpp"
#include <ostiary/base/assert.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

Errc error_of(const SqliteOptions& options) {
  const auto store = SqliteStore::open(options);
  REQUIRE(!store.has_value());
  return static_cast<Errc>(store.error().value());
}

std::string read_bytes(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

bool holds_bytes(const std::string& haystack, ByteView needle) {
  return haystack.find({reinterpret_cast<const char*>(needle.data()), needle.size()}) != std::string::npos;
}

// An organisation and an account of it, stored.
struct World {
  IdSource ids;
  Organization organization = make_organization(ids);
  Account account = make_account(ids, organization.id, "201@Acme");

  explicit World(Store& store) {
    account.host_ref = "customer-17";
    REQUIRE(is_committed(
        store.commit(make_set(ids, {PutOrganization{.next = organization}, PutAccount{.next = account}}))));
  }
};

}  // namespace

TEST_CASE("a new file is migrated from empty, readable by its owner alone") {
  const TemporaryFolder folder;
  const auto store = open_store(folder.file());
  for (const auto* suffix : {"", "-wal", "-shm", "-gate"}) {
    struct stat status{};
    REQUIRE(stat((folder.file().string() + suffix).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
  }
}

TEST_CASE("opening again keeps everything, and the file's mode as its owner set it") {
  const TemporaryFolder folder;
  auto store = open_store(folder.file());
  World world(*store);
  const auto session = make_session(world.ids, world.account);
  REQUIRE(is_committed(store->commit(make_set(world.ids, {PutSession{.session = session}}))));
  store.reset();
  std::filesystem::permissions(folder.file(), std::filesystem::perms(0640));

  store = open_store(folder.file());
  const auto account = must(store->find_account_by_login(world.account.login));
  REQUIRE(account.has_value());
  CHECK(encode(*account) == encode(world.account));
  CHECK(account->version == 1);
  const auto facts = must(store->find_session(session.id));
  REQUIRE(facts.has_value());
  CHECK(encode(facts->session) == encode(session));
  CHECK(facts->account.login.as_typed() == "201@Acme");
  CHECK(facts->organization == OrganizationStatus::active);
  CHECK(std::filesystem::status(folder.file()).permissions() == std::filesystem::perms(0640));
}

TEST_CASE("a host's own tables in the same file stay as they are") {
  const TemporaryFolder folder;
  run_sql(folder.file(),
          "CREATE TABLE accounts (name TEXT); INSERT INTO accounts VALUES ('own'); "
          "PRAGMA user_version = 7");
  static_cast<void>(open_store(folder.file()));
  auto connection =
      must(sqlite::Connection::open(folder.file().string(), sqlite::Deadline::max(), sqlite::Access::read, 0));
  const auto name = must(connection->first("SELECT name FROM accounts",
                                           [](const sqlite::Row& row) -> Result<std::string> { return row.text(0); }));
  CHECK(name == "own");
  const auto version = must(connection->first(
      "PRAGMA user_version", [](const sqlite::Row& row) -> Result<int> { return row.number<int>(0); }));
  CHECK(version == 7);
}

TEST_CASE("a step of more than 63 bits is refused, and never wraps around") {
  const TemporaryFolder folder;
  const auto store = open_store(folder.file());
  World world(*store);
  auto account = world.account;
  account.authenticator = Authenticator{.id = world.ids.next<CredentialId>(), .accepted_step = 5};
  const auto advance = [&](TotpStep step) {
    return make_set(world.ids,
                    {AdvanceTotpStep{.account = account.id, .authenticator = account.authenticator->id, .step = step}});
  };
  REQUIRE(is_committed(store->commit(make_set(world.ids, {PutAccount{.next = account, .expected = 1}}))));
  constexpr auto too_far = TotpStep{1} << 63U;
  CHECK(is_refused(store->commit(advance(too_far))));
  CHECK(is_refused(store->commit(advance(~TotpStep{0}))));
  CHECK(marks_of(*must(store->find_account(account.id))).accepted_step == 5);
  account.authenticator = Authenticator{.id = world.ids.next<CredentialId>(), .accepted_step = too_far};
  CHECK(is_refused(store->commit(make_set(world.ids, {PutAccount{.next = account, .expected = 2}}))));
  account.authenticator->accepted_step = too_far - 1;
  CHECK(is_committed(store->commit(make_set(world.ids, {PutAccount{.next = account, .expected = 2}}))));
  CHECK(marks_of(*must(store->find_account(account.id))).accepted_step == too_far - 1);
}

TEST_CASE("marks of another authenticator than the body's are unreadable") {
  const TemporaryFolder folder;
  const auto store = open_store(folder.file());
  World world(*store);
  auto account = world.account;
  account.authenticator = Authenticator{.id = world.ids.next<CredentialId>()};
  account.recovery_codes = RecoveryCodes{.id = world.ids.next<CredentialId>(), .count = 10};
  REQUIRE(is_committed(store->commit(make_set(world.ids, {PutAccount{.next = account, .expected = 1}}))));
  for (const auto* const change : {"authenticator = recovery_codes", "authenticator = NULL",
                                   "recovery_codes = x'00112233445566778899aabbccddeeff'"}) {
    REQUIRE(must(store->find_account(account.id)).has_value());
    const auto undo =
        "UPDATE ostiary_accounts SET (authenticator, recovery_codes) = (SELECT authenticator, "
        "recovery_codes FROM kept)";
    run_sql(folder.file(),
            (std::string("CREATE TABLE kept AS SELECT authenticator, recovery_codes FROM ostiary_accounts; "
                         "UPDATE ostiary_accounts SET ") +
             change)
                .c_str());
    CHECK(store->find_account(account.id).error() == Errc::record_unreadable);
    run_sql(folder.file(), (std::string(undo) + "; DROP TABLE kept").c_str());
  }
}

TEST_CASE("a file that a newer release migrated is refused and stays as it is") {
  const TemporaryFolder folder;
  static_cast<void>(open_store(folder.file()));
  const auto newer = "INSERT INTO ostiary_schema VALUES (" + std::to_string(sqlite::migrations().size() + 1) + ")";
  run_sql(folder.file(), newer.c_str());
  const auto before = read_bytes(folder.file());
  CHECK(error_of({.path = folder.file()}) == Errc::store_schema_newer);
  CHECK(read_bytes(folder.file()) == before);
}

TEST_CASE("R74, S388: a file from before hashes had forms gets them as hash_form gives them") {
  const TemporaryFolder folder;
  World world(*open_store(folder.file()));
  auto connection =
      must(sqlite::Connection::open(folder.file().string(), sqlite::Deadline::max(), sqlite::Access::write, 0));
  const auto scripts = sqlite::migrations();
  const auto found = std::ranges::find_if(
      scripts, [](std::string_view script) { return script.find("ADD COLUMN form") != std::string_view::npos; });
  REQUIRE(found != scripts.end());
  const std::string migration = *found;
  REQUIRE(connection
              ->run_script("DROP INDEX ostiary_password_hashes_by_form; "
                           "ALTER TABLE ostiary_password_hashes DROP COLUMN form; PRAGMA foreign_keys = OFF")
              .has_value());
  const std::vector<std::string> hashes{"",
                                        "x",
                                        "$x",
                                        "$salt$digest",
                                        "$$$",
                                        "$2b",
                                        "$2b$12$salt+digest",
                                        "$2B$1$2",
                                        "$a$$b",
                                        "a$b$c",
                                        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
                                        "$2b-sha256$05$xyz"};
  for (const auto& hash : hashes) {
    const auto id = world.ids.next<AccountId>();
    CHECK(must(connection->write("INSERT INTO ostiary_password_hashes VALUES (?1, ?2, ?3)", id,
                                 world.ids.next<CredentialId>(), as_bytes(hash))));
  }
  REQUIRE(connection->run_script(migration.c_str()).has_value());
  const auto forms =
      must(connection->all("SELECT hash, form FROM ostiary_password_hashes",
                           [](const sqlite::Row& row) -> Result<std::pair<std::string, std::string>> {
                             const auto text = [&](int column) {
                               const auto bytes = row.bytes(column);
                               return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
                             };
                             return std::pair{text(0), text(1)};
                           }));
  CHECK(forms.size() == hashes.size() + 1);
  for (const auto& [hash, form] : forms) {
    CAPTURE(hash);
    CHECK(form == hash_form(hash));
  }
}

TEST_CASE("R74: the forms are counted by an index that has no hash in it") {
  const TemporaryFolder folder;
  static_cast<void>(open_store(folder.file()));
  auto connection =
      must(sqlite::Connection::open(folder.file().string(), sqlite::Deadline::max(), sqlite::Access::read, 0));
  const auto plan = must(connection->all(
      "EXPLAIN QUERY PLAN SELECT form, count(*) FROM ostiary_password_hashes GROUP BY form ORDER BY form",
      [](const sqlite::Row& row) -> Result<std::string> { return row.text(3); }));
  CHECK(plan ==
        std::vector<std::string>{"SCAN ostiary_password_hashes USING COVERING INDEX ostiary_password_hashes_by_form"});
}

TEST_CASE("a path that cannot be opened, and options out of range, have an error of their own") {
  const TemporaryFolder folder;
  CHECK(error_of({.path = folder.path() / "absent" / "ostiary.db"}) == Errc::file_unwritable);
  CHECK(error_of({.path = folder.path()}) == Errc::file_unwritable);
  CHECK(error_of({.path = ""}) == Errc::invalid_configuration);
  CHECK(error_of({.path = std::string("a\0b", 3)}) == Errc::invalid_configuration);
  CHECK(error_of({.path = folder.file(), .connections_max = 1}) == Errc::invalid_configuration);
  CHECK(error_of({.path = folder.file(), .busy_deadline = Duration(-1)}) == Errc::invalid_configuration);
  std::ofstream(folder.file()) << std::string(8192, 'x');
  CHECK(error_of({.path = folder.file()}) == Errc::store_failure);
}

TEST_CASE("a full file refuses the set, loses nothing that was answered, and goes on once there is room") {
  const TemporaryFolder folder;
  std::vector<AuditId> kept;
  IdSource ids;
  auto big = make_event(ids);
  big.reason = std::string(3'000, 'r');
  {
    const auto store = must(SqliteStore::open({.path = folder.file(), .pages_max = 60}));
    for (;;) {
      big.id = ids.next<AuditId>();
      const auto answer = store->commit(make_set(ids, {AppendAudit{.event = big}}));
      if (!answer) {
        CHECK(answer.error() == Errc::store_failure);
        break;
      }
      kept.push_back(big.id);
      REQUIRE(kept.size() < 60);
    }
    CHECK(!kept.empty());
    CHECK(read_audit_ids(*store) == kept);
  }
  const auto store = open_store(folder.file());
  CHECK(read_audit_ids(*store) == kept);
  CHECK(is_committed(store->commit(make_set(ids, {AppendAudit{.event = big}}))));
}

TEST_CASE("secret fields are stored exactly as given, and an upgraded hash leaves no copy in the record") {
  const TemporaryFolder folder;
  auto store = open_store(folder.file());
  World world(*store);
  auto next = world.account;
  next.pin = Pin{.sealed = {std::byte{0}, std::byte{0xff}, std::byte{0x27}, std::byte{0}}, .set_at = start};
  auto session = make_session(world.ids, next);
  session.digest.fill(std::byte{0x5a});
  const std::string upgraded = "$argon2id$v=19$m=65536,t=3,p=1$bmV3c2FsdA$bmV3aGFzaA";
  REQUIRE(is_committed(store->commit(
      make_set(world.ids, {PutAccount{.next = next, .expected = 1}, PutSession{.session = session},
                           UpgradeHash{.account = next.id, .from = next.password->hash, .to = upgraded}}))));
  const auto stored = must(store->find_account(next.id));
  REQUIRE(stored.has_value());
  CHECK(stored->pin->sealed == next.pin->sealed);
  CHECK(stored->password->hash == upgraded);
  CHECK(must(store->find_session(session.id))->session.digest == session.digest);

  store.reset();  // the log goes into the file
  run_sql(folder.file(), "VACUUM");
  const auto bytes = read_bytes(folder.file());
  CHECK(holds_bytes(bytes, as_bytes(upgraded)));
  CHECK(holds_bytes(bytes, session.digest));
  CHECK(!holds_bytes(bytes, as_bytes(world.account.password->hash)));
}

TEST_CASE("a record that somebody changed is unreadable, and nothing else") {
  const TemporaryFolder folder;
  auto store = open_store(folder.file());
  const World world(*store);
  run_sql(folder.file(), "UPDATE ostiary_accounts SET body = x'01'; DELETE FROM ostiary_password_hashes");
  CHECK(store->find_account(world.account.id).error() == Errc::record_unreadable);
  CHECK(must(store->find_organization(world.organization.id)).has_value());
}

TEST_CASE("many threads commit and read over two connections, and nobody is refused") {
  constexpr std::size_t threads_count = 8;
  constexpr std::size_t commits_count = 25;
  const TemporaryFolder folder;
  const auto store = must(SqliteStore::open({.path = folder.file(), .connections_max = 2}));
  std::vector<std::size_t> failures(threads_count);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < threads_count; ++t) {
      threads.emplace_back([&, t] {
        IdSource ids(static_cast<std::uint32_t>(100 + t));
        for (std::size_t i = 0; i < commits_count; ++i) {
          const auto event = make_event(ids);
          failures[t] += is_committed(store->commit(make_set(ids, {AppendAudit{.event = event}}))) ? 0U : 1U;
          failures[t] += store->list_audit(std::nullopt, {.limit = 1}).has_value() ? 0U : 1U;
        }
      });
    }
  }
  CHECK(failures == std::vector<std::size_t>(threads_count));
  CHECK(read_audit_ids(*store).size() == threads_count * commits_count);
}

TEST_CASE("two stores of one process on one file do not take each other's locks away") {
  const TemporaryFolder folder;
  const auto first = open_store(folder.file());
  IdSource ids;
  for (int i = 0; i < 20; ++i) {
    const auto second = open_store(folder.file());
    CHECK(is_committed(second->commit(make_set(ids, {AppendAudit{.event = make_event(ids)}}))));
    CHECK(is_committed(first->commit(make_set(ids, {AppendAudit{.event = make_event(ids)}}))));
  }
  CHECK(read_audit_ids(*first).size() == 40);
}

TEST_CASE("every look-up and every sweep of housekeeping goes by an index") {
  const TemporaryFolder folder;
  static_cast<void>(open_store(folder.file()));
  auto connection =
      must(sqlite::Connection::open(folder.file().string(), sqlite::Deadline::max(), sqlite::Access::read, 0));
  const auto read_plan = [](const sqlite::Row& row) -> Result<std::string> { return row.text(3); };
  std::vector<std::vector<std::string>> plans;
  plans.push_back(
      must(connection->all("EXPLAIN QUERY PLAN SELECT id FROM ostiary_links WHERE ends_at <= 1", read_plan)));
  plans.push_back(
      must(connection->all("EXPLAIN QUERY PLAN SELECT id FROM ostiary_sessions WHERE ends_at <= 1", read_plan)));
  plans.push_back(
      must(connection->all("EXPLAIN QUERY PLAN SELECT id FROM ostiary_devices WHERE ends_at <= 1", read_plan)));
  plans.push_back(
      must(connection->all("EXPLAIN QUERY PLAN SELECT id FROM ostiary_mails WHERE ends_at <= 1", read_plan)));
  plans.push_back(
      must(connection->all("EXPLAIN QUERY PLAN SELECT key FROM ostiary_consumed_once WHERE until <= 1", read_plan)));
  plans.push_back(must(
      connection->all("EXPLAIN QUERY PLAN SELECT key FROM ostiary_budgets WHERE refused = 0 AND tat <= 1", read_plan)));
  plans.push_back(must(
      connection->all("EXPLAIN QUERY PLAN SELECT key FROM ostiary_budgets WHERE refused > 0 AND tat <= 1", read_plan)));
  plans.push_back(
      must(connection->all("EXPLAIN QUERY PLAN SELECT id FROM ostiary_change_ids WHERE at < 1", read_plan)));
  plans.push_back(must(connection->all(
      "EXPLAIN QUERY PLAN SELECT id FROM ostiary_mails WHERE state = 1 AND due_at <= 5 ORDER BY due_at, id",
      read_plan)));
  plans.push_back(must(connection->all(
      "EXPLAIN QUERY PLAN SELECT body FROM ostiary_audit WHERE stream = x'' AND id > x'01' ORDER BY id", read_plan)));
  plans.push_back(must(connection->all(
      "EXPLAIN QUERY PLAN SELECT body FROM ostiary_sessions WHERE account = x'' AND id > x'01' ORDER BY id",
      read_plan)));
  plans.push_back(must(connection->all(
      "EXPLAIN QUERY PLAN SELECT body FROM ostiary_devices WHERE account = x'' AND id > x'01' ORDER BY id",
      read_plan)));
  for (const auto& plan : plans) {
    REQUIRE(plan.size() == 1);  // no sorting
    CHECK_MESSAGE(plan.front().find("SEARCH") == 0, plan.front());
  }
}

// Not a test: it has no bound. Run it with `sqlite_store_test --no-skip --test-case="measure*"`.
TEST_CASE("measure commits and charges a second" * doctest::skip()) {
  constexpr std::size_t calls_count = 2'000;
  for (const std::size_t threads_count : {1U, 8U}) {
    const TemporaryFolder folder;
    const auto store = open_store(folder.file());
    const auto measure = [&](auto call) {
      const auto begin = std::chrono::steady_clock::now();
      {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < threads_count; ++t) {
          threads.emplace_back([&, t] {
            IdSource ids(static_cast<std::uint32_t>(100 + t));
            for (std::size_t i = 0; i < calls_count / threads_count; ++i) {
              call(ids);
            }
          });
        }
      }
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
      return static_cast<std::size_t>(static_cast<double>(calls_count) / took.count());
    };
    const auto commits = measure([&](IdSource& ids) {
      OSTIARY_ASSERT(is_committed(store->commit(make_set(ids, {AppendAudit{.event = make_event(ids)}}))));
    });
    const auto charges = measure([&](IdSource& ids) {
      BudgetKey key = ids.next<ChangeId>().bytes();
      const Charge charge{.key = key, .budget = {.count = 10, .window = std::chrono::minutes(15)}};
      OSTIARY_ASSERT(store->charge({&charge, 1}, start).has_value());
    });
    MESSAGE(threads_count << " thread(s): " << commits << " commits a second, " << charges << " charges a second");
  }
}
