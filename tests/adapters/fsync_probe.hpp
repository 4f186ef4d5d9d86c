#pragma once

#include <atomic>
#include <functional>

// SQLite's fsync and fdatasync, in an executable that has fsync_probe.cpp among its sources: they are that file's.
namespace ostiary::test {

/// FsyncProbe counts the fsyncs of the process, and says how they end. One at a time; threads that commit begin after it
/// and end before it.
class FsyncProbe {
 public:
  /// `before` is called in the place of each fsync; where it answers false, the disk fails (EIO).
  explicit FsyncProbe(std::function<bool()> before = [] { return true; });
  FsyncProbe(const FsyncProbe&) = delete;
  FsyncProbe& operator=(const FsyncProbe&) = delete;
  ~FsyncProbe();

  [[nodiscard]] std::size_t count() const { return count_; }

  /// sync is what the probed functions do.
  static int sync(long system_call, int file);

 private:
  std::function<bool()> before_;
  std::atomic<std::size_t> count_ = 0;
};

}  // namespace ostiary::test
