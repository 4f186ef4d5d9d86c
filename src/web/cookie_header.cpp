#include <ostiary/web/cookie_header.hpp>

#include "cookie_octets.hpp"

namespace ostiary::inline v0 {
namespace {

std::string_view trim(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

std::optional<std::string_view> find_cookie(std::string_view header, std::string_view name) noexcept {
  if (name.empty() || header.size() > cookie_header_bytes_max) {
    return std::nullopt;
  }
  std::optional<std::string_view> found;
  std::string_view rest = header;
  while (!rest.empty()) {
    const auto end = rest.find(';');
    const auto pair = trim(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) {
      continue;
    }
    if (found) {
      return std::nullopt;
    }
    found = pair.substr(equals + 1);
  }
  return found && web::is_cookie_value(*found) ? found : std::nullopt;
}

}  // namespace ostiary::inline v0
