#pragma once

#include <cstdint>
#include <memory>

#include <ostiary/base/clock.hpp>
#include <ostiary/base/random.hpp>
#include <ostiary/ports/password_hasher.hpp>

namespace ostiary::inline v0 {

/// PasswordHashKind says how new hashes are made. Whatever the choice, hashes of every kind verify, and so do those that
/// import_password_hash gives (Argon2i, bcrypt, PBKDF2 with SHA-1).
enum class PasswordHashKind : std::uint8_t { argon2id = 1, scrypt, pbkdf2_sha256, pbkdf2_sha512 };

struct Argon2Cost {
  std::uint32_t memory_kib = 19'456;
  std::uint32_t passes = 2;
  std::uint32_t lanes = 1;  ///< Filled one after the other: the library starts no thread.
};

struct ScryptCost {
  std::uint32_t log2_n = 17;
  std::uint32_t block_size = 8;
  std::uint32_t lanes = 1;
};

/// HashLimits bounds what a stored hash may ask for when it is verified; one that asks for more is
/// Errc::hash_parameters_refused, and costs nothing.
struct HashLimits {
  std::uint32_t memory_kib_max = 160 * 1024;  ///< Of one hash. scrypt with log2_n 17, block_size 8 takes 128 MiB.
  std::uint32_t argon2_passes_max = 16;
  std::uint32_t scrypt_lanes_max = 16;
  std::uint32_t pbkdf2_iterations_max = 4'000'000;
  std::uint32_t bcrypt_cost_max = 14;  ///< About a second.
};

/// HashingPolicy is how passwords and PINs are hashed, and how much memory that may take in this process: `arena_count`
/// hashes run at once, each in an arena of `argon2.memory_kib` that is kept and is zero between hashes. A stored hash
/// that needs more gets it for the one call.
struct HashingPolicy {
  PasswordHashKind kind = PasswordHashKind::argon2id;
  Argon2Cost argon2{};  ///< At least 46 MiB in 1 pass, 19 MiB in 2, or 12 MiB in 3 (OWASP, ASVS 5.0 appendix C).
  ScryptCost scrypt{};  ///< At least log2_n 17, block_size 8, 1 lane.
  std::uint32_t pbkdf2_iterations = 600'000;  ///< At least 600,000 for SHA-256, 210,000 for SHA-512.
  std::uint32_t arena_count = 4;              ///< 1-1024; more than there are cores gains nothing.
  Duration wait_max{500};  ///< How long a call waits for an arena, 0-60 s; with 0 it never blocks (fiber hosts).
  HashLimits limits{};
  bool insecurely_allow_weak_parameters = false;  ///< For tests only: takes a cost below the floors above.
};

/// StandardPasswordHasher is the PasswordHasher of the library: Argon2id by libargon2, scrypt and PBKDF2 by OpenSSL,
/// bcrypt (to verify only) by libxcrypt.
///
/// Salt:    16 bytes from the RandomSource for each hash; digests of 32 bytes.
/// Limits:  verify takes every hash that hash() can make under the same policy, and others up to `limits`.
/// Errors:  as PasswordHasher says. hasher_busy after `wait_max`; a refused or malformed string takes no arena.
/// Threads: called from many at once; starts none.
/// bcrypt:  reads 72 bytes and stops at a NUL, so a password with more matches no bcrypt hash (S222).
/// Memory:  arena_count × argon2.memory_kib once used (nothing for the other kinds), unmapped by the destructor.
class OSTIARY_CORE_EXPORT StandardPasswordHasher final : public PasswordHasher {
 public:
  /// create draws the decoys' bytes from `random`, which must outlive the hasher. Errc::invalid_configuration for a cost below
  /// the floors, above `limits`, or not possible for the algorithm; entropy_unavailable.
  [[nodiscard]] static Result<std::unique_ptr<StandardPasswordHasher>> create(const HashingPolicy& policy,
                                                                              RandomSource& random);
  ~StandardPasswordHasher() override;

  [[nodiscard]] Result<std::string> hash(const SecretString& password) const override;
  [[nodiscard]] Result<PasswordVerdict> verify(const SecretString& password, std::string_view hash) const override;
  [[nodiscard]] Result<void> check_hash(std::string_view hash) const override;
  /// decoy has the policy's own cost until `follow` was called. Its salt and digest are random bytes, drawn once.
  [[nodiscard]] std::string decoy(std::uint64_t draw) const override;
  /// follow leaves out what verify would refuse. Draws are laid out by ascending form, the policy's own last and never
  /// without a share: an unknown login keeps its form until the shares move past it.
  void follow(std::span<const HashCount> mix) const override;

 private:
  struct Parts;
  explicit StandardPasswordHasher(std::unique_ptr<Parts> parts) noexcept;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ostiary::inline v0
