#pragma once

#include <cerrno>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX lets the program declare it

namespace ostiary::test {

/// ChildProcess runs a program with its standard input and output on pipes. Its end kills the program, if it still
/// runs.
class ChildProcess {
 public:
  explicit ChildProcess(std::vector<std::string> arguments) {
    int in[2] = {-1, -1};
    int out[2] = {-1, -1};
    REQUIRE(pipe2(in, O_CLOEXEC) == 0);
    REQUIRE(pipe2(out, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (auto& argument : arguments) {
      argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    REQUIRE(posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    input_ = in[1];
    output_ = out[0];
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() {
    kill_now();
    close(output_);
  }

  /// write_line gives the program a line to read.
  void write_line(std::string line) const {
    line += '\n';
    REQUIRE(write(input_, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
  }
  /// release ends the program's standard input: what waits for that goes on.
  void release() {
    if (input_ >= 0) {
      close(input_);
      input_ = -1;
    }
  }
  /// read_line waits for a whole line; empty at the end.
  std::string read_line() {
    for (;;) {
      const auto end = buffer_.find('\n');
      if (end != std::string::npos) {
        auto line = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        return line;
      }
      char chunk[4096];
      const auto count = read(output_, chunk, sizeof chunk);
      if (count < 0 && errno == EINTR) {
        continue;
      }
      if (count <= 0) {
        return {};
      }
      buffer_.append(chunk, static_cast<std::size_t>(count));
    }
  }
  /// output is readable without waiting when poll says so, or a line is there already.
  [[nodiscard]] int output() const { return output_; }
  [[nodiscard]] bool has_line() const { return buffer_.find('\n') != std::string::npos; }

  /// kill_now is kill -9, and waits until the program is gone.
  void kill_now() {
    release();
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
      pid_ = -1;
    }
  }
  /// is_running is false once the program has ended by itself.
  [[nodiscard]] bool is_running() {
    if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
    }
    return pid_ > 0;
  }
  /// wait lets the program end by itself, and gives its exit code (-1: a signal).
  int wait() {
    release();
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string buffer_;
};

}  // namespace ostiary::test
