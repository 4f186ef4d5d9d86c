#pragma once

#include <mutex>
#include <vector>

#include <ostiary/ports/observer.hpp>
#include <ostiary/testing_export.hpp>

namespace ostiary::inline v0::testing {

/// RecordingObserver keeps everything that it is told. Safe from many threads.
class OSTIARY_TESTING_EXPORT RecordingObserver final : public Observer {
 public:
  void observe(const Observation& observation) noexcept override;

  /// lines are `describe` of each observation, oldest first.
  [[nodiscard]] std::vector<std::string> lines() const;
  void clear();

 private:
  mutable std::mutex mutex_;
  std::vector<Observation> seen_;
};

}  // namespace ostiary::inline v0::testing
