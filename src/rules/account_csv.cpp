#include <ostiary/rules/account_csv.hpp>

#include <algorithm>
#include <array>

#include "base/unicode.hpp"
#include "csv.hpp"
#include <ostiary/base/ascii.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t required_columns = 3;
constexpr std::array<std::string_view, 8> known_columns{"extension", "display_name", "email",         "role",
                                                        "locale",    "status",       "password_hash", "host_ref"};

constexpr std::size_t shown_length_max = 100;  // of an unknown column's name, on somebody's screen

// More flaws than columns that there are: the file is no such file, and whoever wrote it gains nothing by a longer list.
constexpr std::size_t header_flaws_max = known_columns.size() + 1;

std::vector<CsvFlaw> check_header(const CsvRecord& header, const std::vector<std::string>& columns) {
  std::vector<CsvFlaw> flaws;
  const auto note = [&](std::size_t column, std::string field, CsvProblem problem) {
    flaws.push_back({.line = header.line, .column = column, .field = std::move(field), .problem = problem});
  };
  std::array<bool, known_columns.size()> seen{};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (flaws.size() == header_flaws_max) {
      return flaws;
    }
    const auto* const known = std::ranges::find(known_columns, columns[i]);
    if (known == known_columns.end()) {
      note(i + 1, unicode::clean_cut(header.fields[i], shown_length_max), CsvProblem::unknown_column);
      continue;
    }
    bool& is_seen = seen.at(static_cast<std::size_t>(known - known_columns.begin()));
    if (is_seen) {
      note(i + 1, columns[i], CsvProblem::repeated_column);
    }
    is_seen = true;
  }
  for (std::size_t i = 0; i < required_columns; ++i) {
    if (!seen.at(i)) {
      note(0, std::string(known_columns.at(i)), CsvProblem::missing_column);
    }
  }
  return flaws;
}

// One row of the file on its way to an ImportRow.
class RowReader {
 public:
  RowReader(const CsvRecord& record, CsvAccounts& out) : record_(record), out_(out) {}

  ImportRow read() {
    ImportRow row{.extension = value("extension"),
                  .display_name = value("display_name"),
                  .email = value("email"),
                  .password_hash = value("password_hash"),
                  .locale = value("locale"),
                  .host_ref = value("host_ref")};
    static constexpr std::array roles{Choice<Role>{"", Role::member}, Choice<Role>{"member", Role::member},
                                      Choice<Role>{"supervisor", Role::supervisor},
                                      Choice<Role>{"manager", Role::manager}};
    row.role = choose<Role>("role", roles);
    const std::array statuses{
        Choice<AccountStatus>{"", row.password_hash.empty() ? AccountStatus::invited : AccountStatus::active},
        Choice<AccountStatus>{"invited", AccountStatus::invited},
        Choice<AccountStatus>{"active", AccountStatus::active},
        Choice<AccountStatus>{"suspended", AccountStatus::suspended}};
    row.status = choose<AccountStatus>("status", statuses);
    return row;
  }

 private:
  template <class Value>
  struct Choice {
    std::string_view name;
    Value value;
  };

  [[nodiscard]] std::string value(std::string_view column) const {
    const auto at = std::ranges::find(out_.columns, column);
    return at == out_.columns.end() ? std::string()
                                    : record_.fields[static_cast<std::size_t>(at - out_.columns.begin())];
  }

  template <class Value>
  Value choose(std::string_view column, std::span<const Choice<Value>> choices) {
    const auto text = value(column);
    const auto found = std::ranges::find_if(
        choices, [&](const auto& choice) { return ascii::equals_ignoring_case(choice.name, text); });
    if (found != choices.end()) {
      return found->value;
    }
    const auto at = std::ranges::find(out_.columns, column);
    out_.flaws.push_back({.line = record_.line,
                          .column = static_cast<std::size_t>(at - out_.columns.begin()) + 1,
                          .field = std::string(column),
                          .error = Errc::value_not_allowed});
    return choices.front().value;
  }

  const CsvRecord& record_;
  CsvAccounts& out_;
};

void read_rows(CsvReader& reader, CsvAccounts& out) {
  CsvRecord record;
  while (reader.next(record, out.flaws)) {
    if (out.rows.size() == csv_rows_max) {
      out.flaws.push_back({.line = record.line, .problem = CsvProblem::too_many_rows});
      return;
    }
    if (record.fields.size() != out.columns.size()) {
      out.flaws.push_back({.line = record.line, .problem = CsvProblem::field_count});
      continue;
    }
    out.rows.push_back(RowReader(record, out).read());
    out.lines.push_back(record.line);
  }
}

void name_columns(CsvAccounts& out) {
  for (CsvFlaw& flaw : out.flaws) {
    if (flaw.column > 0 && flaw.column <= out.columns.size()) {
      flaw.field = out.columns[flaw.column - 1];
    }
  }
}

}  // namespace

std::string_view csv_problem_name(CsvProblem problem) noexcept {
  switch (problem) {
    case CsvProblem::value_refused:
      return "value_refused";
    case CsvProblem::file_empty:
      return "file_empty";
    case CsvProblem::file_too_large:
      return "file_too_large";
    case CsvProblem::unclosed_quote:
      return "unclosed_quote";
    case CsvProblem::stray_quote:
      return "stray_quote";
    case CsvProblem::text_after_quote:
      return "text_after_quote";
    case CsvProblem::stray_return:
      return "stray_return";
    case CsvProblem::field_count:
      return "field_count";
    case CsvProblem::unknown_column:
      return "unknown_column";
    case CsvProblem::repeated_column:
      return "repeated_column";
    case CsvProblem::missing_column:
      return "missing_column";
    case CsvProblem::too_many_rows:
      return "too_many_rows";
    case CsvProblem::too_many_flaws:
      return "too_many_flaws";
  }
  return "unknown";
}

CsvAccounts read_csv_accounts(std::string_view text) {
  CsvAccounts out;
  if (text.size() > csv_size_max) {
    out.flaws.push_back({.line = 1, .problem = CsvProblem::file_too_large});
    return out;
  }
  CsvReader reader(text);
  CsvRecord header;
  if (!reader.next(header, out.flaws)) {
    if (out.flaws.empty()) {
      out.flaws.push_back({.line = 1, .problem = CsvProblem::file_empty});
    }
    bound_flaws(out.flaws);
    return out;
  }
  std::ranges::transform(header.fields, std::back_inserter(out.columns), ascii::lower);
  if (out.flaws.empty()) {  // else the first row is broken, and this one is not the header
    out.flaws = check_header(header, out.columns);
  }
  if (out.flaws.empty()) {
    read_rows(reader, out);
    name_columns(out);
  }
  bound_flaws(out.flaws);
  return out;
}

CsvFlaw locate(const CsvAccounts& accounts, const ImportFlaw& flaw) {
  const auto at = std::ranges::find(accounts.columns, flaw.flaw.field);
  return {.line = flaw.row < accounts.lines.size() ? accounts.lines[flaw.row] : 0,
          .column = at == accounts.columns.end() ? 0 : static_cast<std::size_t>(at - accounts.columns.begin()) + 1,
          .field = std::string(flaw.flaw.field),
          .error = flaw.flaw.error,
          .hash_kind = flaw.hash_kind};
}

}  // namespace ostiary::inline v0
