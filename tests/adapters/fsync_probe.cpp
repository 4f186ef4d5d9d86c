#include "fsync_probe.hpp"

#include <cerrno>
#include <sys/syscall.h>
#include <unistd.h>

#include <ostiary/base/assert.hpp>

namespace ostiary::test {
namespace {

std::atomic<FsyncProbe*> probe = nullptr;

}  // namespace

FsyncProbe::FsyncProbe(std::function<bool()> before) : before_(std::move(before)) {
  OSTIARY_ASSERT(probe.exchange(this) == nullptr);
}

FsyncProbe::~FsyncProbe() { probe = nullptr; }

int FsyncProbe::sync(long system_call, int file) {
  if (auto* const present = probe.load(); present != nullptr) {
    ++present->count_;
    if (!present->before_()) {
      errno = EIO;
      return -1;
    }
  }
  return static_cast<int>(::syscall(system_call, file));
}

}  // namespace ostiary::test

// The program's own stand before the C library's, also for libsqlite3.
extern "C" int fsync(int fd) { return ostiary::test::FsyncProbe::sync(SYS_fsync, fd); }
extern "C" int fdatasync(int fildes) { return ostiary::test::FsyncProbe::sync(SYS_fdatasync, fildes); }
