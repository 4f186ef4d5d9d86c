#include <ostiary/rules/factor_code.hpp>

#include <array>

#include "link_mac.hpp"
#include <ostiary/rules/totp.hpp>

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

}  // namespace

Result<SecretString> make_factor_code(const KeyRing& keys, const LinkId& id, Generation generation) {
  return derive(keys.derived_current(KeyPurpose::link), id, generation);
}

Result<bool> match_factor_code(const KeyRing& keys, const LinkId& id, Generation generation, std::string_view typed) {
  const auto digits = normalize_totp_code(typed, factor_code_digits);
  if (!digits) {
    return false;
  }
  bool matches = false;
  for (const auto key_id : keys.ids()) {
    OSTIARY_TRY(const auto key, keys.derived(key_id, KeyPurpose::link));
    OSTIARY_TRY(const auto code, derive(key, id, generation));
    const bool is_equal = crypto::equal_constant_time(as_bytes(code.reveal()), as_bytes(*digits));
    matches = matches || is_equal;
  }
  return matches;
}

}  // namespace ostiary::inline v0
