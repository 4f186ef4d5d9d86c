#include <algorithm>

#include "fuzz/fuzz.hpp"
#include "rules/csv.hpp"

namespace ostiary::fuzz {

namespace {

std::string quoted(const std::string& field) {
  std::string out = "\"";
  for (const char c : field) {
    out += c == '"' ? "\"\"" : std::string(1, c);
  }
  return out + "\"";
}

// Every record written again, all fields quoted: it must be read as it was.
void check_again(std::string_view input) {
  std::vector<CsvFlaw> flaws;
  CsvReader reader(input);
  std::string text;
  std::vector<std::vector<std::string>> records;
  for (CsvRecord record; reader.next(record, flaws);) {
    must(record.line >= 1 && !record.fields.empty(), "a record has a line and a field");
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      text += (i == 0 ? "" : ",") + quoted(record.fields[i]);
    }
    text += "\r\n";
    records.push_back(std::move(record.fields));
  }
  std::vector<CsvFlaw> none;
  CsvReader again(text);
  CsvRecord record;
  for (const auto& fields : records) {
    must(again.next(record, none) && record.fields == fields, "what was read is read again from what it is written as");
  }
  must(!again.next(record, none) && none.empty(), "and nothing else");
}

}  // namespace

bool csv(std::string_view input) {
  const auto accounts = read_csv_accounts(input);
  must(accounts.rows.size() == accounts.lines.size(), "each row has its line");
  const auto lines = static_cast<std::size_t>(std::ranges::count(input, '\n')) + 1;
  for (const auto& flaw : accounts.flaws) {
    must(flaw.line >= 1 && flaw.line <= lines, "a flaw is within the file");
    must(csv_problem_name(flaw.problem) != "unknown", "a flaw has a name");
  }
  for (const std::size_t line : accounts.lines) {
    must(line > 1 && line <= lines, "a row is within the file, behind the header");
  }
  must(std::ranges::is_sorted(accounts.lines), "rows come in their order");
  check_again(input);
  return accounts.flaws.empty();
}

}  // namespace ostiary::fuzz
