#pragma once

#include <initializer_list>

#include <ostiary/base/encoding.hpp>
#include <ostiary/base/result.hpp>

namespace ostiary::inline v0::crypto {

using Digest = ByteArray<32>;

/// sha256 digests `data`. Errors: crypto_failure.
[[nodiscard]] Result<Digest> sha256(ByteView data);
/// hmac_sha256 authenticates the concatenation of `parts`; the caller sees to it that no two meanings share one
/// concatenation (fixed lengths, or a label of fixed length first). Errors: crypto_failure.
[[nodiscard]] Result<Digest> hmac_sha256(ByteView key, std::initializer_list<ByteView> parts);
/// equal_constant_time takes a time that depends on the lengths only.
[[nodiscard]] bool equal_constant_time(ByteView a, ByteView b) noexcept;

}  // namespace ostiary::inline v0::crypto
