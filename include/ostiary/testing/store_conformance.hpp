#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <ostiary/ports/store.hpp>
#include <ostiary/testing_export.hpp>

namespace ostiary::inline v0::testing {

/// StoreFactory gives the kit its stores, one after another; a null pointer fails the check that asked.
struct StoreFactory {
  /// A new, empty store. The one that was given before is gone by then, with every other handle on it.
  std::function<std::unique_ptr<Store>()> fresh;
  /// One more handle on what `fresh` gave last (another connection to the same database). Where this is set, the races
  /// run over two handles, and what was committed must be there after every earlier handle is gone.
  std::function<std::unique_ptr<Store>()> another{};
};

enum class ConformancePart : std::uint8_t {
  all,
  sequential,  ///< Everything that one thread can see.
  races,       ///< Threads against each other, at every guard that can have one winner only.
};

struct ConformanceOptions {
  ConformancePart part = ConformancePart::all;
  std::size_t threads = 8;     ///< Of each race.
  std::size_t rounds = 5;      ///< Of each race, each over records of its own.
  std::size_t accounts = 500;  ///< Of the large set; up to 1,000.
  std::string only{};          ///< Run only the checks whose name contains this.
};

struct ConformanceCheck {
  std::string name{};                   ///< A sentence: what holds.
  std::vector<std::string> failures{};  ///< What was expected and what came; empty where it holds.
};

struct ConformanceReport {
  std::vector<ConformanceCheck> checks{};

  /// passed tells whether there was a check at all, and none failed.
  [[nodiscard]] OSTIARY_TESTING_EXPORT bool passed() const;
  /// text is one line for each check, and the failures under theirs. Where all passed: one line.
  [[nodiscard]] OSTIARY_TESTING_EXPORT std::string text() const;
};

/// store_conformance holds a store against every sentence of Store and of change_set.hpp, and reports what it saw. In a
/// test of any framework: `EXPECT_TRUE(report.passed()) << report.text();`
///
/// Stores:  about 130 of them from `stores.fresh`, all from the calling thread. `Errc::contention` is sent again, as
///          ostiary does, for up to a second; any other error fails the check.
/// Threads: starts and joins `options.threads` of its own in a race.
/// Time:    seconds; most of it is the store's own, for some thousand commits.
[[nodiscard]] OSTIARY_TESTING_EXPORT ConformanceReport store_conformance(const StoreFactory& stores,
                                                                         const ConformanceOptions& options = {});

}  // namespace ostiary::inline v0::testing
