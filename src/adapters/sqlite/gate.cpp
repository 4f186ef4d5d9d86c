#include "gate.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ostiary::inline v0::sqlite {

Result<std::unique_ptr<const Gate>> Gate::open(const char* database) {
  struct stat status{};
  if (::stat(database, &status) != 0) {
    return Errc::store_unavailable;
  }
  // As SQLite does with its own files: whoever may use the database may use the gate.
  const auto mode = status.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
  const std::string path = std::string(database) + "-gate";
  const int file = ::open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);
  if (file < 0) {
    return Errc::store_unavailable;
  }
  return std::unique_ptr<const Gate>(new Gate(file));
}

Gate::~Gate() { ::close(file_); }

void Gate::Leave::operator()(const Gate* gate) const noexcept { ::flock(gate->file_, LOCK_UN); }

Result<Gate::Turn> Gate::enter(Deadline deadline) const {
  while (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      break;  // a file system without flock: then without turns
    }
    if (!nap_until(deadline)) {
      return Errc::contention;
    }
  }
  return Turn(this);
}

}  // namespace ostiary::inline v0::sqlite
