#include <ostiary/rules/account_csv.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

const std::string header = "extension,display_name,email\n";

// Each flaw as "line:column field problem".
std::vector<std::string> flaws_of(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& flaw : read_csv_accounts(text).flaws) {
    out.push_back(fmt::format("{}:{} {} {}", flaw.line, flaw.column, flaw.field.empty() ? "-" : flaw.field,
                              csv_problem_name(flaw.problem)));
  }
  return out;
}

using Lines = std::vector<std::string>;

// The display names of the rows.
Lines names_in(std::string_view text) {
  const auto accounts = read_csv_accounts(text);
  CHECK(accounts.flaws.empty());
  CHECK(accounts.rows.size() == accounts.lines.size());
  Lines out;
  for (const auto& row : accounts.rows) {
    out.push_back(row.display_name);
  }
  return out;
}

}  // namespace

TEST_CASE("R76: each column of a file lands in its field, whatever the order and case of the header") {
  const auto accounts = read_csv_accounts(
      "host_ref,ROLE,Email,extension,password_hash,display_name,locale,status\n"
      "c-1,manager,a@acme.example,201,$2b$x,Ada,fr-CA,suspended\n");
  CHECK(accounts.flaws.empty());
  REQUIRE(accounts.rows.size() == 1);
  const auto& row = accounts.rows.front();
  CHECK(row.extension == "201");
  CHECK(row.display_name == "Ada");
  CHECK(row.email == "a@acme.example");
  CHECK(row.role == Role::manager);
  CHECK(row.locale == "fr-CA");
  CHECK(row.status == AccountStatus::suspended);
  CHECK(row.password_hash == "$2b$x");
  CHECK(row.host_ref == "c-1");
  CHECK(accounts.lines == std::vector<std::size_t>{2});
}

TEST_CASE("R76: roles and statuses are those that there are, in any case; empty has its meaning") {
  const auto read = [](const std::string& role, const std::string& status, const std::string& hash) {
    return read_csv_accounts("extension,display_name,email,role,status,password_hash\n1,A,a@b.example," + role + "," +
                             status + "," + hash + "\n");
  };
  CHECK(read("", "", "").rows.front().role == Role::member);
  CHECK(read("Member", "", "").rows.front().role == Role::member);
  CHECK(read("SUPERVISOR", "", "").rows.front().role == Role::supervisor);
  CHECK(read("", "", "").rows.front().status == AccountStatus::invited);
  CHECK(read("", "", "$2b$").rows.front().status == AccountStatus::active);
  CHECK(read("", "active", "").rows.front().status == AccountStatus::active);
  CHECK(read("", "invited", "").rows.front().status == AccountStatus::invited);
  CHECK(read("", "Suspended", "").rows.front().status == AccountStatus::suspended);
  CHECK(read_csv_accounts(header + "1,A,a@b.example\n").rows.front().status == AccountStatus::invited);
  for (const auto* bad : {"removed", "boss", " manager", "member "}) {
    CAPTURE(bad);
    CHECK(read(bad, "", "").flaws.front().error == Errc::value_not_allowed);
    CHECK(read("", bad, "").flaws.front().error == Errc::value_not_allowed);
  }
  // Both are told, and the row is there, so that its other flaws are found.
  CHECK(read("boss", "gone", "").flaws.size() == 2);
  CHECK(read("boss", "gone", "").rows.size() == 1);
}

