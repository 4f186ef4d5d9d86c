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

constexpr unsigned base32_invalid = 0x100;

// base32_digit is the digit of a value below 32: 'A' to 'Z', then '2' to '7'.
char base32_digit(unsigned value) noexcept {
  constexpr unsigned down_to_digits = 'A' + 26 - '2';
  return static_cast<char>('A' + value - (((25U - value) >> 8U) & down_to_digits));
}

// base32_value is `base32_invalid` for what is no digit. Arithmetic on all bits stands for the branches of a range check.
unsigned base32_value(char c) noexcept {
  const auto value = static_cast<unsigned>(static_cast<unsigned char>(c));
  const auto within = [value](unsigned low, unsigned high) { return ((low - 1 - value) & (value - high - 1)) >> 8U; };
  const unsigned upper = within('A', 'Z');
  const unsigned lower = within('a', 'z');
  const unsigned digit = within('2', '7');
  return (upper & (value - 'A')) | (lower & (value - 'a')) | (digit & (value - '2' + 26)) |
         (~(upper | lower | digit) & base32_invalid);
}

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
  const auto value_of = [](char c) -> std::uint32_t { return base64url_values[static_cast<unsigned char>(c)]; };
  std::uint32_t seen = 0;  // `invalid` is the only value with its highest bit
  const char* from = text.data();
  std::byte* to = out.data();
  for (std::size_t groups = out.size() / 3; groups > 0; --groups, from += 4, to += 3) {
    const std::uint32_t a = value_of(from[0]);
    const std::uint32_t b = value_of(from[1]);
    const std::uint32_t c = value_of(from[2]);
    const std::uint32_t d = value_of(from[3]);
    seen |= a | b | c | d;
    const std::uint32_t bits = (a << 18U) | (b << 12U) | (c << 6U) | d;
    to[0] = static_cast<std::byte>(bits >> 16U);
    to[1] = static_cast<std::byte>((bits >> 8U) & 0xffU);
    to[2] = static_cast<std::byte>(bits & 0xffU);
  }
  text.remove_prefix(out.size() / 3 * 4);
  out = out.last(out.size() % 3);
  // One or two bytes are left; the bits of their last character that belong to neither are zero.
  std::uint32_t bits = 0;
  for (const char c : text) {
    seen |= value_of(c);
    bits = (bits << 6U) | value_of(c);
  }
  const std::size_t unused = text.size() * 6 - out.size() * 8;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::byte>((bits >> (unused + 8 * (out.size() - 1 - i))) & 0xffU);
  }
  return (seen & 0x80U) == 0 && (bits & ((1U << unused) - 1U)) == 0;
}

void base32_encode(ByteView bytes, std::span<char> out) noexcept {
  OSTIARY_ASSERT(out.size() >= base32_length(bytes.size()));
  std::size_t at = 0;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const std::byte byte : bytes) {
    bits = (bits << 8U) | std::to_integer<std::uint32_t>(byte);
    for (count += 8; count >= 5; count -= 5) {
      out[at++] = base32_digit((bits >> (count - 5)) & 31U);
    }
  }
  if (count > 0) {
    out[at] = base32_digit((bits << (5 - count)) & 31U);
  }
}

std::string base32_encode(ByteView bytes) {
  std::string out(base32_length(bytes.size()), '\0');
  base32_encode(bytes, out);
  return out;
}

std::optional<std::size_t> base32_decode(std::string_view text, std::span<std::byte> out) noexcept {
  std::size_t digits = 0;
  std::size_t padding = 0;
  std::size_t size = 0;
  std::uint32_t bits = 0;
  unsigned count = 0;
  unsigned seen = 0;
  for (const char c : text) {
    if (c == ' ' || c == '-') {
      continue;
    }
    if (c == '=') {
      ++padding;
      continue;
    }
    const unsigned value = base32_value(c);
    seen |= padding > 0 ? base32_invalid : value;
    bits = (bits << 5U) | (value & 31U);
    ++digits;
    count += 5;
    if (count >= 8) {
      if (size == out.size()) {
        return std::nullopt;
      }
      count -= 8;
      out[size++] = static_cast<std::byte>((bits >> count) & 0xffU);
    }
  }
  const bool padded = padding == 0 || (padding < 8 && (digits + padding) % 8 == 0);
  if (!padded || base32_length(size) != digits || seen >= base32_invalid || (bits & ((1U << count) - 1U)) != 0) {
    return std::nullopt;
  }
  return size;
}

}  // namespace ostiary::inline v0
