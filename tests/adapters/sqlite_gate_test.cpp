#include <atomic>
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>

#include "adapters/sqlite/connection.hpp"
#include "sqlite_fixture.hpp"
#include <ostiary/base/assert.hpp>

using namespace ostiary;
using namespace ostiary::test;
using sqlite::Connection;
using sqlite::Deadline;
using sqlite::Durability;

namespace {

std::unique_ptr<Connection> open_writer(const TemporaryFolder& folder) {
  return must(Connection::open(folder.file().string(), Deadline::max(), sqlite::Access::write, 0));
}

// The gate's file, as another process has it.
class Gatepost {
 public:
  explicit Gatepost(const TemporaryFolder& folder)
      : file_(::open((folder.file().string() + "-gate").c_str(), O_RDONLY | O_CLOEXEC)) {
    REQUIRE(file_ >= 0);
  }
  Gatepost(const Gatepost&) = delete;
  Gatepost& operator=(const Gatepost&) = delete;
  ~Gatepost() { ::close(file_); }

  [[nodiscard]] bool try_enter() const { return ::flock(file_, LOCK_EX | LOCK_NB) == 0; }
  void leave() const { ::flock(file_, LOCK_UN); }

  void wait_until_taken() const {
    while (try_enter()) {
      leave();
      std::this_thread::yield();
    }
  }

 private:
  int file_;
};

// Unprivileged is not root while it lives, where root may become another user: root reads every file.
class Unprivileged {
 public:
  static uid_t user() { return getuid() == 0 ? 4711 : getuid(); }
  Unprivileged() { static_cast<void>(seteuid(user())); }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;
  ~Unprivileged() { static_cast<void>(seteuid(getuid())); }
};

}  // namespace

TEST_CASE("who waits for the write lock gets it before the one that has just given it up") {
  const TemporaryFolder folder;
  static_cast<void>(open_store(folder.file()));
  const auto greedy = open_writer(folder);
  const auto patient = open_writer(folder);
  const Gatepost gatepost(folder);
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> turn = 0;
    int patient_turn = 0;
    REQUIRE(greedy->begin(Durability::power_cut).has_value());
    std::jthread waiting([&] {
      OSTIARY_ASSERT(patient->begin(Durability::power_cut).has_value());
      patient_turn = ++turn;
      OSTIARY_ASSERT(patient->commit().has_value());
    });
    gatepost.wait_until_taken();
    REQUIRE(greedy->commit().has_value());
    REQUIRE(greedy->begin(Durability::power_cut).has_value());
    const int greedy_turn = ++turn;
    waiting.join();
    REQUIRE(greedy->commit().has_value());
    CHECK(patient_turn == 1);
    CHECK(greedy_turn == 2);
  }
}

TEST_CASE("a gate that another process holds past the deadline costs the wait; the write lock alone is contention") {
  const TemporaryFolder folder;
  const auto store = must(SqliteStore::open({.path = folder.file(), .busy_deadline = Duration(5)}));
  const auto other = open_writer(folder);
  IdSource ids;
  const auto set = make_set(ids, {AppendAudit{.event = make_event(ids)}});
  const Gatepost gatepost(folder);
  REQUIRE(other->begin(Durability::power_cut).has_value());
  REQUIRE(gatepost.try_enter());
  CHECK(store->commit(set).error() == Errc::contention);
  CHECK(store->charge({}, start).error() == Errc::contention);
  REQUIRE(other->commit().has_value());
  CHECK(is_committed(store->commit(set)));
  CHECK(store->charge({}, start).has_value());
  gatepost.leave();
  CHECK(is_committed(store->commit(make_set(ids, {AppendAudit{.event = make_event(ids)}}))));
  CHECK(gatepost.try_enter());  // the store's turn has ended
}

TEST_CASE("a gate that was deleted costs the turns and nothing else") {
  const TemporaryFolder folder;
  const auto store = open_store(folder.file());
  std::filesystem::remove(folder.file().string() + "-gate");
  IdSource ids;
  CHECK(is_committed(store->commit(make_set(ids, {AppendAudit{.event = make_event(ids)}}))));
  CHECK(is_committed(open_store(folder.file())->commit(make_set(ids, {AppendAudit{.event = make_event(ids)}}))));
  CHECK(read_audit_ids(*store).size() == 2);
}

TEST_CASE("a gate has the database's mode and, where root makes it, its owner, whatever the umask") {
  const TemporaryFolder folder;
  std::ofstream(folder.file()).close();
  std::filesystem::permissions(folder.file(), std::filesystem::perms(0660));
  constexpr uid_t service = 4711;
  const bool is_root = geteuid() == 0;
  if (is_root) {
    REQUIRE(chown(folder.file().c_str(), service, service) == 0);
  } else {
    MESSAGE("not root: whether root gives the gate to the database's owner is not tried");
  }
  const auto umask_before = umask(077);
  const auto store = open_store(folder.file());
  umask(umask_before);
  struct stat gate{};
  REQUIRE(stat((folder.file().string() + "-gate").c_str(), &gate) == 0);
  CHECK((gate.st_mode & 0777U) == 0660U);
  CHECK(gate.st_uid == (is_root ? service : geteuid()));
  CHECK((!is_root || gate.st_gid == service));
}

TEST_CASE("a gate that was there keeps its mode: root changes no file that it did not make") {
  const TemporaryFolder folder;
  const auto gate = folder.file().string() + "-gate";
  std::ofstream(gate).close();
  std::filesystem::permissions(gate, std::filesystem::perms(0640));
  const auto store = open_store(folder.file());
  CHECK(std::filesystem::status(gate).permissions() == std::filesystem::perms(0640));
}

TEST_CASE("a gate that may not be read costs the turns and nothing else") {
  const TemporaryFolder folder;
  REQUIRE(chown(folder.path().c_str(), Unprivileged::user(), static_cast<gid_t>(-1)) == 0);
  const Unprivileged unprivileged;
  if (geteuid() == 0) {
    MESSAGE("root reads everything, and may not become another user here: skipped");
    return;
  }
  const auto gate = folder.file().string() + "-gate";
  std::ofstream(gate).close();
  std::filesystem::permissions(gate, std::filesystem::perms::none);
  REQUIRE(::open(gate.c_str(), O_RDONLY | O_CLOEXEC) < 0);
  IdSource ids;
  CHECK(is_committed(open_store(folder.file())->commit(make_set(ids, {AppendAudit{.event = make_event(ids)}}))));
}

TEST_CASE("a link, a pipe or a folder in the gate's place costs at most the turns") {
  const TemporaryFolder folder;
  const auto gate = folder.file().string() + "-gate";
  const auto commits = [&] {
    IdSource ids;
    return is_committed(open_store(folder.file())->commit(make_set(ids, {ConsumeOnce{.key = {}, .until = start}})));
  };
  std::filesystem::create_symlink(folder.path() / "elsewhere", gate);
  CHECK(commits());
  CHECK_FALSE(std::filesystem::exists(folder.path() / "elsewhere"));
  std::filesystem::remove(gate);
  REQUIRE(mkfifo(gate.c_str(), 0600) == 0);
  std::filesystem::remove(folder.file());
  CHECK(commits());
  std::filesystem::remove(gate);
  std::filesystem::create_directory(gate);
  std::filesystem::remove(folder.file());
  CHECK(commits());
}
