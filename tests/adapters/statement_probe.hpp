#pragma once

#include <functional>
#include <utility>

#include <doctest/doctest.h>
#include <sqlite3.h>

namespace ostiary::test {

/// SqliteTrace tells of every statement that any connection of the process runs, while it is there; one at a time.
/// `hear` gets the statement, and what SQLite says with the event (SQLITE_TRACE_STMT: its text).
class SqliteTrace {
 public:
  using Hear = std::function<void(sqlite3_stmt* statement, const void* detail)>;

  SqliteTrace(unsigned event, Hear hear) {
    REQUIRE_FALSE(hear_);
    event_ = event;
    hear_ = std::move(hear);
    REQUIRE(sqlite3_auto_extension(entry()) == SQLITE_OK);
  }
  SqliteTrace(const SqliteTrace&) = delete;
  SqliteTrace& operator=(const SqliteTrace&) = delete;
  // A connection that is open still goes on telling: from here on nobody hears it.
  ~SqliteTrace() {
    sqlite3_cancel_auto_extension(entry());
    hear_ = nullptr;
  }

 private:
  using Entry = void (*)();

  static Entry entry() {
    return reinterpret_cast<Entry>(&SqliteTrace::watch);  // NOLINT(*-reinterpret-cast): SQLite's own signature
  }
  static int watch(sqlite3* db, const char** /*error*/, const sqlite3_api_routines* /*api*/) {
    return sqlite3_trace_v2(
        db, event_,
        [](unsigned /*event*/, void* /*context*/, void* statement, void* detail) {
          if (hear_) {
            hear_(static_cast<sqlite3_stmt*>(statement), detail);
          }
          return 0;
        },
        nullptr);
  }

  static inline unsigned event_ = 0;
  static inline Hear hear_;
};

/// StatementProbe counts the statements of a call.
class StatementProbe {
 public:
  /// count gives the statements of the second of two calls: by then connections are open, and in the durability that is
  /// asked for.
  template <class Call>
  std::size_t count(Call call) {
    call();
    return count_once(call);
  }
  template <class Call>
  std::size_t count_once(Call call) {
    seen_ = 0;
    call();
    return seen_;
  }

 private:
  std::size_t seen_ = 0;
  SqliteTrace trace_{SQLITE_TRACE_STMT, [this](sqlite3_stmt* /*statement*/, const void* /*text*/) { ++seen_; }};
};

}  // namespace ostiary::test
