#pragma once

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sqlite3.h>

namespace ostiary::test {

/// StatementProbe sees every statement that any connection of the process runs, while one is there.
class StatementProbe {
 public:
  StatementProbe() { REQUIRE(sqlite3_auto_extension(entry()) == SQLITE_OK); }
  StatementProbe(const StatementProbe&) = delete;
  StatementProbe& operator=(const StatementProbe&) = delete;
  ~StatementProbe() { sqlite3_cancel_auto_extension(entry()); }

  /// count gives the statements of the second of two calls: by then connections are open, and in the durability that is
  /// asked for.
  template <class Call>
  std::size_t count(Call call) {
    call();
    return count_once(call);
  }
  template <class Call>
  std::size_t count_once(Call call) {
    seen_.clear();
    call();
    return seen_.size();
  }

 private:
  using Entry = void (*)();

  static Entry entry() {
    return reinterpret_cast<Entry>(&StatementProbe::watch);  // NOLINT(*-reinterpret-cast): SQLite's own signature
  }
  static int watch(sqlite3* db, const char** /*error*/, const sqlite3_api_routines* /*api*/) {
    return sqlite3_trace_v2(
        db, SQLITE_TRACE_STMT,
        [](unsigned /*event*/, void* /*context*/, void* /*statement*/, void* sql) {
          seen_.emplace_back(static_cast<const char*>(sql));
          return 0;
        },
        nullptr);
  }

  static inline std::vector<std::string> seen_;
};

}  // namespace ostiary::test
