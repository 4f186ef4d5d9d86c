#pragma once

#include <ostiary/model/account.hpp>
#include <ostiary/model/fresh.hpp>
#include <ostiary/model/key_ring.hpp>

namespace ostiary::inline v0 {

/// seal_pin_hash encrypts a PIN's one-way string (AES-256-GCM under the current key), bound to the account: copied to
/// another account, or without the key ring, it opens for nobody (R10). A PIN has 10^4 values; its hash alone could be
/// guessed. Form: format, key id (4 bytes), nonce (12), ciphertext and tag. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Bytes> seal_pin_hash(const KeyRing& keys, const AccountId& account,
                                                              std::string_view hash, Fresh& fresh);

/// open_pin_hash gives the string back. Errors: sealed_value_broken, key_unknown, crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<SecretString> open_pin_hash(const KeyRing& keys, const AccountId& account,
                                                                     ByteView sealed);

/// pin_key_id is the id of the key that a PIN is sealed under; nothing where it is not a sealed PIN.
[[nodiscard]] OSTIARY_CORE_EXPORT std::optional<std::uint32_t> pin_key_id(ByteView sealed) noexcept;

}  // namespace ostiary::inline v0
