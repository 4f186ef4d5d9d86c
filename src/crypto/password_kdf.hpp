#pragma once

#include <cstdint>
#include <variant>

#include <ostiary/base/encoding.hpp>
#include <ostiary/base/result.hpp>

namespace ostiary::inline v0::crypto {

enum class Argon2Type : std::uint8_t { argon2id, argon2i };
enum class Pbkdf2Digest : std::uint8_t { sha256, sha512 };

struct Argon2Parameters {
  Argon2Type type = Argon2Type::argon2id;
  std::uint32_t memory_kib = 0;
  std::uint32_t passes = 0;
  std::uint32_t lanes = 0;
  friend bool operator==(const Argon2Parameters&, const Argon2Parameters&) = default;
};

struct ScryptParameters {
  std::uint32_t log2_n = 0;
  std::uint32_t block_size = 0;
  std::uint32_t lanes = 0;
  friend bool operator==(const ScryptParameters&, const ScryptParameters&) = default;
};

struct Pbkdf2Parameters {
  Pbkdf2Digest digest = Pbkdf2Digest::sha256;
  std::uint32_t iterations = 0;
  friend bool operator==(const Pbkdf2Parameters&, const Pbkdf2Parameters&) = default;
};

using KdfParameters = std::variant<Argon2Parameters, ScryptParameters, Pbkdf2Parameters>;

/// is_possible says whether the algorithm is defined for these parameters: Argon2 wants 8 KiB a lane (RFC 9106 §3.1),
/// scrypt log2_n < 16 × block_size and block_size × lanes < 2^30 (RFC 7914 §2); no number is 0; log2_n is at most 31.
[[nodiscard]] bool is_possible(const KdfParameters& parameters);

/// memory_kib_of is the memory that one derivation works in, rounded up.
[[nodiscard]] std::uint64_t memory_kib_of(const KdfParameters& parameters);

struct KdfInput {
  ByteView password;
  ByteView salt;
  ByteView secret{};      ///< Argon2 only: the pepper of RFC 9106.
  ByteView associated{};  ///< Argon2 only.
};

/// derive_password_key fills `out`. Argon2 works in `arena`, which must hold memory_kib_of(parameters) and is zero
/// again when the call returns, also when it fails; scrypt and PBKDF2 leave it alone and take their memory from
/// OpenSSL, which wipes it. Runs on this thread only, whatever the number of lanes. Errors: crypto_failure,
/// text_too_long (a password of 4 GiB).
[[nodiscard]] Result<void> derive_password_key(const KdfParameters& parameters, const KdfInput& input,
                                               std::span<std::byte> arena, std::span<std::byte> out);

}  // namespace ostiary::inline v0::crypto
