#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ostiary/core_export.hpp>

namespace ostiary::inline v0 {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;
template <std::size_t N>
using ByteArray = std::array<std::byte, N>;

/// as_bytes views the bytes of `text`; the view lives as long as `text` does.
inline ByteView as_bytes(std::string_view text) noexcept { return std::as_bytes(std::span(text)); }

/// hex_encode writes two lower-case digits for each byte.
OSTIARY_CORE_EXPORT std::string hex_encode(ByteView bytes);
/// hex_decode fills `out` from exactly twice as many hexadecimal digits (either case); anything else is false.
[[nodiscard]] OSTIARY_CORE_EXPORT bool hex_decode(std::string_view text, std::span<std::byte> out) noexcept;

/// base64url_length is the number of characters that `bytes` bytes take, without padding.
constexpr std::size_t base64url_length(std::size_t bytes) noexcept { return (bytes * 4 + 2) / 3; }
/// base64url_encode writes RFC 4648 §5 without padding into `out`, which must hold base64url_length(bytes.size()).
OSTIARY_CORE_EXPORT void base64url_encode(ByteView bytes, std::span<char> out) noexcept;
OSTIARY_CORE_EXPORT std::string base64url_encode(ByteView bytes);
/// base64url_decode is strict: no padding, no white space, no other alphabet, unused bits zero. It fills `out` exactly,
/// or answers false.
[[nodiscard]] OSTIARY_CORE_EXPORT bool base64url_decode(std::string_view text, std::span<std::byte> out) noexcept;

/// base32_length is the number of characters that `bytes` bytes take, without padding.
constexpr std::size_t base32_length(std::size_t bytes) noexcept { return (bytes * 8 + 4) / 5; }
/// base32_encode writes RFC 4648 §6 in upper case without padding into `out`, which must hold
/// base32_length(bytes.size()). No memory access and no branch depends on the bytes.
OSTIARY_CORE_EXPORT void base32_encode(ByteView bytes, std::span<char> out) noexcept;
OSTIARY_CORE_EXPORT std::string base32_encode(ByteView bytes);
/// base32_decode reads what people and other programs write: either case, blanks and hyphens anywhere, padding whole or
/// left out. It writes to the front of `out` and gives the number of bytes, or nothing: for another character (0, 1, 8
/// and 9 are none), an impossible length, bits that belong to no byte and are not zero, or more than `out` holds.
[[nodiscard]] OSTIARY_CORE_EXPORT std::optional<std::size_t> base32_decode(std::string_view text,
                                                                           std::span<std::byte> out) noexcept;

}  // namespace ostiary::inline v0
