#include "csv.hpp"

#include <algorithm>

namespace ostiary::inline v0 {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::string_view plain_field_ends = ",\n\r\"";

}  // namespace

CsvReader::CsvReader(std::string_view text) : text_(text) {
  if (text_.starts_with(byte_order_mark)) {
    at_ = byte_order_mark.size();
  }
}

bool CsvReader::next(CsvRecord& record, std::vector<CsvFlaw>& flaws) {
  while (at_ < text_.size() && flaws.size() < csv_flaws_max) {
    if (text_[at_] != ',' && end_field() == Ending::record) {  // a line without a character
      continue;
    }
    if (read_record(record, flaws)) {
      return true;
    }
  }
  return false;
}

bool CsvReader::read_record(CsvRecord& record, std::vector<CsvFlaw>& flaws) {
  record = {.line = line_, .fields = {}};
  for (;;) {
    const auto line = line_;
    if (record.fields.size() == csv_fields_max) {
      flaws.push_back({.line = record.line, .problem = CsvProblem::field_count});
      skip_line();
      return false;
    }
    std::string field;
    CsvProblem problem{};
    switch (read_field(field, problem)) {
      case Ending::field:
        record.fields.push_back(std::move(field));
        continue;
      case Ending::record:
      case Ending::text:
        record.fields.push_back(std::move(field));
        return true;
      case Ending::broken:
        flaws.push_back({.line = line, .column = record.fields.size() + 1, .problem = problem});
        skip_line();
        return false;
    }
  }
}

CsvReader::Ending CsvReader::read_field(std::string& field, CsvProblem& problem) {
  return at_ < text_.size() && text_[at_] == '"' ? read_quoted(field, problem) : read_plain(field, problem);
}

CsvReader::Ending CsvReader::read_quoted(std::string& field, CsvProblem& problem) {
  ++at_;
  for (;;) {
    const auto quote = text_.find('"', at_);
    if (quote == std::string_view::npos) {
      at_ = text_.size();
      problem = CsvProblem::unclosed_quote;
      return Ending::broken;
    }
    const auto part = text_.substr(at_, quote - at_);
    field += part;
    line_ += static_cast<std::size_t>(std::ranges::count(part, '\n'));
    at_ = quote + 1;
    if (at_ >= text_.size() || text_[at_] != '"') {
      break;
    }
    field += '"';
    ++at_;
  }
  const auto ending = end_field();
  if (ending == Ending::broken) {
    problem = CsvProblem::text_after_quote;
  }
  return ending;
}

CsvReader::Ending CsvReader::read_plain(std::string& field, CsvProblem& problem) {
  const auto end = std::min(text_.find_first_of(plain_field_ends, at_), text_.size());
  field = text_.substr(at_, end - at_);
  at_ = end;
  const auto ending = end_field();
  if (ending == Ending::broken) {
    problem = text_[at_] == '"' ? CsvProblem::stray_quote : CsvProblem::stray_return;
  }
  return ending;
}

// Takes what stands behind a field.
CsvReader::Ending CsvReader::end_field() {
  if (at_ == text_.size()) {
    return Ending::text;
  }
  if (text_[at_] == ',') {
    ++at_;
    return Ending::field;
  }
  const auto rest = text_.substr(at_, 2);
  if (rest.front() != '\n' && rest != "\r\n") {
    return Ending::broken;
  }
  at_ += rest.front() == '\n' ? 1U : 2U;
  ++line_;
  return Ending::record;
}

void CsvReader::skip_line() {
  const auto end = text_.find('\n', at_);
  if (end == std::string_view::npos) {
    at_ = text_.size();
    return;
  }
  at_ = end + 1;
  ++line_;
}

void bound_flaws(std::vector<CsvFlaw>& flaws) {
  const bool was_bounded =
      std::erase_if(flaws, [](const CsvFlaw& flaw) { return flaw.problem == CsvProblem::too_many_flaws; }) > 0;
  if (!was_bounded && flaws.size() < csv_flaws_max) {
    return;
  }
  flaws.resize(std::min(flaws.size(), csv_flaws_max - 1));
  flaws.push_back({.line = flaws.empty() ? 1 : flaws.back().line, .problem = CsvProblem::too_many_flaws});
}

}  // namespace ostiary::inline v0
