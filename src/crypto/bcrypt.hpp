#pragma once

#include <cstdint>
#include <string>

#include <ostiary/base/encoding.hpp>
#include <ostiary/base/result.hpp>

namespace ostiary::inline v0::crypto {

inline constexpr std::size_t bcrypt_salt_size = 16;
inline constexpr std::size_t bcrypt_digest_size = 23;
inline constexpr std::size_t bcrypt_password_size_max = 72;  // it reads no more
inline constexpr std::uint32_t bcrypt_cost_min = 4;
inline constexpr std::uint32_t bcrypt_cost_max = 31;

/// bcrypt_memory_size is what one call works in.
[[nodiscard]] std::size_t bcrypt_memory_size() noexcept;

/// bcrypt runs 2^cost rounds (libxcrypt's `$2b$`, the algorithm as published) over the first 72 bytes of `password`, or
/// those before its first NUL: it is the caller's to ask whether that is the whole of it. `salt` has bcrypt_salt_size
/// bytes, `out` bcrypt_digest_size; `memory` has bcrypt_memory_size() or more, is zero, and is left zero.
/// Errors: crypto_failure.
[[nodiscard]] Result<void> bcrypt(std::uint32_t cost, ByteView password, ByteView salt, std::span<std::byte> memory,
                                  std::span<std::byte> out);

/// bcrypt_base64 writes bytes in bcrypt's own alphabet, without padding; bcrypt_base64_decode fills `out` from it, or
/// answers false: it is as strict as base64url_decode.
[[nodiscard]] std::string bcrypt_base64(ByteView bytes);
[[nodiscard]] bool bcrypt_base64_decode(std::string_view text, std::span<std::byte> out);

}  // namespace ostiary::inline v0::crypto
