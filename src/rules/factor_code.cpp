#include <ostiary/rules/factor_code.hpp>

#include <algorithm>
#include <array>
#include <optional>

#include "link_mac.hpp"
#include <ostiary/base/ascii.hpp>

namespace ostiary::inline v0 {
namespace {

using Digits = std::array<char, factor_code_digits>;

Result<SecretString> derive(ByteView key, const LinkId& id, Generation generation) {
  constexpr std::uint64_t codes_count = 100'000'000;
  OSTIARY_TRY(auto mac, link_mac(key, LinkPurpose::factor_code, id, generation));
  std::uint64_t number = 0;
  for (const std::byte byte : ByteView(mac).first(sizeof(number))) {
    number = (number << 8U) | std::to_integer<std::uint64_t>(byte);
  }
  number %= codes_count;
  Digits digits{};
  for (std::size_t i = digits.size(); i-- > 0; number /= 10) {
    digits.at(i) = static_cast<char>('0' + static_cast<char>(number % 10));
  }
  SecretString code(std::string_view(digits.data(), digits.size()));
  secure_wipe(mac);
  secure_wipe(std::as_writable_bytes(std::span(digits)));
  return code;
}

// The digits of what was typed, without blanks and hyphens; nothing where it is not as many as a code has.
std::optional<Digits> read_typed(std::string_view typed) {
  constexpr std::array<std::string_view, 5> skipped{" ", "-", "\t", "\u00A0", "\u3000"};
  constexpr std::array<std::string_view, 10> full_width{"\uFF10", "\uFF11", "\uFF12", "\uFF13", "\uFF14",
                                                        "\uFF15", "\uFF16", "\uFF17", "\uFF18", "\uFF19"};
  const auto begins = [&](std::string_view each) { return typed.starts_with(each); };
  Digits digits{};
  std::size_t count = 0;
  while (!typed.empty()) {
    if (const auto* const blank = std::ranges::find_if(skipped, begins); blank != skipped.end()) {
      typed.remove_prefix(blank->size());
      continue;
    }
    const auto* const wide = std::ranges::find_if(full_width, begins);
    const char digit = wide == full_width.end() ? typed.front() : static_cast<char>('0' + (wide - full_width.begin()));
    if (!ascii::is_digit(digit) || count == digits.size()) {
      return std::nullopt;
    }
    digits.at(count++) = digit;
    typed.remove_prefix(wide == full_width.end() ? 1 : wide->size());
  }
  return count == digits.size() ? std::optional(digits) : std::nullopt;
}

}  // namespace

Result<SecretString> make_factor_code(const KeyRing& keys, const LinkId& id, Generation generation) {
  return derive(keys.derived_current(KeyPurpose::link), id, generation);
}

Result<bool> match_factor_code(const KeyRing& keys, const LinkId& id, Generation generation, std::string_view typed) {
  const auto digits = read_typed(typed);
  if (!digits) {
    return false;
  }
  bool matches = false;
  for (const auto key_id : keys.ids()) {
    OSTIARY_TRY(const auto key, keys.derived(key_id, KeyPurpose::link));
    OSTIARY_TRY(const auto code, derive(key, id, generation));
    const bool is_equal = crypto::equal_constant_time(as_bytes(code.reveal()), std::as_bytes(std::span(*digits)));
    matches = matches || is_equal;
  }
  return matches;
}

}  // namespace ostiary::inline v0
