#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <ostiary/rules/account_csv.hpp>

namespace ostiary::inline v0 {

struct CsvRecord {
  std::size_t line = 0;  ///< Where it begins, from 1; a quoted field may go over several.
  std::vector<std::string> fields{};
};

/// CsvReader takes a text apart by RFC 4180, record by record: quoted fields may hold commas, quotes written twice and line
/// breaks; lines end in CRLF or LF, the last one in nothing if it likes. A byte order mark and lines without a character are
/// passed over. A record that breaks the rules, or has more than `csv_fields_max` fields, is a flaw, and reading goes on
/// behind its line; behind `csv_flaws_max` of them it ends.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text);

  /// next reads the next record that is well-formed, and notes the flaws of those before it; false at the end.
  bool next(CsvRecord& record, std::vector<CsvFlaw>& flaws);

 private:
  enum class Ending : std::uint8_t { field = 1, record, text, broken };

  bool read_record(CsvRecord& record, std::vector<CsvFlaw>& flaws);
  Ending read_field(std::string& field, CsvProblem& problem);
  Ending read_quoted(std::string& field, CsvProblem& problem);
  Ending read_plain(std::string& field, CsvProblem& problem);
  Ending end_field();
  void skip_line();

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

/// bound_flaws cuts flaws that are in their order at csv_flaws_max, the last of them CsvProblem::too_many_flaws.
void bound_flaws(std::vector<CsvFlaw>& flaws);

}  // namespace ostiary::inline v0
