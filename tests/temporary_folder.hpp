#pragma once

#include <algorithm>
#include <filesystem>
#include <stdlib.h>  // mkdtemp
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace ostiary::test {

/// TemporaryFolder is empty, the caller's own, and gone with everything in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    auto name = (std::filesystem::temp_directory_path() / "ostiary-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// file is where a test's database goes.
  [[nodiscard]] std::filesystem::path file() const { return path_ / "ostiary.db"; }
  /// files are the names of what is in it, sorted.
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    return names;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace ostiary::test
