#pragma once

#include <cstdint>
#include <span>

#include <ostiary/base/encoding.hpp>
#include <ostiary/base/result.hpp>

namespace ostiary::inline v0::crypto {

/// HotpHash is the hash function of the HMAC that a one-time password is cut from.
enum class HotpHash : std::uint8_t { sha1, sha256, sha512 };

/// hotp_values fills `out` with the 31-bit numbers of the counters `first`, `first` + 1 and so on, of which a code is the
/// last digits (RFC 4226 §5.3). Errors: crypto_failure.
[[nodiscard]] Result<void> hotp_values(HotpHash hash, ByteView key, std::uint64_t first, std::span<std::uint32_t> out);

}  // namespace ostiary::inline v0::crypto
