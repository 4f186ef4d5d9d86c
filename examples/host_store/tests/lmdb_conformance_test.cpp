#include <doctest/doctest.h>

#include "fixture.hpp"
#include <ostiary/testing/store_conformance.hpp>

using namespace ostiary;
using namespace host;

// [conformance]
TEST_CASE("LmdbStore keeps every sentence of the port, alone and under races, by two handles on one file") {
  const TemporaryFolder folder;
  std::filesystem::path file;
  int number = 0;
  const testing::StoreFactory stores{.fresh =
                                         [&] {
                                           file = folder.path() / (std::to_string(++number) + ".lmdb");
                                           return must(LmdbStore::open({.path = file}));
                                         },
                                     .another = [&] { return must(LmdbStore::open({.path = file})); }};
  const auto report = testing::store_conformance(stores);
  CHECK_MESSAGE(report.passed(), report.text());
}
// [conformance]
