#pragma once

#include <cstdint>
#include <variant>

#include <ostiary/base/encoding.hpp>
#include <ostiary/base/result.hpp>

namespace ostiary::inline v0::crypto {

enum class Argon2Type : std::uint8_t { argon2id, argon2i };
enum class Pbkdf2Digest : std::uint8_t { sha256, sha512, sha1 };
enum class BcryptInput : std::uint8_t {
  password,
  sha256_hex,  ///< The 64 hexadecimal digits of the password's SHA-256 (Django's bcrypt_sha256).
};

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

struct BcryptParameters {
  BcryptInput input = BcryptInput::password;
  std::uint32_t cost = 0;  ///< 2^cost rounds.
  friend bool operator==(const BcryptParameters&, const BcryptParameters&) = default;
};

using KdfParameters = std::variant<Argon2Parameters, ScryptParameters, Pbkdf2Parameters, BcryptParameters>;

/// is_possible says whether the algorithm is defined for these parameters: Argon2 wants 8 KiB a lane (RFC 9106 §3.1),
/// scrypt log2_n < 16 × block_size and block_size × lanes < 2^30 (RFC 7914 §2), bcrypt a cost of 4 to 31; no number is 0;
/// log2_n is at most 31.
[[nodiscard]] bool is_possible(const KdfParameters& parameters);

/// memory_kib_of is the memory that one derivation works in, rounded up.
[[nodiscard]] std::uint64_t memory_kib_of(const KdfParameters& parameters);

/// arena_size_of is how much of that, in bytes, derive_password_key takes from its caller's arena.
[[nodiscard]] std::size_t arena_size_of(const KdfParameters& parameters);

/// reads_whole says whether the algorithm reads all of `password`: bcrypt stops at 72 bytes and at a NUL (S222).
[[nodiscard]] bool reads_whole(const KdfParameters& parameters, ByteView password) noexcept;

struct KdfInput {
  ByteView password;
  ByteView salt;
  ByteView secret{};      ///< Argon2 only: the pepper of RFC 9106.
  ByteView associated{};  ///< Argon2 only.
};

/// derive_password_key fills `out`. Argon2 and bcrypt work in `arena`, which must hold arena_size_of(parameters) and is
/// zero again when the call returns, also when it fails; scrypt and PBKDF2 leave it alone and take their memory from
/// OpenSSL, which wipes it. bcrypt gives 23 bytes from a salt of 16, and what `reads_whole` says of the password. Runs
/// on this thread only, whatever the number of lanes. Errors: crypto_failure, text_too_long (a password of 4 GiB).
[[nodiscard]] Result<void> derive_password_key(const KdfParameters& parameters, const KdfInput& input,
                                               std::span<std::byte> arena, std::span<std::byte> out);

}  // namespace ostiary::inline v0::crypto
