#pragma once

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace ostiary::testing_internal {

/// aborts runs `action` in a child process and says whether it ended in abort(), as a broken assertion does.
template <class Action>
bool aborts(Action action) {
  const pid_t child = ::fork();
  if (child == 0) {
    static_cast<void>(std::signal(SIGABRT, SIG_DFL));  // doctest's handler would report a failure
    static_cast<void>(::close(STDERR_FILENO));
    action();
    ::_exit(0);
  }
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace ostiary::testing_internal
