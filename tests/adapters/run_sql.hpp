#pragma once

#include <filesystem>

#include <doctest/doctest.h>
#include <sqlite3.h>

namespace ostiary::test {

/// run_sql runs statements on a file as another program would; where there is none, it is made.
inline void run_sql(const std::filesystem::path& path, const char* sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  CHECK(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
}

}  // namespace ostiary::test
