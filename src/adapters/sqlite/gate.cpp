#include "gate.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ostiary::inline v0::sqlite {

namespace {

// As SQLite does with its own files: whoever may use the database may use the gate, whatever the umask, and also the
// service of another user for which root makes it. Only a file that was just made is changed. It is done as far as it
// can be: what fails here costs turns.
void share(int file, const struct stat& database) {
  if (::geteuid() != 0 || ::fchown(file, database.st_uid, database.st_gid) == 0) {
    static_cast<void>(::fchmod(file, database.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO)));
  }
}

}  // namespace

Result<std::unique_ptr<const Gate>> Gate::open(const char* database) {
  struct stat status{};
  if (::stat(database, &status) != 0) {
    return Errc::store_unavailable;
  }
  const std::string path = std::string(database) + "-gate";
  // O_NONBLOCK: whatever stands there in its place, opening it never waits.
  constexpr int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  int file = ::open(path.c_str(), flags | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
  if (file >= 0) {
    share(file, status);
  } else if (errno == EEXIST) {
    file = ::open(path.c_str(), flags);
  }
  if (file < 0 && (errno == EMFILE || errno == ENFILE)) {
    return Errc::store_unavailable;
  }
  return std::unique_ptr<const Gate>(new Gate(file));
}

Gate::~Gate() {
  if (file_ >= 0) {
    ::close(file_);
  }
}

void Gate::Leave::operator()(const Gate* gate) const noexcept { ::flock(gate->file_, LOCK_UN); }

Gate::Turn Gate::enter(Deadline deadline) const {
  if (file_ < 0) {
    return {};
  }
  while (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    if ((errno != EWOULDBLOCK && errno != EINTR) || !nap_until(deadline)) {
      return {};  // a file system without flock, or somebody who merely holds the gate
    }
  }
  return Turn(this);
}

}  // namespace ostiary::inline v0::sqlite
