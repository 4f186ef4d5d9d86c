#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <ostiary/core_export.hpp>

namespace ostiary::inline v0 {

/// return_address_bytes_max bounds a return address.
inline constexpr std::size_t return_address_bytes_max = 2048;

/// safe_return_address gives `requested` where it can only lead to a page of this server, otherwise `default_page`.
///
/// Safe:   an absolute path, `/` and then segments, with a query and a fragment if they are there, in the characters of
///         RFC 3986 and no others. No scheme, no host, no `//`, no `\`, no `.` or `..` segment, and none of these
///         percent-encoded in the path; no encoded control character anywhere, since some servers decode before they
///         redirect. At most `return_address_bytes_max`.
/// Never:  pass a Referer header (S080). `default_page` is the host's own constant and is not checked.
/// Source: S078; RFC 9700 §4.11; WHATWG URL (what browsers make of `\`, tabs and `//`).
[[nodiscard]] OSTIARY_CORE_EXPORT std::string safe_return_address(std::string_view requested,
                                                                  std::string_view default_page = "/");

}  // namespace ostiary::inline v0
