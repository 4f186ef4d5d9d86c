#include "seats.hpp"

#include <sqlite3.h>

namespace host {
namespace {

constexpr auto schema = R"(
CREATE TABLE IF NOT EXISTS customers (
  name TEXT NOT NULL PRIMARY KEY,
  bought INTEGER NOT NULL,
  active INTEGER NOT NULL DEFAULT 0 CHECK (active BETWEEN 0 AND bought)
) STRICT;
CREATE TABLE IF NOT EXISTS seats (
  id TEXT NOT NULL PRIMARY KEY,
  customer TEXT NOT NULL REFERENCES customers (name),
  active INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TRIGGER IF NOT EXISTS seats_counted AFTER UPDATE OF active ON seats BEGIN
  UPDATE customers SET active = active + new.active - old.active WHERE name = new.customer;
END;
)";

class SeatErrors final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "seats"; }
  [[nodiscard]] std::string message(int code) const override {
    switch (static_cast<SeatError>(code)) {
      case SeatError::no_seat_left:
        return "no seat is left";
      case SeatError::unknown_seat:
        return "no such seat";
      case SeatError::unknown_customer:
        return "no such customer";
    }
    return "unknown";
  }
};

using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

// A statement with its texts bound by their sizes: a NUL byte must not make "seat-1" of another text. It is finalized at
// the end, as OnSqliteCommit asks.
Statement prepare(sqlite3* db, const char* sql, const std::vector<std::string>& texts) {
  sqlite3_stmt* made = nullptr;
  sqlite3_prepare_v2(db, sql, -1, &made, nullptr);
  Statement statement(made, &sqlite3_finalize);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    sqlite3_bind_text(made, static_cast<int>(i + 1), texts[i].data(), static_cast<int>(texts[i].size()),
                      SQLITE_TRANSIENT);
  }
  return statement;
}

// Of a connection with extended result codes: ostiary's own, and that of Seats.
std::error_code error_of(int code) {
  switch (code) {
    case SQLITE_CONSTRAINT_CHECK:
      return SeatError::no_seat_left;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return SeatError::unknown_customer;
    default:
      return (code & 0xff) == SQLITE_BUSY ? Errc::contention : Errc::store_failure;  // contention is sent again
  }
}

Result<void> run(sqlite3* db, const char* sql, const std::vector<std::string>& texts) {
  const auto statement = prepare(db, sql, texts);
  const int code = sqlite3_step(statement.get());
  if (code != SQLITE_DONE) {
    return error_of(code);
  }
  return success();
}

Result<std::string> read_text(sqlite3* db, const char* sql, const std::string& key, SeatError absent) {
  const auto statement = prepare(db, sql, {key});
  if (sqlite3_step(statement.get()) != SQLITE_ROW) {
    return absent;
  }
  return std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), 0)));
}

}  // namespace

std::error_code make_error_code(SeatError error) noexcept {
  static const SeatErrors category;
  return {static_cast<int>(error), category};
}

// [on-commit]
Result<void> keep_seats(sqlite3* transaction, const ChangeSet& set) {
  for (const auto& change : set.changes) {
    const auto* const put = std::get_if<PutAccount>(&change);
    if (put == nullptr || put->next.host_ref.empty()) {
      continue;
    }
    // This host never moves an account to another seat; one that does frees the old seat here too.
    const std::string active = put->next.status == AccountStatus::active ? "1" : "0";
    // More active seats than the customer has bought: the table's CHECK refuses, and with it the whole set.
    OSTIARY_TRY(run(transaction, "UPDATE seats SET active = ?1 WHERE id = ?2", {active, put->next.host_ref}));
    if (sqlite3_changes(transaction) == 0) {
      return SeatError::unknown_seat;
    }
  }
  return success();
}
// [on-commit]

void Seats::Close::operator()(sqlite3* db) const noexcept { sqlite3_close(db); }

Result<Seats> Seats::open(const std::filesystem::path& file) {
  sqlite3* opened = nullptr;
  // No SQLITE_OPEN_CREATE: SQLite would make the file readable by all, and it will hold password hashes.
  const int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<sqlite3, Close> db(opened);
  if (code != SQLITE_OK || sqlite3_busy_timeout(opened, 5000) != SQLITE_OK ||
      sqlite3_exec(opened, "PRAGMA foreign_keys = ON", nullptr, nullptr, nullptr) != SQLITE_OK ||
      sqlite3_exec(opened, schema, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return Errc::store_failure;
  }
  return Seats(std::move(db));
}

Result<void> Seats::add_customer(const std::string& name, int seats_bought) {
  return run(db_.get(), "INSERT INTO customers (name, bought) VALUES (?1, CAST(?2 AS INTEGER))",
             {name, std::to_string(seats_bought)});
}

Result<void> Seats::buy_seat(const std::string& customer) {
  OSTIARY_TRY(run(db_.get(), "UPDATE customers SET bought = bought + 1 WHERE name = ?1", {customer}));
  if (sqlite3_changes(db_.get()) == 0) {
    return SeatError::unknown_customer;
  }
  return success();
}

Result<void> Seats::add_seat(const std::string& id, const std::string& customer) {
  return run(db_.get(), "INSERT INTO seats (id, customer) VALUES (?1, ?2)", {id, customer});
}

Result<std::string> Seats::state_of(const std::string& seat) const {
  return read_text(db_.get(), "SELECT iif(active, 'active', 'reserved') FROM seats WHERE id = ?1", seat,
                   SeatError::unknown_seat);
}

Result<std::string> Seats::summary(const std::string& customer) const {
  return read_text(db_.get(), "SELECT active || ' of ' || bought || ' seats active' FROM customers WHERE name = ?1",
                   customer, SeatError::unknown_customer);
}

}  // namespace host
