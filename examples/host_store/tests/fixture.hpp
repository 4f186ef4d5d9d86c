#pragma once

#include <random>
#include <stdlib.h>  // mkdtemp

#include <doctest/doctest.h>

#include "../lmdb/lmdb_store.hpp"

namespace host {

/// TemporaryFolder is empty, the caller's own, and gone with everything in it at the end.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    auto name = (parent / "host-store-XXXXXX").string();
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

/// IdSource makes ids that are unique within a seed, and ascend.
class IdSource {
 public:
  explicit IdSource(std::uint32_t seed = 1) : engine_(seed) {}
  template <class IdType>
  IdType next() {
    ByteArray<10> random{};
    for (auto& byte : random) {
      byte = static_cast<std::byte>(engine_() & 0xffU);
    }
    return IdType::make(at_ += Duration(1), random);
  }

 private:
  std::mt19937 engine_;
  Instant at_{std::chrono::hours(490'000)};
};

/// make_set is a set that stores one event of the system's stream.
inline ChangeSet make_set(IdSource& ids) {
  return {.id = ids.next<ChangeId>(), .changes = {AppendAudit{.event = {.id = ids.next<AuditId>()}}}};
}

inline const AuditId& event_of(const ChangeSet& set) { return std::get<AppendAudit>(set.changes.at(0)).event.id; }

inline bool is_committed(const Result<CommitAnswer>& answer) {
  return answer.has_value() && std::holds_alternative<Committed>(answer.value());
}

/// read_events gives the ids of every event of the system's stream.
inline std::vector<AuditId> read_events(Store& store) {
  std::vector<AuditId> ids;
  PageRequest request{.limit = PageRequest::limit_max};
  do {
    const auto page = must(store.list_audit(std::nullopt, request));
    for (const auto& row : page.records) {
      ids.push_back(row.event.id);
    }
    request.after = page.next;
  } while (!request.after.empty());
  return ids;
}

}  // namespace host
