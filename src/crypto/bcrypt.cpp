#include "bcrypt.hpp"

#include <algorithm>
#include <array>
#include <crypt.h>
#include <new>

#include <fmt/format.h>

#include <ostiary/base/assert.hpp>
#include <ostiary/base/secret.hpp>

namespace ostiary::inline v0::crypto {
namespace {

constexpr std::string_view bcrypt_digits = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view url_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Both pack their bits alike and differ in the alphabet alone. What is in no alphabet becomes what is in neither.
std::string translate(std::string_view text, std::string_view from, std::string_view to) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [&](char c) {
    const auto at = from.find(c);
    return at == std::string_view::npos ? '*' : to[at];
  });
  return out;
}

}  // namespace

std::size_t bcrypt_memory_size() noexcept { return sizeof(crypt_data); }

Result<void> bcrypt(std::uint32_t cost, ByteView password, ByteView salt, std::span<std::byte> memory,
                    std::span<std::byte> out) {
  OSTIARY_ASSERT(salt.size() == bcrypt_salt_size && out.size() == bcrypt_digest_size);
  OSTIARY_ASSERT(memory.size() >= sizeof(crypt_data));
  auto* const data = new (memory.data()) crypt_data;
  std::array<char, bcrypt_password_size_max + 1> phrase{};
  const auto read = password.first(std::min(password.size(), bcrypt_password_size_max));
  std::ranges::transform(read, phrase.begin(), [](std::byte byte) { return static_cast<char>(byte); });
  // `$2b$` for every hash, `$2a$` and `$2y$` too: libxcrypt's `$2a$` changes some passwords on purpose.
  const auto head = fmt::format("$2b${:02}${}", cost, bcrypt_base64(salt));
  const char* const made = ::crypt_r(phrase.data(), head.c_str(), data);
  const std::string_view text = made == nullptr ? "" : made;
  const bool is_made = text.starts_with(head) && bcrypt_base64_decode(text.substr(head.size()), out);
  secure_wipe(memory.first(sizeof(crypt_data)));
  secure_wipe(std::as_writable_bytes(std::span(phrase)));
  if (!is_made) {
    return Errc::crypto_failure;
  }
  return success();
}

std::string bcrypt_base64(ByteView bytes) { return translate(base64url_encode(bytes), url_digits, bcrypt_digits); }

bool bcrypt_base64_decode(std::string_view text, std::span<std::byte> out) {
  return base64url_decode(translate(text, bcrypt_digits, url_digits), out);
}

}  // namespace ostiary::inline v0::crypto
