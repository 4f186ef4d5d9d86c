#pragma once

#include <algorithm>
#include <functional>
#include <utility>

#include <ostiary/testing/faulty_store.hpp>

namespace ostiary::test {

/// OvertakenStore lets somebody act, once, just before the next commit of a set that has an `Awaited`.
template <class Awaited>
class OvertakenStore final : public testing::FaultyStore {
 public:
  explicit OvertakenStore(Store& store) : FaultyStore(store, no_faults_) {}

  Result<CommitAnswer> commit(const ChangeSet& set) override {
    const auto is_awaited = [](const Change& change) { return std::holds_alternative<Awaited>(change); };
    if (overtake && std::ranges::any_of(set.changes, is_awaited)) {
      std::exchange(overtake, nullptr)();
    }
    return FaultyStore::commit(set);
  }

  std::function<void()> overtake;

 private:
  testing::FaultPlan no_faults_;
};

}  // namespace ostiary::test
