#include <ostiary/testing/recording_observer.hpp>

namespace ostiary::inline v0::testing {

void RecordingObserver::observe(const Observation& observation) noexcept {
  const std::lock_guard lock(mutex_);
  seen_.push_back(observation);
}

std::vector<std::string> RecordingObserver::lines() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  out.reserve(seen_.size());
  for (const Observation& observation : seen_) {
    out.push_back(describe(observation));
  }
  return out;
}

void RecordingObserver::clear() {
  const std::lock_guard lock(mutex_);
  seen_.clear();
}

}  // namespace ostiary::inline v0::testing
