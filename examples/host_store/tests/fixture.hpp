#pragma once

#include <random>
#include <stdlib.h>  // mkdtemp

#include <doctest/doctest.h>

#include "../lmdb/lmdb_store.hpp"

namespace host {

/// TemporaryFolder is empty, the caller's own, and gone with everything in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    auto name = (std::filesystem::temp_directory_path() / "host-store-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// must takes the value, or fails the test with the error's text.
template <class T>
T must(Result<T> result) {
  if (!result) {
    FAIL(result.error().message());
  }
  return std::move(result).value();
}

}  // namespace host
