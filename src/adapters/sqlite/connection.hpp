#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <sqlite3.h>

#include "gate.hpp"
#include <ostiary/base/id.hpp>

namespace ostiary::inline v0::sqlite {

/// Sql is the text of one statement. Only a literal can be one, so that its address can stand for it in the cache.
class Sql {
 public:
  template <std::size_t N>
  // NOLINTNEXTLINE(google-explicit-constructor,hicpp-explicit-conversions): a literal is the statement
  consteval Sql(const char (&text)[N]) : text_(text) {}
  [[nodiscard]] constexpr const char* text() const noexcept { return text_; }

 private:
  const char* text_;
};

/// Row reads the row that a statement stands on. Views live until the reader returns. Columns count from 0.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) noexcept : statement_(statement) {}

  [[nodiscard]] bool is_null(int column) const noexcept;
  [[nodiscard]] ByteView bytes(int column) const noexcept;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] Instant instant(int column) const noexcept { return Instant(Duration(number<std::int64_t>(column))); }
  template <class Number>
  [[nodiscard]] Number number(int column) const noexcept {
    return static_cast<Number>(sqlite3_column_int64(statement_, column));
  }
  /// id is nil where the column has not 16 bytes.
  template <class IdType>
  [[nodiscard]] IdType id(int column) const noexcept {
    return IdType(array<16>(column));
  }
  /// array is all zero where the column has not N bytes.
  template <std::size_t N>
  [[nodiscard]] ByteArray<N> array(int column) const noexcept {
    ByteArray<N> out{};
    const auto view = bytes(column);
    if (view.size() == N) {
      std::copy(view.begin(), view.end(), out.begin());
    }
    return out;
  }

 private:
  sqlite3_stmt* statement_;
};

/// Access says what a connection is for.
enum class Access : std::uint8_t { read, write };

/// Durability says what a commit survives: a killed process, or also a power cut.
enum class Durability : std::uint8_t { process_kill, power_cut };

