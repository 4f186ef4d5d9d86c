#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <ostiary/adapters/sqlite_store.hpp>

// A telephone company's own tables, in the same SQLite file as ostiary's: `customers`, each with the seats that it has
// bought, and `seats`, each of which may carry one account. The account names its seat by host_ref.
namespace host {

using namespace ostiary;  // NOLINT(google-build-using-namespace): an example reads better so

/// What the company's rules refuse. The caller of the service gets it as the error of its Result.
enum class SeatError {
  no_seat_left = 1,  ///< The customer has bought no more seats.
  unknown_seat,      ///< The account's host_ref names no seat.
  unknown_customer,  ///< The name is no customer's.
};
std::error_code make_error_code(SeatError error) noexcept;

/// keep_seats is the host's OnSqliteCommit: a seat is active exactly while its account is, and is never so in one of the
/// two tables alone, because both are written in one transaction.
Result<void> keep_seats(::sqlite3* transaction, const ChangeSet& set);

/// Seats is the company's own work on its tables, by a connection of its own.
class Seats {
 public:
  /// open makes the tables where they are not there yet. SqliteStore::open comes first: it makes the file, for its owner
  /// alone (0600). Where there is no file, open fails and makes none.
  static Result<Seats> open(const std::filesystem::path& file);

  Result<void> add_customer(const std::string& name, int seats_bought);
  Result<void> buy_seat(const std::string& customer);
  Result<void> add_seat(const std::string& id, const std::string& customer);

  /// "active" or "reserved".
  [[nodiscard]] Result<std::string> state_of(const std::string& seat) const;
  /// "2 of 2 seats active"
  [[nodiscard]] Result<std::string> summary(const std::string& customer) const;

 private:
  struct Close {
    void operator()(::sqlite3* db) const noexcept;
  };
  explicit Seats(std::unique_ptr<::sqlite3, Close> db) noexcept : db_(std::move(db)) {}

  std::unique_ptr<::sqlite3, Close> db_;
};

}  // namespace host

template <>
struct std::is_error_code_enum<host::SeatError> : std::true_type {};
