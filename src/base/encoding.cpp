#include <ostiary/base/encoding.hpp>

#include <cstdint>

#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64url_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t invalid = 0xff;

constexpr std::array<std::uint8_t, 256> reverse_of(std::string_view digits) {
  std::array<std::uint8_t, 256> table{};
  table.fill(invalid);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    table.at(static_cast<unsigned char>(digits[i])) = static_cast<std::uint8_t>(i);
  }
  return table;
}

constexpr auto base64url_values = reverse_of(base64url_digits);

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return -1;
}

}  // namespace

std::string hex_encode(ByteView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    out += hex_digits[value >> 4U];
    out += hex_digits[value & 15U];
  }
  return out;
}

bool hex_decode(std::string_view text, std::span<std::byte> out) noexcept {
  if (text.size() != out.size() * 2) {
    return false;
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) {
      return false;
    }
    out[i] = static_cast<std::byte>(high * 16 + low);
  }
  return true;
}

void base64url_encode(ByteView bytes, std::span<char> out) noexcept {
  OSTIARY_ASSERT(out.size() >= base64url_length(bytes.size()));
  std::size_t at = 0;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const std::byte byte : bytes) {
    bits = (bits << 8U) | std::to_integer<std::uint32_t>(byte);
    for (count += 8; count >= 6; count -= 6) {
      out[at++] = base64url_digits[(bits >> (count - 6)) & 63U];
    }
  }
  if (count > 0) {
    out[at] = base64url_digits[(bits << (6 - count)) & 63U];
  }
}

std::string base64url_encode(ByteView bytes) {
  std::string out(base64url_length(bytes.size()), '\0');
  base64url_encode(bytes, out);
  return out;
}

bool base64url_decode(std::string_view text, std::span<std::byte> out) noexcept {
  if (text.size() != base64url_length(out.size())) {
    return false;
  }
  std::size_t at = 0;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::uint8_t value = base64url_values.at(static_cast<unsigned char>(c));
    if (value == invalid) {
      return false;
    }
    bits = (bits << 6U) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out[at++] = static_cast<std::byte>((bits >> count) & 0xffU);
    }
  }
  return (bits & ((1U << count) - 1U)) == 0;
}

}  // namespace ostiary::inline v0
