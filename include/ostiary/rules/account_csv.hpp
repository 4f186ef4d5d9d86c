#pragma once

#include <ostiary/rules/account_import.hpp>

namespace ostiary::inline v0 {

/// CsvProblem says what is wrong with a place in a file.
enum class CsvProblem : std::uint8_t {
  value_refused = 1,  ///< The field's value; see CsvFlaw::error.
  file_empty,         ///< Not even a header.
  file_too_large,     ///< Over `csv_size_max`.
  unclosed_quote,     ///< The rest of the file belongs to this field: what stands in it was not read.
  stray_quote,        ///< In a field that does not begin with one.
  text_after_quote,   ///< Behind the closing quote.
  stray_return,       ///< A carriage return without its line feed.
  field_count,        ///< Not as many fields as the header has, or more than `csv_fields_max`.
  unknown_column,
  repeated_column,
  missing_column,
  too_many_rows,   ///< More than `csv_rows_max`; the rest of the file was not read.
  too_many_flaws,  ///< The last of `csv_flaws_max`: the rest of the file was not read, or not reported.
};

/// csv_problem_name is the stable text form, "unclosed_quote" of CsvProblem::unclosed_quote.
[[nodiscard]] OSTIARY_CORE_EXPORT std::string_view csv_problem_name(CsvProblem problem) noexcept;

/// CsvFlaw is a place in a file and what is wrong with it.
struct CsvFlaw {
  std::size_t line = 0;    ///< From 1; of a quoted field that goes over several, the first.
  std::size_t column = 0;  ///< The field's number in its row, from 1; 0: the row as a whole.
  std::string field{};     ///< The column's name, where it is clear; of an unknown one as the file has it, cleaned.
  CsvProblem problem = CsvProblem::value_refused;
  std::error_code error{};       ///< Of value_refused.
  std::string_view hash_kind{};  ///< Of a "password_hash" that was refused: password_hash_kind.
};

inline constexpr std::size_t csv_size_max = 64UL * 1024 * 1024;
inline constexpr std::size_t csv_rows_max = 1'000'000;
inline constexpr std::size_t csv_fields_max = 1'000;  // of one row
inline constexpr std::size_t csv_flaws_max = 10'000;  // of one file

/// CsvAccounts is what a file says. With a flaw nothing of it may be loaded; `rows` are those that could be read all the
/// same, so that every flaw of theirs is found too.
struct CsvAccounts {
  std::vector<ImportRow> rows{};
  std::vector<std::size_t> lines{};    ///< Where each row begins.
  std::vector<std::string> columns{};  ///< The header, in lower case.
  std::vector<CsvFlaw> flaws{};
};

/// read_csv_accounts reads accounts for an import from a file in the format of RFC 4180 (UTF-8, commas, CRLF or LF).
///
/// Header:  the first row, in any order and case: extension, display_name, email; and where wanted role, locale, status,
///          password_hash, host_ref. Any other column is a flaw, and so is one that is missing or there twice; with one of
///          them no row is read. After nine of them no more of the header is looked at.
/// Values:  as ImportRow. role: member (or empty), supervisor, manager. status: active, suspended, invited; empty is
///          invited without a password_hash and active with one.
/// Errors:  none; pure function.    Source: RFC 4180 §2.
[[nodiscard]] OSTIARY_CORE_EXPORT CsvAccounts read_csv_accounts(std::string_view text);

/// locate says where in the file the flaw of an import is; line 0 where `accounts` has no such row.
[[nodiscard]] OSTIARY_CORE_EXPORT CsvFlaw locate(const CsvAccounts& accounts, const ImportFlaw& flaw);

}  // namespace ostiary::inline v0
