#include <ostiary/web/return_address.hpp>

#include <optional>

#include <ostiary/base/ascii.hpp>
#include <ostiary/base/encoding.hpp>

namespace ostiary::inline v0 {
namespace {

// RFC 3986 §3.3: what a path segment may hold bare; "%" is looked at apart.
bool is_segment_character(char c) {
  return ascii::is_letter_or_digit(c) || std::string_view("-._~!$&'()*+,;=:@").find(c) != std::string_view::npos;
}

// Reads one character or one percent-encoded byte from the front of `text`; nothing where it is neither.
std::optional<char> next_character(std::string_view& text, std::string_view also_allowed) {
  const char c = text.front();
  if (c != '%') {
    text.remove_prefix(1);
    return is_segment_character(c) || also_allowed.find(c) != std::string_view::npos ? std::optional(c) : std::nullopt;
  }
  ByteArray<1> byte{};
  if (!hex_decode(text.substr(1, 2), byte)) {
    return std::nullopt;
  }
  text.remove_prefix(3);
  const char decoded = std::to_integer<char>(byte.front());
  return ascii::is_control(decoded) ? std::nullopt : std::optional(decoded);
}

// A segment that stays one, however often it is decoded, and that no browser takes for a step up.
bool is_safe_segment(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    const auto c = next_character(text, {});
    if (!c || *c == '/' || *c == '\\' || *c == '%') {
      return false;
    }
    decoded += *c;
  }
  return decoded != "." && decoded != "..";
}

bool is_safe_path(std::string_view path) {
  if (!path.starts_with('/')) {
    return false;
  }
  path.remove_prefix(1);
  for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
    if (slash == 0 || !is_safe_segment(path.substr(0, slash))) {
      return false;
    }
    path.remove_prefix(slash + 1);
  }
  return is_safe_segment(path);
}

// What follows the path: a query, a fragment, or both.
bool is_safe_tail(std::string_view tail) {
  bool fragment_begun = false;
  while (!tail.empty()) {
    if (tail.front() == '#') {
      if (fragment_begun) {
        return false;
      }
      fragment_begun = true;
      tail.remove_prefix(1);
      continue;
    }
    if (!next_character(tail, "/?")) {
      return false;
    }
  }
  return true;
}

bool is_safe(std::string_view requested) {
  const auto path_end = std::min(requested.find_first_of("?#"), requested.size());
  return requested.size() <= return_address_bytes_max && is_safe_path(requested.substr(0, path_end)) &&
         is_safe_tail(requested.substr(path_end));
}

}  // namespace

std::string safe_return_address(std::string_view requested, std::string_view default_page) {
  return std::string(is_safe(requested) ? requested : default_page);
}

}  // namespace ostiary::inline v0
