#pragma once

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace ostiary::test {

/// KillLog is a file of lines that survives the death of its writer: each line is one write, and several threads may
/// write.
class KillLog {
 public:
  explicit KillLog(const std::filesystem::path& path)
      : file_(open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {}
  KillLog(const KillLog&) = delete;
  KillLog& operator=(const KillLog&) = delete;
  ~KillLog() { close(file_); }

  /// add is false where the line could not be written whole.
  bool add(const std::string& line) {
    const auto whole = line + "\n";
    return write(file_, whole.data(), whole.size()) == static_cast<ssize_t>(whole.size());
  }

 private:
  int file_;
};

/// read_words gives the lines of a log, each cut at its spaces.
inline std::vector<std::vector<std::string>> read_words(const std::filesystem::path& path) {
  std::vector<std::vector<std::string>> lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    auto& parts = lines.emplace_back();
    for (std::string word; words >> word;) {
      parts.push_back(std::move(word));
    }
  }
  return lines;
}

// The three logs of a driver, beside its store.
inline const std::string mail_log = "mails.log";    // message-id round extension token
inline const std::string proof_log = "proofs.log";  // login, before each sign-in with the right password
inline const std::string said_log = "said.log";     // what was answered: "invited login", "set-up login", "session id"

inline constexpr std::size_t kill_workers = 2;  // threads that deliver

}  // namespace ostiary::test
