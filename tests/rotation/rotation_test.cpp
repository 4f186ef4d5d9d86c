#include <array>
#include <memory>

#include <doctest/doctest.h>

#include "../temporary_folder.hpp"
#include "adapters/child_process.hpp"
#include <ostiary/base/error.hpp>

// Three processes of a fleet share one SQLite file while the key ring is rotated beneath them (R73).

using namespace ostiary;
using namespace ostiary::test;

namespace {

const std::string key_unknown = "error " + std::to_string(static_cast<int>(Errc::key_unknown));

const std::string invalid_configuration = "error " + std::to_string(static_cast<int>(Errc::invalid_configuration));

// The stages of a rotation from key 1 to key 2, in their order.
constexpr std::array stages{"ring 1 1", "ring 1 1,2", "ring 2 1,2", "ring 2 2"};

class Fleet {
 public:
  Fleet() {
    for (auto& process : processes_) {
      process =
          std::make_unique<ChildProcess>(std::vector<std::string>{OSTIARY_ROTATION_CHILD, folder_.file().string()});
      REQUIRE(process->read_line() == "ready");
    }
    REQUIRE(ask(0, "redeem " + ask(0, "found 100")) == "completed");
  }

  std::string ask(std::size_t process, const std::string& command) {
    processes_.at(process)->write_line(command);
    return processes_.at(process)->read_line();
  }
  void stage(std::size_t process, std::size_t number) { REQUIRE(ask(process, stages.at(number)) == "ok"); }
  std::string next_extension() { return std::to_string(++extension_); }

 private:
  TemporaryFolder folder_;  // outlives the processes below
  std::array<std::unique_ptr<ChildProcess>, 3> processes_;
  int extension_ = 200;
};

// What one process makes, each other one accepts: a link, a PIN and a session.
void check_all_with_all(Fleet& fleet) {
  for (std::size_t maker = 0; maker < 3; ++maker) {
    for (std::size_t user = 0; user < 3; ++user) {
      CAPTURE(maker);
      CAPTURE(user);
      const auto extension = fleet.next_extension();
      const auto token = fleet.ask(maker, "invite " + extension);
      CHECK(fleet.ask(user, "inspect " + token) == "good");
      CHECK(fleet.ask(user, "redeem " + token) == "completed");
      CHECK(fleet.ask(user, "redeem " + token) == "refused");
      CHECK(fleet.ask(maker, "pin " + extension + "@acme") == "accepted");
      const auto session = fleet.ask(maker, "sign_in " + extension + "@acme");
      CHECK(fleet.ask(user, "check " + session) == "signed_in");
    }
  }
}

}  // namespace

TEST_CASE("R73: three processes go from one key to the next, one at a time, and no link, session or PIN breaks") {
  Fleet fleet;
  const auto session = fleet.ask(0, "sign_in 100@acme");
  for (std::size_t number = 1; number < stages.size(); ++number) {
    if (number + 1 == stages.size()) {  // before the old key goes, what it sealed is sealed anew
      CHECK(fleet.ask(1, "reseal 2").starts_with("resealed "));
      CHECK(fleet.ask(2, "reseal 2") == "resealed 0");
    }
    for (std::size_t process = 0; process < 3; ++process) {
      CAPTURE(number);
      CAPTURE(process);
      fleet.stage(process, number);
      check_all_with_all(fleet);
      for (std::size_t user = 0; user < 3; ++user) {
        CHECK(fleet.ask(user, "pin 100@acme") == "accepted");
        CHECK(fleet.ask(user, "check " + session) == "signed_in");
      }
    }
  }
}

TEST_CASE(
    "R73: three processes at three stages: the one without the new key calls it a configuration error, never invalid") {
  Fleet fleet;
  fleet.stage(1, 1);
  fleet.stage(2, 2);
  // Two neighbours in the order of the stages understand each other whole.
  const auto by_first = fleet.ask(0, "invite 300");
  const auto by_second = fleet.ask(1, "invite 301");
  const auto by_third = fleet.ask(2, "invite 302");
  CHECK(fleet.ask(2, "inspect " + by_first) == "good");
  CHECK(fleet.ask(0, "inspect " + by_second) == "good");
  CHECK(fleet.ask(1, "inspect " + by_third) == "good");
  // The first has skipped a step. It says whose fault that is, judges nothing and uses nothing up.
  CHECK(fleet.ask(0, "inspect " + by_third) == key_unknown);
  CHECK(fleet.ask(0, "redeem " + by_third) == key_unknown);
  CHECK(fleet.ask(1, "redeem " + by_third) == "completed");
  CHECK(fleet.ask(2, "redeem " + fleet.ask(2, "invite 303")) == "completed");
  CHECK(fleet.ask(0, "pin 303@acme") == key_unknown);
  const auto session = fleet.ask(2, "sign_in 303@acme");
  CHECK(fleet.ask(0, "check " + session) == "signed_in");
  // Nor does a process that is behind seal the others' values back: it has no key to do it, or not as its current one.
  CHECK(fleet.ask(0, "reseal 2") == key_unknown);
  CHECK(fleet.ask(1, "reseal 2") == invalid_configuration);
  CHECK(fleet.ask(2, "reseal 2").starts_with("resealed "));
  fleet.stage(0, 1);
  CHECK(fleet.ask(0, "pin 303@acme") == "accepted");
}
