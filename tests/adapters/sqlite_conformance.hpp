#pragma once

#include <doctest/doctest.h>

#include "child_process.hpp"
#include "sqlite_fixture.hpp"
#include <ostiary/testing/store_conformance.hpp>

namespace ostiary::test {

/// SqliteFiles is where the kit gets its stores: each fresh one is a new file, and another one a second handle on it.
class SqliteFiles {
 public:
  [[nodiscard]] testing::StoreFactory one_handle() {
    return {.fresh = [this] { return fresh(); }};
  }
  [[nodiscard]] testing::StoreFactory two_handles() {
    return {.fresh = [this] { return fresh(); }, .another = [this] { return open_store(file_); }};
  }
  /// beside_a_rival is two handles, while a second process writes to the same file as fast as it can.
  [[nodiscard]] testing::StoreFactory beside_a_rival() {
    return {.fresh =
                [this] {
                  stop_rival();
                  auto store = fresh();
                  rival_ = std::make_unique<ChildProcess>(std::vector<std::string>{
                      OSTIARY_SQLITE_CHILD, "hammer", file_.string(), std::to_string(number_)});
                  CHECK(rival_->read_line() == "hammering");
                  return store;
                },
            .another = [this] { return open_store(file_); }};
  }
  /// stop_rival fails the test if the rival ended before.
  void stop_rival() {
    if (rival_) {
      CHECK(rival_->is_running());
      rival_.reset();
    }
  }

 private:
  std::unique_ptr<Store> fresh() {
    file_ = folder_.path() / (std::to_string(++number_) + ".db");
    return open_store(file_);
  }

  TemporaryFolder folder_;
  std::filesystem::path file_;
  int number_ = 0;
  std::unique_ptr<ChildProcess> rival_;
};

inline void check_conformance(const testing::StoreFactory& stores, testing::ConformancePart part) {
  const auto report = testing::store_conformance(stores, {.part = part});
  CHECK_MESSAGE(report.passed(), report.text());
}

}  // namespace ostiary::test
