#pragma once

#include <ostiary/base/encoding.hpp>
#include <ostiary/base/result.hpp>

namespace ostiary::inline v0::crypto {

/// hkdf_sha256 fills `out` with HKDF (RFC 5869) of `secret`, without salt, for `label`. Errors: crypto_failure.
[[nodiscard]] Result<void> hkdf_sha256(ByteView secret, std::string_view label, std::span<std::byte> out);

}  // namespace ostiary::inline v0::crypto
