#pragma once

#include <span>

#include <ostiary/base/encoding.hpp>
#include <ostiary/base/result.hpp>
#include <ostiary/base/secret.hpp>

namespace ostiary::inline v0::crypto {

inline constexpr std::size_t aead_nonce_size = 12;
inline constexpr std::size_t aead_tag_size = 16;

/// aead_seal encrypts with AES-256-GCM: out is the ciphertext, as long as `plain`, then the 16-byte tag. `key` is 32
/// bytes; `nonce` 12 random bytes, never used twice with a key. Errors: crypto_failure.
[[nodiscard]] Result<Bytes> aead_seal(ByteView key, ByteView nonce, ByteView bound_to, ByteView plain);
/// aead_seal_into writes the same into `out`, which is aead_tag_size longer than `plain`.
[[nodiscard]] Result<void> aead_seal_into(ByteView key, ByteView nonce, ByteView bound_to, ByteView plain,
                                          std::span<std::byte> out);
/// aead_open gives the plain bytes, or Errc::sealed_value_broken for any change of key, nonce, binding or content.
[[nodiscard]] Result<SecretBytes> aead_open(ByteView key, ByteView nonce, ByteView bound_to, ByteView sealed);

}  // namespace ostiary::inline v0::crypto