/// Connection is one open file handle with its prepared statements. One thread at a time.
///
/// Arguments are bound in order, without a copy; each call runs its statement to the end before it returns.
/// Errors: contention (another held the lock past the deadline), store_unavailable, store_failure; nothing of the
/// statement was written.
class Connection {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const std::string& path, Deadline deadline,
                                                                Access access, std::uint32_t pages_max);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() = default;

  /// set_deadline is until when every later call may wait for another process.
  void set_deadline(Deadline deadline) noexcept { deadline_ = deadline; }

  /// first reads the first row, if there is one.
  template <class Read, class... Args>
  [[nodiscard]] auto first(Sql sql, Read read, const Args&... args)
      -> Result<std::optional<typename std::invoke_result_t<Read, const Row&>::value_type>> {
    std::optional<typename std::invoke_result_t<Read, const Row&>::value_type> out;
    OSTIARY_TRY(const auto execution, bound(sql, args...));
    OSTIARY_TRY(const bool found, step(execution.get()));
    if (found) {
      OSTIARY_TRY(out, read(Row(execution.get())));
    }
    return out;
  }

  /// all reads every row; the statement's own LIMIT bounds them.
  template <class Read, class... Args>
  [[nodiscard]] auto all(Sql sql, Read read, const Args&... args)
      -> Result<std::vector<typename std::invoke_result_t<Read, const Row&>::value_type>> {
    std::vector<typename std::invoke_result_t<Read, const Row&>::value_type> out;
    OSTIARY_TRY(const auto execution, bound(sql, args...));
    for (;;) {
      OSTIARY_TRY(const bool found, step(execution.get()));
      if (!found) {
        return out;
      }
      OSTIARY_TRY(auto record, read(Row(execution.get())));
      out.push_back(std::move(record));
    }
  }

  /// visit gives row by row to `step`, until that answers false or there is none.
  template <class Step, class... Args>
  [[nodiscard]] Result<void> visit(Sql sql, Step on_row, const Args&... args) {
    OSTIARY_TRY(const auto execution, bound(sql, args...));
    for (;;) {
      OSTIARY_TRY(const bool found, step(execution.get()));
      if (!found) {
        return success();
      }
      OSTIARY_TRY(const bool goes_on, on_row(Row(execution.get())));
      if (!goes_on) {
        return success();
      }
    }
  }

  /// write is true where the statement wrote a row, false where it found none or a unique, primary or foreign key
  /// refused it: both are guards that missed.
  template <class... Args>
  [[nodiscard]] Result<bool> write(Sql sql, const Args&... args) {
    OSTIARY_TRY(const auto rows, write_count(sql, args...));
    return rows > 0;
  }

  /// write_count counts the rows that the statement wrote; 0 where a key refused it.
  template <class... Args>
  [[nodiscard]] Result<std::size_t> write_count(Sql sql, const Args&... args) {
    OSTIARY_TRY(const auto execution, bound(sql, args...));
    return finish_write(execution.get());
  }

  /// run_script runs statements that are not kept, such as a migration.
  [[nodiscard]] Result<void> run_script(const char* script);

  /// begin takes the file's write lock, in turn with other processes. Outside a transaction, for Access::write only.
  [[nodiscard]] Result<void> begin(Durability durability);
  /// commit answers commit_unknown unless it is certain that nothing was written. No transaction is open afterwards.
  [[nodiscard]] Result<void> commit();
  /// roll_back ends the transaction, if one is still open.
  void roll_back() noexcept;

  /// set_savepoint begins a part of the transaction that can be taken back by itself. One at a time.
  [[nodiscard]] Result<void> set_savepoint();
  /// release keeps what was written since set_savepoint.
  [[nodiscard]] Result<void> release();
  /// take_back undoes what was written since set_savepoint, and releases it.
  [[nodiscard]] Result<void> take_back();

  /// handle is for what a host writes in the same transaction.
  [[nodiscard]] sqlite3* handle() const noexcept { return db_.get(); }

  /// in_transaction is true from begin to commit or roll_back. If it stays so, only closing the connection ends it.
  [[nodiscard]] bool in_transaction() const noexcept { return sqlite3_get_autocommit(db_.get()) == 0; }

 private:
  struct Close {
    void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  struct Reset {
    void operator()(sqlite3_stmt* statement) const noexcept {
      sqlite3_reset(statement);
      sqlite3_clear_bindings(statement);  // what was bound lives no longer
    }
  };
  using Execution = std::unique_ptr<sqlite3_stmt, Reset>;

  explicit Connection(sqlite3* db) noexcept : db_(db) {}
  [[nodiscard]] Result<void> set_up(Access access, std::uint32_t pages_max);
  [[nodiscard]] Result<void> use_write_ahead_log();
  [[nodiscard]] static int on_busy(void* connection, int naps) noexcept;

  [[nodiscard]] Result<sqlite3_stmt*> prepare(Sql sql);
  [[nodiscard]] static Result<bool> step(sqlite3_stmt* statement);
  [[nodiscard]] Result<std::size_t> finish_write(sqlite3_stmt* statement);

  template <class... Args>
  [[nodiscard]] Result<Execution> bound(Sql sql, const Args&... args) {
    OSTIARY_TRY(sqlite3_stmt* const statement, prepare(sql));
    Execution execution(statement);
    [[maybe_unused]] int index = 0;
    const bool is_bound = ((bind(statement, ++index, args) == SQLITE_OK) && ...);
    if (!is_bound) {
      return Errc::store_failure;
    }
    return execution;
  }

  static int bind(sqlite3_stmt* statement, int index, ByteView bytes) noexcept;
  static int bind(sqlite3_stmt* statement, int index, std::string_view text) noexcept;
  static int bind(sqlite3_stmt* statement, int index, std::nullopt_t /*null*/) noexcept {
    return sqlite3_bind_null(statement, index);
  }
  static int bind(sqlite3_stmt* statement, int index, Instant at) noexcept {
    return sqlite3_bind_int64(statement, index, at.time_since_epoch().count());
  }
  template <class Number>
    requires std::integral<Number> || std::is_enum_v<Number>
  static int bind(sqlite3_stmt* statement, int index, Number number) noexcept {
    return sqlite3_bind_int64(statement, index, static_cast<std::int64_t>(number));
  }
  template <class Tag>
  static int bind(sqlite3_stmt* statement, int index, const Id<Tag>& id) noexcept {
    return bind(statement, index, ByteView(id.bytes()));
  }
  template <class T>
  static int bind(sqlite3_stmt* statement, int index, const std::optional<T>& value) noexcept {
    return value ? bind(statement, index, *value) : sqlite3_bind_null(statement, index);
  }

  std::unique_ptr<sqlite3, Close> db_;
  std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;  // closed before db_
  std::unique_ptr<const Gate> gate_;                                                     // of a connection that writes
  Deadline deadline_{};
  Durability durability_ = Durability::power_cut;
};

/// Transaction holds the file's write lock and takes everything back at its end, unless it was committed.
class Transaction {
 public:
  [[nodiscard]] static Result<Transaction> begin(Connection& connection, Durability durability) {
    OSTIARY_TRY(connection.begin(durability));
    return Transaction(connection);
  }
  [[nodiscard]] Result<void> commit() { return connection_->commit(); }

 private:
  struct RollBack {
    void operator()(Connection* connection) const noexcept { connection->roll_back(); }
  };
  explicit Transaction(Connection& connection) noexcept : connection_(&connection) {}
  std::unique_ptr<Connection, RollBack> connection_;
};

}  // namespace ostiary::inline v0::sqlite
