#include <ostiary/services/standard_password_hasher.hpp>

#include <array>
#include <utility>

#include "crypto/arena_pool.hpp"
#include "crypto/digest.hpp"
#include "crypto/password_kdf.hpp"
#include "crypto/phc.hpp"

namespace ostiary::inline v0 {
namespace {

using crypto::Argon2Parameters;
using crypto::KdfParameters;
using crypto::Pbkdf2Digest;
using crypto::Pbkdf2Parameters;
using crypto::PhcBytes;
using crypto::PhcHash;
using crypto::ScryptParameters;

constexpr std::size_t salt_size = 16;
constexpr std::size_t digest_size = 32;
constexpr std::size_t kib = 1024;

KdfParameters parameters_of(const HashingPolicy& policy) {
  switch (policy.kind) {
    case PasswordHashKind::argon2id:
      return Argon2Parameters{.type = crypto::Argon2Type::argon2id,
                              .memory_kib = policy.argon2.memory_kib,
                              .passes = policy.argon2.passes,
                              .lanes = policy.argon2.lanes};
    case PasswordHashKind::scrypt:
      return ScryptParameters{
          .log2_n = policy.scrypt.log2_n, .block_size = policy.scrypt.block_size, .lanes = policy.scrypt.lanes};
    case PasswordHashKind::pbkdf2_sha256:
      return Pbkdf2Parameters{.digest = Pbkdf2Digest::sha256, .iterations = policy.pbkdf2_iterations};
    case PasswordHashKind::pbkdf2_sha512:
      return Pbkdf2Parameters{.digest = Pbkdf2Digest::sha512, .iterations = policy.pbkdf2_iterations};
  }
  return Pbkdf2Parameters{};  // not an enumerator: 0 iterations, which no algorithm allows
}

// MeetsFloor holds the minima of OWASP's Password Storage sheet and ASVS 5.0 appendix C (S214).
struct MeetsFloor {
  bool operator()(const Argon2Parameters& cost) const noexcept {
    return (cost.memory_kib >= 46 * kib && cost.passes >= 1) || (cost.memory_kib >= 19 * kib && cost.passes >= 2) ||
           (cost.memory_kib >= 12 * kib && cost.passes >= 3);
  }
  bool operator()(const ScryptParameters& cost) const noexcept { return cost.log2_n >= 17 && cost.block_size >= 8; }
  bool operator()(const Pbkdf2Parameters& cost) const noexcept {
    return cost.iterations >= (cost.digest == Pbkdf2Digest::sha256 ? 600'000 : 210'000);
  }
};

struct IsTimely {
  const HashLimits& limits;

  bool operator()(const Argon2Parameters& cost) const noexcept { return cost.passes <= limits.argon2_passes_max; }
  bool operator()(const ScryptParameters& cost) const noexcept { return cost.lanes <= limits.scrypt_lanes_max; }
  bool operator()(const Pbkdf2Parameters& cost) const noexcept {
    return cost.iterations <= limits.pbkdf2_iterations_max;
  }
};

bool within(const HashLimits& limits, const KdfParameters& parameters) {
  return memory_kib_of(parameters) <= limits.memory_kib_max && std::visit(IsTimely{limits}, parameters);
}

bool is_sound(const HashingPolicy& policy, const KdfParameters& parameters) {
  constexpr std::uint32_t arena_count_max = 1024;
  constexpr Duration wait_max_max = std::chrono::minutes(1);
  return is_possible(parameters) && within(policy.limits, parameters) &&
         (policy.insecurely_allow_weak_parameters || std::visit(MeetsFloor{}, parameters)) && policy.arena_count >= 1 &&
         policy.arena_count <= arena_count_max && policy.wait_max >= Duration::zero() &&
         policy.wait_max <= wait_max_max;
}

// The memory that this kind of hash needs from an arena; scrypt and PBKDF2 take theirs from OpenSSL.
std::size_t arena_size_of(const KdfParameters& parameters) {
  return std::holds_alternative<Argon2Parameters>(parameters) ? memory_kib_of(parameters) * kib : 0;
}

}  // namespace

struct StandardPasswordHasher::Parts {
  Parts(const HashingPolicy& policy, RandomSource& random_source)
      : parameters(parameters_of(policy)),
        limits(policy.limits),
        wait_max(policy.wait_max),
        random(random_source),
        pool(policy.arena_count, arena_size_of(parameters)) {}

  // Under one lease whatever the kind, so that the pool bounds processor time and OpenSSL's memory too.
  Result<void> derive(const KdfParameters& how, const SecretString& password, ByteView salt, std::span<std::byte> out) {
    OSTIARY_TRY(const auto lease, pool.acquire(wait_max));
    const crypto::KdfInput input{.password = as_bytes(password.reveal()), .salt = salt};
    if (arena_size_of(how) <= lease.memory().size()) {
      return derive_password_key(how, input, lease.memory(), out);
    }
    const crypto::Arena larger(arena_size_of(how));
    return derive_password_key(how, input, larger.memory(), out);
  }

  KdfParameters parameters;
  HashLimits limits;
  Duration wait_max;
  RandomSource& random;
  crypto::ArenaPool pool;
  std::string decoy{};
};

StandardPasswordHasher::StandardPasswordHasher(std::unique_ptr<Parts> parts) noexcept : parts_(std::move(parts)) {}
StandardPasswordHasher::~StandardPasswordHasher() = default;

Result<std::unique_ptr<StandardPasswordHasher>> StandardPasswordHasher::create(const HashingPolicy& policy,
                                                                               RandomSource& random) {
  if (!is_sound(policy, parameters_of(policy))) {
    return Errc::invalid_configuration;
  }
  auto parts = std::make_unique<Parts>(policy, random);
  PhcHash decoy{.parameters = parts->parameters, .salt = PhcBytes(salt_size), .digest = PhcBytes(digest_size)};
  OSTIARY_TRY(random.fill(decoy.salt));
  OSTIARY_TRY(random.fill(decoy.digest));
  parts->decoy = write_phc(decoy);
  return std::unique_ptr<StandardPasswordHasher>(new StandardPasswordHasher(std::move(parts)));
}

Result<std::string> StandardPasswordHasher::hash(const SecretString& password) const {
  PhcHash hash{.parameters = parts_->parameters, .salt = PhcBytes(salt_size), .digest = PhcBytes(digest_size)};
  OSTIARY_TRY(parts_->random.fill(hash.salt));
  OSTIARY_TRY(parts_->derive(hash.parameters, password, hash.salt, hash.digest));
  return write_phc(hash);
}

Result<PasswordVerdict> StandardPasswordHasher::verify(const SecretString& password, std::string_view hash) const {
  OSTIARY_TRY(const auto stored, crypto::parse_phc(hash));
  if (!within(parts_->limits, stored.parameters)) {
    return Errc::hash_parameters_refused;
  }
  PhcBytes digest(stored.digest.size());
  const auto derived = parts_->derive(stored.parameters, password, stored.salt, digest);
  const bool matches = derived.has_value() && crypto::equal_constant_time(digest, stored.digest);
  secure_wipe(digest);
  OSTIARY_TRY(derived);
  const bool as_new =
      stored.parameters == parts_->parameters && stored.salt.size() == salt_size && stored.digest.size() == digest_size;
  return PasswordVerdict{.matches = matches, .outdated = matches && !as_new, .hash = std::string(hash)};
}

std::string_view StandardPasswordHasher::decoy(std::string_view /*login*/) const { return parts_->decoy; }

}  // namespace ostiary::inline v0
