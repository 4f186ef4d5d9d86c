#pragma once

#include <doctest/doctest.h>

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

 private:
  std::unique_ptr<Store> fresh() {
    file_ = folder_.path() / (std::to_string(++number_) + ".db");
    return open_store(file_);
  }

  TemporaryFolder folder_;
  std::filesystem::path file_;
  int number_ = 0;
};

inline void check_conformance(const testing::StoreFactory& stores, testing::ConformancePart part) {
  const auto report = testing::store_conformance(stores, {.part = part});
  CHECK_MESSAGE(report.passed(), report.text());
}

}  // namespace ostiary::test
