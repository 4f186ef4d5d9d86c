#include <ostiary/testing/store_conformance.hpp>

#include <doctest/doctest.h>

#include "testing/guard_clause.hpp"
#include <ostiary/testing/memory_store.hpp>

using namespace ostiary;
using testing::ConformancePart;
using testing::GuardClause;

TEST_CASE("MemoryStore keeps every sentence of the port that one thread can see") {
  const auto report = testing::store_conformance({.fresh = [] { return std::make_unique<testing::MemoryStore>(); }},
                                                 {.part = ConformancePart::sequential});
  CHECK_MESSAGE(report.passed(), report.text());
  CHECK(report.text() == "all " + std::to_string(report.checks.size()) + " checks hold\n");
}

TEST_CASE("for each clause of each guard, the kit fails on a store with that clause switched off") {
  std::size_t caught = 0;
  for (std::size_t i = 0; i < testing::guard_clauses_count; ++i) {
    const auto clause = static_cast<GuardClause>(i);
    if (clause == GuardClause::set_isolated) {
      continue;  // the races see it: store_race_test
    }
    const auto report = testing::store_conformance({.fresh = [&] { return testing::make_store_without(clause); }},
                                                   {.part = ConformancePart::sequential, .accounts = 20});
    CHECK_MESSAGE(!report.passed(), "the kit did not notice the lack of ", guard_clause_name(clause));
    caught += report.passed() ? 0U : 1U;
  }
  CHECK(caught == testing::guard_clauses_count - 1);
  // One more would have no name: the loop covered every enumerator.
  CHECK(guard_clause_name(static_cast<GuardClause>(testing::guard_clauses_count)) == "unknown");
  CHECK(guard_clause_name(static_cast<GuardClause>(testing::guard_clauses_count - 1)) != "unknown");
}

TEST_CASE("a factory without a store fails every check, and a run without a check does not pass") {
  const auto none = testing::store_conformance({.fresh = [] { return nullptr; }});
  CHECK_FALSE(none.passed());
  for (const auto& check : none.checks) {
    CHECK(check.failures == std::vector<std::string>{"the factory gave no store"});
  }
  CHECK_FALSE(testing::store_conformance({}).passed());
  const auto nothing = testing::store_conformance({.fresh = [] { return std::make_unique<testing::MemoryStore>(); }},
                                                  {.only = "no check has this name"});
  CHECK(nothing.checks.empty());
  CHECK_FALSE(nothing.passed());
  CHECK(nothing.text() == "no check was run\n");
}

TEST_CASE("a report names the check, what was expected and what came") {
  const auto report = testing::store_conformance(
      {.fresh = [] { return testing::make_store_without(GuardClause::consume_once_absent); }},
      {.part = ConformancePart::sequential, .only = "ConsumeOnce"});
  REQUIRE(report.checks.size() == 1);
  CHECK(report.text().find("FAILS   ConsumeOnce: once for each key\n") != std::string::npos);
  CHECK(report.text().find("- a consumed key: expected Refused{1}, came Committed\n") != std::string::npos);
}
