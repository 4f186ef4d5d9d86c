#include <doctest/doctest.h>

#include <ostiary/testing/memory_store.hpp>
#include <ostiary/testing/store_conformance.hpp>

using namespace ostiary;

TEST_CASE("MemoryStore: threads that race at a guard have exactly one winner") {
  const auto report = testing::store_conformance({.fresh = [] { return std::make_unique<testing::MemoryStore>(); }},
                                                 {.part = testing::ConformancePart::races, .rounds = 20});
  CHECK_MESSAGE(report.passed(), report.text());
}
