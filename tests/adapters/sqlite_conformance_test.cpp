#include <doctest/doctest.h>

#include "sqlite_fixture.hpp"
#include <ostiary/testing/store_conformance.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

// Each fresh store is a new file in one folder.
class Files {
 public:
  std::unique_ptr<Store> fresh() {
    file_ = folder_.path() / (std::to_string(++number_) + ".db");
    return another();
  }
  [[nodiscard]] std::unique_ptr<Store> another() const { return open_store(file_); }

 private:
  TemporaryFolder folder_;
  std::filesystem::path file_;
  int number_ = 0;
};

void check_conformance(const testing::StoreFactory& stores, testing::ConformancePart part) {
  const auto report = testing::store_conformance(stores, {.part = part});
  CHECK_MESSAGE(report.passed(), report.text());
}

}  // namespace

TEST_SUITE("conformance") {
  TEST_CASE("SqliteStore keeps every sentence of the port, by one handle") {
    Files files;
    check_conformance({.fresh = [&] { return files.fresh(); }}, testing::ConformancePart::sequential);
  }
  TEST_CASE("SqliteStore keeps every sentence of the port, by two handles on one file") {
    Files files;
    check_conformance({.fresh = [&] { return files.fresh(); }, .another = [&] { return files.another(); }},
                      testing::ConformancePart::sequential);
  }
}

TEST_SUITE("race") {
  TEST_CASE("SqliteStore has one winner in every race, by one handle") {
    Files files;
    check_conformance({.fresh = [&] { return files.fresh(); }}, testing::ConformancePart::races);
  }
  TEST_CASE("SqliteStore has one winner in every race, by two handles on one file") {
    Files files;
    check_conformance({.fresh = [&] { return files.fresh(); }, .another = [&] { return files.another(); }},
                      testing::ConformancePart::races);
  }
}
