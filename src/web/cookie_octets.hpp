#pragma once

#include <algorithm>
#include <string_view>

namespace ostiary::inline v0::web {

/// is_cookie_value says whether `text` is one or more cookie-octets (RFC 6265 §4.1.1): printable ASCII without space,
/// quote, comma, semicolon and backslash.
constexpr bool is_cookie_value(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < '\x7f' && std::string_view("\",;\\").find(c) == std::string_view::npos;
  });
}

}  // namespace ostiary::inline v0::web
