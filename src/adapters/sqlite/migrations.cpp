#include "migrations.hpp"

namespace ostiary::inline v0::sqlite {
namespace {

// The version stands in a table of ours and not in `user_version`: a host may keep its own tables in the same file.
Result<std::size_t> schema_version(Connection& connection) {
  const auto read_number = [](const Row& row) -> Result<std::size_t> { return row.number<std::size_t>(0); };
  OSTIARY_TRY(const auto table, connection.first("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND "
                                                 "name = 'ostiary_schema'",
                                                 read_number));
  if (!table) {
    return std::size_t{0};
  }
  OSTIARY_TRY(const auto version,
              connection.first("SELECT coalesce(max(version), 0) FROM ostiary_schema", read_number));
  return version.value_or(0);
}

Result<void> apply_missing(Connection& connection, std::size_t version) {
  if (version == 0) {
    OSTIARY_TRY(
        connection.run_script("CREATE TABLE IF NOT EXISTS ostiary_schema (version INTEGER PRIMARY KEY) STRICT"));
  }
  for (const auto* const migration : migrations().subspan(version)) {
    OSTIARY_TRY(connection.run_script(migration));
    OSTIARY_TRY(connection.write("INSERT INTO ostiary_schema (version) VALUES (?)", ++version));
  }
  return success();
}

}  // namespace

Result<void> migrate(Connection& connection) {
  OSTIARY_TRY(const auto seen, schema_version(connection));
  const auto ours = migrations().size();
  if (seen > ours) {
    return Errc::store_schema_newer;
  }
  if (seen == ours) {
    return success();
  }
  OSTIARY_TRY(auto transaction, Transaction::begin(connection, Durability::power_cut));
  OSTIARY_TRY(const auto version, schema_version(connection));  // another process may have come first
  if (version > ours) {
    return Errc::store_schema_newer;
  }
  OSTIARY_TRY(apply_missing(connection, version));
  return transaction.commit();
}

}  // namespace ostiary::inline v0::sqlite