TEST_CASE("RFC 4180 §2: records, quotes, line breaks and their ends") {
  const auto row = [](const std::string& name) { return "1," + name + ",a@b.example"; };
  const std::vector<std::pair<std::string, Lines>> table{
      {header + row("Ada"), {"Ada"}},
      {header + row("Ada") + "\n", {"Ada"}},
      {header + row("Ada") + "\r\n" + row("Bo") + "\r\n", {"Ada", "Bo"}},
      {"\xef\xbb\xbf" + header + row("Ada"), {"Ada"}},
      {header + row("\"Ada\""), {"Ada"}},
      {header + row("\"\""), {""}},
      {header + row(""), {""}},
      {header + row("\"Lovelace, Ada\""), {"Lovelace, Ada"}},
      {header + row(R"("Ada ""the first""")"), {"Ada \"the first\""}},
      {header + row(R"("""")"), {"\""}},
      {header + row("\"two\nlines\""), {"two\nlines"}},
      {header + row("\"two\r\nlines\"") + "\r\n" + row("Bo"), {"two\r\nlines", "Bo"}},
      {header + row(" Ada "), {" Ada "}},  // blanks are part of a field
      {header + row("Zoé"), {"Zoé"}},
      {header + "\n\r\n" + row("Ada") + "\n\n", {"Ada"}},
      {"extension,display_name,email", {}},
      {"\n" + header, {}},
      {"email,extension,display_name\n,1,Ada\r\n\r\n,,\n,2,Bo", {"Ada", "", "Bo"}},  // the first field is empty
      {"email,extension,display_name\n\n,1,Ada\n\"\",2,Bo\n", {"Ada", "Bo"}},
  };
  for (const auto& [text, names] : table) {
    CAPTURE(text);
    CHECK(names_in(text) == names);
  }
}

TEST_CASE("R76: every flaw of a file is named by line and column, and nothing is guessed") {
  const std::vector<std::pair<std::string, Lines>> table{
      {"", {"1:0 - file_empty"}},
      {"\n\r\n", {"1:0 - file_empty"}},
      {"\xef\xbb\xbf", {"1:0 - file_empty"}},
      {"extension;display_name;email\n",
       {"1:1 extension;display_name;email unknown_column", "1:0 extension missing_column",
        "1:0 display_name missing_column", "1:0 email missing_column"}},
      {"extension,display_name,email,phone\n1,A,a@b.example,5\n", {"1:4 phone unknown_column"}},
      {"extension,display_name,email,\n", {"1:4 - unknown_column"}},
      {"extension,display_name,email,e\x07vil\n", {"1:4 e?vil unknown_column"}},
      {"email,extension,email,display_name,EMAIL\n", {"1:3 email repeated_column", "1:5 email repeated_column"}},
      {"extension,email\n", {"1:0 display_name missing_column"}},
      {" extension,display_name,email\n", {"1:1  extension unknown_column", "1:0 extension missing_column"}},
      {"\"extension\n", {"1:1 - unclosed_quote"}},
      {header + "1,A\n2,B,b@b.example\n3,C,c@b.example,\n", {"2:0 - field_count", "4:0 - field_count"}},
      {header + "1,\"A\" ,a@b.example\n", {"2:2 display_name text_after_quote"}},
      {header + "1,A\"B,a@b.example\n2,B,b@b.example\n", {"2:2 display_name stray_quote"}},
      {header + "1,A\rB,a@b.example\n", {"2:2 display_name stray_return"}},
      {header + "1,A,a@b.example\r", {"2:3 email stray_return"}},
      {header + "1,\"A\nB\",\"a@b.example\n2,B,b@b.example\n", {"3:3 email unclosed_quote"}},
      {header + "1,\"A\nB\",x\n2,B\n", {"4:0 - field_count"}},
      {header + ",1,A,a@b.example\n", {"2:0 - field_count"}},
      {",extension,display_name,email\n", {"1:1 - unknown_column"}},
  };
  for (const auto& [text, flaws] : table) {
    CAPTURE(text);
    CHECK(flaws_of(text) == flaws);
  }
  CHECK(flaws_of(std::string(csv_size_max + 1, 'x')) == Lines{"1:0 - file_too_large"});
}

TEST_CASE("R76: the flaw of an import is found in the file again") {
  const auto accounts = read_csv_accounts("email,extension,display_name\n\na@b.example,1,\"A\nA\"\nb,2,B\n");
  REQUIRE(accounts.lines == std::vector<std::size_t>{3, 5});
  const auto email = locate(accounts, {.row = 1, .flaw = {.field = "email", .error = Errc::malformed_email_address}});
  CHECK(email.line == 5);
  CHECK(email.column == 1);
  CHECK(email.field == "email");
  CHECK(email.error == Errc::malformed_email_address);
  CHECK(email.problem == CsvProblem::value_refused);
  const auto whole = locate(accounts, {.row = 0, .flaw = {.field = "addresses", .error = Errc::value_not_allowed}});
  CHECK(whole.line == 3);
  CHECK(whole.column == 0);
}

