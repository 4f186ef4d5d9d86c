#include "connection.hpp"

namespace ostiary::inline v0::sqlite {
namespace {

constexpr int version_min = 3037000;  // STRICT tables

// The primary part of a result code, SQLITE_BUSY of SQLITE_BUSY_RECOVERY.
constexpr int primary(int code) noexcept { return code & 0xff; }

Errc errc_of(int code) noexcept {
  switch (primary(code)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:  // others kept changing the log's index under a reader
      return Errc::contention;
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
      return Errc::store_unavailable;
    default:  // full, I/O, read-only, corrupt, not a database, a constraint that is no guard, misuse
      return Errc::store_failure;
  }
}

// After an I/O error the file may hold the whole transaction, with only its fsync in doubt: a crash would then bring it
// to life. After these codes it cannot: the last frame was never written.
bool is_taken_back(int code) noexcept {
  switch (primary(code)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_CONSTRAINT:
      return true;
    default:
      return false;
  }
}

bool is_guard(int code) noexcept {
  return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
         code == SQLITE_CONSTRAINT_FOREIGNKEY;
}

}  // namespace

bool Row::is_null(int column) const noexcept { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

ByteView Row::bytes(int column) const noexcept {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  return {data, data == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string Row::text(int column) const {
  const auto view = bytes(column);
  return {reinterpret_cast<const char*>(view.data()), view.size()};
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Deadline deadline, Access access,
                                                     std::uint32_t pages_max) {
  if (sqlite3_libversion_number() < version_min || sqlite3_threadsafe() == 0) {
    return Errc::unsupported_capability;
  }
  sqlite3* db = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
  std::unique_ptr<Connection> connection(new Connection(db));  // also of a failed open: it must be closed
  if (code != SQLITE_OK) {
    return errc_of(code);
  }
  connection->set_deadline(deadline);
  OSTIARY_TRY(connection->set_up(access, pages_max));
  return connection;
}

Result<void> Connection::set_up(Access access, std::uint32_t pages_max) {
  sqlite3* const db = db_.get();
  sqlite3_busy_handler(db, &Connection::on_busy, this);
  int has_foreign_keys = 0;
  if (sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, &has_foreign_keys) != SQLITE_OK || has_foreign_keys == 0) {
    return Errc::unsupported_capability;
  }
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  OSTIARY_TRY(use_write_ahead_log());
  if (access == Access::read) {
    // 16 MiB keep the inner pages of the trees at a million accounts: SQLite's 2 MiB read them anew for each look-up.
    return run_script("PRAGMA query_only = ON; PRAGMA cache_size = -16384");
  }
  if (sqlite3_db_readonly(db, "main") != 0) {
    return Errc::file_unwritable;
  }
  OSTIARY_TRY(gate_, Gate::open(sqlite3_db_filename(db, "main")));
  if (pages_max != 0) {
    OSTIARY_TRY(run_script(("PRAGMA max_page_count = " + std::to_string(pages_max)).c_str()));
  }
  return run_script("PRAGMA synchronous = FULL");
}

Result<void> Connection::use_write_ahead_log() {
  const auto read_mode = [](const Row& row) -> Result<std::string> { return row.text(0); };
  for (;;) {
    const auto mode = first("PRAGMA journal_mode = WAL", read_mode);
    if (mode && mode.value() == "wal") {
      return success();
    }
    if (mode) {
      return Errc::unsupported_capability;  // a file system without shared memory
    }
    // Two processes at once: SQLite answers busy without asking the handler where waiting could be a deadlock.
    if (mode.error() != Errc::contention || !nap_until(deadline_)) {
      return mode.error();
    }
  }
}

int Connection::on_busy(void* connection, int /*naps*/) noexcept {
  return nap_until(static_cast<Connection*>(connection)->deadline_) ? 1 : 0;
}

// A null pointer would bind NULL, which is something else than no bytes.
int Connection::bind(sqlite3_stmt* statement, int index, ByteView bytes) noexcept {
  const void* const data = bytes.empty() ? "" : static_cast<const void*>(bytes.data());
  return sqlite3_bind_blob64(statement, index, data, bytes.size(), SQLITE_STATIC);
}

int Connection::bind(sqlite3_stmt* statement, int index, std::string_view text) noexcept {
  return sqlite3_bind_text64(statement, index, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC,
                             SQLITE_UTF8);
}

Result<sqlite3_stmt*> Connection::prepare(Sql sql) {
  auto& kept = statements_[sql.text()];
  if (!kept) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(db_.get(), sql.text(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) {
      return errc_of(code);
    }
    kept.reset(statement);
  }
  return kept.get();
}

Result<bool> Connection::step(sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  if (code == SQLITE_ROW || code == SQLITE_DONE) {
    return code == SQLITE_ROW;
  }
  return errc_of(code);
}

Result<std::size_t> Connection::finish_write(sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  if (code == SQLITE_DONE) {
    return static_cast<std::size_t>(sqlite3_changes(db_.get()));
  }
  if (is_guard(code)) {
    return std::size_t{0};
  }
  return errc_of(code);
}

Result<void> Connection::run_script(const char* script) {
  const int code = sqlite3_exec(db_.get(), script, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) {
    return errc_of(code);
  }
  return success();
}

Result<void> Connection::begin(Durability durability) {
  if (durability != durability_) {
    // In WAL mode NORMAL leaves out the fsync of the log at a commit; the next FULL commit makes up for it.
    const bool is_full = durability == Durability::power_cut;
    OSTIARY_TRY(run_script(is_full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL"));
    durability_ = durability;
  }
  const auto turn = gate_->enter(deadline_);
  OSTIARY_TRY(write_count("BEGIN IMMEDIATE"));
  return success();
}

Result<void> Connection::commit() {
  OSTIARY_TRY(const auto execution, bound("COMMIT"));
  const int code = sqlite3_step(execution.get());
  if (code == SQLITE_DONE) {
    return success();
  }
  roll_back();
  return is_taken_back(code) && !in_transaction() ? errc_of(code) : Errc::commit_unknown;
}

void Connection::roll_back() noexcept {
  if (in_transaction()) {
    sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

Result<void> Connection::set_savepoint() {
  OSTIARY_TRY(write_count("SAVEPOINT ostiary_set"));
  return success();
}

Result<void> Connection::release() {
  OSTIARY_TRY(write_count("RELEASE ostiary_set"));
  return success();
}

Result<void> Connection::take_back() {
  OSTIARY_TRY(write_count("ROLLBACK TO ostiary_set"));
  return release();
}

}  // namespace ostiary::inline v0::sqlite
