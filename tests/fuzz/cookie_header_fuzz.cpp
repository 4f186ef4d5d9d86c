#include <optional>
#include <string>
#include <vector>

#include "fuzz/fuzz.hpp"
#include <ostiary/web/cookie_header.hpp>
#include <ostiary/web/session_cookie.hpp>

namespace ostiary::fuzz {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> pieces(1);
  for (const char c : text) {
    if (c == separator) {
      pieces.emplace_back();
    } else {
      pieces.back() += c;
    }
  }
  return pieces;
}

std::string without_blanks(std::string text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.erase(0, 1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.pop_back();
  }
  return text;
}

// RFC 6265 §4.1.1 as a list of what is not a cookie-octet.
bool is_cookie_octet(char c) {
  const auto value = static_cast<unsigned char>(c);
  return value > 0x20 && value < 0x7f && value != '"' && value != ',' && value != ';' && value != '\\';
}

// The values of all pairs of that name.
std::vector<std::string> values_of(std::string_view header, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& piece : split(header, ';')) {
    const auto pair = without_blanks(piece);
    if (pair.starts_with(std::string(name) + '=')) {
      values.push_back(pair.substr(name.size() + 1));
    }
  }
  return values;
}

std::optional<std::string> expected(std::string_view header, std::string_view name) {
  const auto values = values_of(header, name);
  if (name.empty() || name.find('=') != std::string_view::npos || values.size() != 1 || values.front().empty()) {
    return std::nullopt;
  }
  for (const char c : values.front()) {
    if (!is_cookie_octet(c)) {
      return std::nullopt;
    }
  }
  return values.front();
}

// Whatever was found can be set again, and what was set is found among others, but never beside its like.
void set_and_find(std::string_view name, std::string_view value) {
  const auto cookie = SessionCookie::create({.name = std::string(name)});
  if (!cookie) {
    return;
  }
  const auto line = cookie.value().set(SecretString(value), std::chrono::seconds(60));
  if (!line) {
    must(line.assume_error() == Errc::text_too_long, "what was found can be set, but for its length");
    return;
  }
  const auto pair = line.value().substr(0, line.value().find(';'));
  must(find_cookie("other=1; " + pair, cookie.value().name()) == value, "a cookie that was set is found");
  must(!find_cookie(pair + "; " + pair, cookie.value().name()), "a cookie that is there twice is not found");
}

}  // namespace

// The input is the cookie's name, a line's end, and the header.
bool cookie_header(std::string_view input) {
  const auto end = input.find('\n');
  const auto name = input.substr(0, end);
  const auto header = end == std::string_view::npos ? std::string_view() : input.substr(end + 1);
  const auto found = find_cookie(header, name);
  must(found.has_value() == expected(header, name).has_value(), "a cookie is found where it stands once, as it should");
  if (!found) {
    return false;
  }
  must(*found == *expected(header, name), "the value is what stands behind the name");
  must(found->data() >= header.data() && found->data() + found->size() <= header.data() + header.size(),
       "the value is a view of the header");
  set_and_find(name, *found);
  return true;
}

}  // namespace ostiary::fuzz
