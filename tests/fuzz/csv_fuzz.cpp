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

// Without quotes and returns a file is lines cut at commas, whatever a reader of quotes makes of it.
void check_plain(std::string_view input) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (input.find_first_of("\"\r") != std::string_view::npos) {
    return;
  }
  CsvReader reader(input);
  if (input.starts_with(byte_order_mark)) {  // one
    input.remove_prefix(byte_order_mark.size());
  }
  std::vector<CsvFlaw> flaws;
  CsvRecord record;
  for (std::size_t number = 1; !input.empty(); ++number) {
    const auto line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(line.size() + 1, input.size()));
    const auto fields = static_cast<std::size_t>(std::ranges::count(line, ',')) + 1;
    if (line.empty() || fields > csv_fields_max) {
      continue;
    }
    must(reader.next(record, flaws) && record.line == number, "each line that is not empty is a record");
    must(record.fields.size() == fields, "a record has a field more than its line has commas");
    must(line.starts_with(record.fields.front()) && line.ends_with(record.fields.back()), "and they are the line's");
  }
  must(!reader.next(record, flaws), "there are no more records than lines");
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
  check_plain(input);
  return accounts.flaws.empty();
}

}  // namespace ostiary::fuzz
