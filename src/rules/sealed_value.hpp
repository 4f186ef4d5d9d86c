#pragma once

#include <optional>

#include <ostiary/model/fresh.hpp>
#include <ostiary/model/key_ring.hpp>

namespace ostiary::inline v0 {

/// seal_value encrypts what is kept of a person's secret (AES-256-GCM under the current key), bound to `bound_to`: moved
/// to another account or field, or without the key ring, it opens for nobody. Form: format, key id (4 bytes), nonce (12),
/// ciphertext and tag. Errors: crypto_failure.
[[nodiscard]] Result<Bytes> seal_value(const KeyRing& keys, KeyPurpose purpose, ByteView bound_to, ByteView plain,
                                       Fresh& fresh);

/// open_value gives it back. Errors: sealed_value_broken, key_unknown, crypto_failure.
[[nodiscard]] Result<SecretBytes> open_value(const KeyRing& keys, KeyPurpose purpose, ByteView bound_to,
                                             ByteView sealed);

/// sealed_key_id is the id of the key that a value is sealed under; nothing where it is not a sealed value.
[[nodiscard]] std::optional<std::uint32_t> sealed_key_id(ByteView sealed) noexcept;

}  // namespace ostiary::inline v0
