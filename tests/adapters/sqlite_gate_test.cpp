#include <atomic>
#include <fcntl.h>
#include <sys/file.h>
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

TEST_CASE("a gate that another process holds past the deadline is contention, and is not kept") {
  const TemporaryFolder folder;
  const auto store = must(SqliteStore::open({.path = folder.file(), .busy_deadline = Duration(5)}));
  IdSource ids;
  const auto set = make_set(ids, {AppendAudit{.event = make_event(ids)}});
  const Gatepost gatepost(folder);
  REQUIRE(gatepost.try_enter());
  CHECK(store->commit(set).error() == Errc::contention);
  CHECK(store->charge({}, start).error() == Errc::contention);
  gatepost.leave();
  CHECK(is_committed(store->commit(set)));
  CHECK(gatepost.try_enter());
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
