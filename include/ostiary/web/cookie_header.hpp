#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <ostiary/core_export.hpp>

namespace ostiary::inline v0 {

/// cookie_header_bytes_max bounds the Cookie header that `find_cookie` reads.
inline constexpr std::size_t cookie_header_bytes_max = 65'536;

/// find_cookie gives the value of the cookie `name` in a Cookie header's value.
///
/// Shape:  pairs are separated by `;`, whatever quotes stand around it; names are compared with their case. Pairs that
///         are malformed are passed over. Join several Cookie headers with "; " first (HTTP/2 may split them).
/// Absent: nothing where the name is not there; where it is there twice, since only one of them can be the one that
///         this server set and nobody can tell which; where the value is empty or has characters that RFC 6265 §4.1.1
///         does not allow bare; where the header is longer than `cookie_header_bytes_max`.
/// Cost:   linear, no heap call. The view lives as long as `header`.    Source: RFC 6265 §4.2, §5.4.
[[nodiscard]] OSTIARY_CORE_EXPORT std::optional<std::string_view> find_cookie(std::string_view header,
                                                                              std::string_view name) noexcept;

}  // namespace ostiary::inline v0