TEST_CASE("R76: a row whose first field is empty keeps it, and shifts nobody into another column") {
  const auto accounts = read_csv_accounts(
      "role,extension,display_name,email\n,201,Ann,a@acme.example\n,manager,201,Ann,a@acme.example\n");
  REQUIRE(accounts.rows.size() == 1);
  CHECK(accounts.rows.front().role == Role::member);
  CHECK(accounts.rows.front().extension == "201");
  REQUIRE(accounts.flaws.size() == 1);
  CHECK(accounts.flaws.front().line == 3);
  CHECK(accounts.flaws.front().problem == CsvProblem::field_count);
}

TEST_CASE("R76: what a file can cost is bounded in columns, fields, rows and flaws, and each bound is said") {
  const auto repeat = [](std::string_view piece, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
      out += piece;
    }
    return out;
  };
  // Of a header's flaws there are no more than columns, and one.
  CHECK(flaws_of(repeat("x,", 900) + "x\n").size() == 9);
  CHECK(flaws_of(repeat("role,", 900) + "role\n").size() == 9);
  CHECK(flaws_of(repeat("x,", csv_fields_max) + "x\n").front() == "1:0 - field_count");
  CHECK(read_csv_accounts(repeat(",", csv_size_max)).columns.empty());
  CHECK(flaws_of(header + repeat("x,", csv_fields_max) + "x\n2,B,b@b.example\n") == Lines{"2:0 - field_count"});

  const auto just = flaws_of(header + repeat("x\n", csv_flaws_max - 1));
  CHECK(just.size() == csv_flaws_max - 1);
  CHECK(just.back() == fmt::format("{}:0 - field_count", csv_flaws_max));
  for (const auto* const bad : {"x\n", "x\"\n", "\"x\"y\n", "1,a,b@b.example\nx\n"}) {
    CAPTURE(bad);
    const auto many = read_csv_accounts(header + repeat(bad, 2 * csv_flaws_max));
    CHECK(many.flaws.size() == csv_flaws_max);
    CHECK(many.flaws.back().problem == CsvProblem::too_many_flaws);
    CHECK(many.rows.size() <= csv_flaws_max);  // reading stopped there
  }
  CHECK(read_csv_accounts(repeat("x\"\n", 2 * csv_flaws_max)).flaws.size() == csv_flaws_max);  // no header either

  CHECK(read_csv_accounts(header + repeat("1,A,a\n", csv_rows_max)).flaws.empty());
  const auto rows = read_csv_accounts(header + repeat("1,A,a\n", csv_rows_max + 2));
  CHECK(rows.rows.size() == csv_rows_max);
  REQUIRE(rows.flaws.size() == 1);
  CHECK(rows.flaws.front().problem == CsvProblem::too_many_rows);
  CHECK(rows.flaws.front().line == csv_rows_max + 2);
}

TEST_CASE("R76: the flaw of a row that the file does not have is at no line") {
  const auto accounts = read_csv_accounts(header + "1,A,a@b.example\n");
  const auto foreign = locate(accounts, {.row = 1, .flaw = {.field = "email", .error = Errc::malformed_text}});
  CHECK(foreign.line == 0);
  CHECK(foreign.column == 3);
  CHECK(locate({}, {}).line == 0);
}

TEST_CASE("each problem has a name of its own") {
  std::vector<std::string_view> names;
  for (int i = 1; i <= static_cast<int>(CsvProblem::too_many_flaws); ++i) {
    names.push_back(csv_problem_name(static_cast<CsvProblem>(i)));
    CHECK(names.back() != "unknown");
  }
  std::ranges::sort(names);
  CHECK(std::ranges::adjacent_find(names) == names.end());
}
