#include <ostiary/services/standard_password_hasher.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "crypto/arena_pool.hpp"
#include "crypto/digest.hpp"
#include "crypto/password_kdf.hpp"
#include "crypto/phc.hpp"

namespace ostiary::inline v0 {
namespace {

using crypto::Argon2Parameters;
using crypto::BcryptParameters;
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
  bool operator()(const BcryptParameters& /*cost*/) const noexcept { return false; }  // none is made
};

struct IsTimely {
  const HashLimits& limits;

  bool operator()(const Argon2Parameters& cost) const noexcept { return cost.passes <= limits.argon2_passes_max; }
  bool operator()(const ScryptParameters& cost) const noexcept { return cost.lanes <= limits.scrypt_lanes_max; }
  bool operator()(const Pbkdf2Parameters& cost) const noexcept {
    return cost.iterations <= limits.pbkdf2_iterations_max;
  }
  bool operator()(const BcryptParameters& cost) const noexcept { return cost.cost <= limits.bcrypt_cost_max; }
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

// Takes one length off the end of a form; 0 where there is none of a base64 field.
std::size_t take_length(std::string_view& form) {
  const auto at = form.rfind('$');
  if (at == std::string_view::npos) {
    return 0;
  }
  const auto digits = form.substr(at + 1);
  form = form.substr(0, at);
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  const bool is_length = error == std::errc() && end == digits.data() + digits.size() &&
                         length <= base64url_length(crypto::phc_field_size_max);
  return is_length ? length : 0;
}

// A hash of this form with nothing but zeros in it, or nothing where no hash has the form.
std::optional<PhcHash> blank_of(std::string_view form) {
  auto head = form;
  const auto digest_length = take_length(head);
  std::string text;
  if (form.starts_with("$2b")) {
    text = std::string(head) + "$" + std::string(digest_length, '.');
  } else {
    const auto salt_length = take_length(head);
    text = std::string(head) + "$" + std::string(salt_length, 'A') + "$" + std::string(digest_length, 'A');
  }
  const auto parsed = crypto::parse_phc(text);
  if (!parsed || hash_form(text) != form) {
    return std::nullopt;
  }
  return parsed.value();
}

// Noise is what every decoy's salt and digest are made of: random once, so that no password matches.
struct Noise {
  ByteArray<crypto::phc_field_size_max> salt{};
  ByteArray<crypto::phc_field_size_max> digest{};
};

std::string decoy_of(PhcHash blank, const Noise& noise) {
  std::ranges::copy_n(noise.salt.begin(), std::ssize(blank.salt), blank.salt.begin());
  std::ranges::copy_n(noise.digest.begin(), std::ssize(blank.digest), blank.digest.begin());
  return write_phc(blank);
}

// Decoys lie on the line of all draws: each share ends where the next begins, and what is behind the last is the own.
struct Decoys {
  struct Share {
    std::uint64_t end = 0;
    std::string hash{};
  };
  std::vector<Share> shares{};
  std::string own{};
};

std::uint64_t point_at(double fraction) {
  constexpr double draws_count = 18446744073709551616.0;  // 2^64
  const double point = fraction * draws_count;
  return point < draws_count ? static_cast<std::uint64_t>(point) : UINT64_MAX;
}

}  // namespace

struct StandardPasswordHasher::Parts {
  Parts(const HashingPolicy& policy, RandomSource& random_source)
      : parameters(parameters_of(policy)),
        limits(policy.limits),
        wait_max(policy.wait_max),
        random(random_source),
        pool(policy.arena_count, arena_size_of(parameters)) {}

  [[nodiscard]] Result<PhcHash> parse(std::string_view hash) const {
    OSTIARY_TRY(auto parsed, crypto::parse_phc(hash));
    if (!within(limits, parsed.parameters)) {
      return Errc::hash_parameters_refused;
    }
    return parsed;
  }

  [[nodiscard]] std::string own_decoy() const {
    return decoy_of({.parameters = parameters, .salt = PhcBytes(salt_size), .digest = PhcBytes(digest_size)}, noise);
  }

  void show(Decoys next) {
    auto shared = std::make_shared<const Decoys>(std::move(next));
    const std::lock_guard lock(decoys_mutex);
    decoys.swap(shared);
  }

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
  Noise noise{};
  std::mutex decoys_mutex{};
  std::shared_ptr<const Decoys> decoys{};
};

StandardPasswordHasher::StandardPasswordHasher(std::unique_ptr<Parts> parts) noexcept : parts_(std::move(parts)) {}
StandardPasswordHasher::~StandardPasswordHasher() = default;

Result<std::unique_ptr<StandardPasswordHasher>> StandardPasswordHasher::create(const HashingPolicy& policy,
                                                                               RandomSource& random) {
  if (!is_sound(policy, parameters_of(policy))) {
    return Errc::invalid_configuration;
  }
  auto parts = std::make_unique<Parts>(policy, random);
  OSTIARY_TRY(random.fill(parts->noise.salt));
  OSTIARY_TRY(random.fill(parts->noise.digest));
  parts->show({.shares = {}, .own = parts->own_decoy()});
  return std::unique_ptr<StandardPasswordHasher>(new StandardPasswordHasher(std::move(parts)));
}

Result<std::string> StandardPasswordHasher::hash(const SecretString& password) const {
  PhcHash hash{.parameters = parts_->parameters, .salt = PhcBytes(salt_size), .digest = PhcBytes(digest_size)};
  OSTIARY_TRY(parts_->random.fill(hash.salt));
  OSTIARY_TRY(parts_->derive(hash.parameters, password, hash.salt, hash.digest));
  return write_phc(hash);
}

Result<PasswordVerdict> StandardPasswordHasher::verify(const SecretString& password, std::string_view hash) const {
  OSTIARY_TRY(const auto stored, parts_->parse(hash));
  PhcBytes digest(stored.digest.size());
  const auto derived = parts_->derive(stored.parameters, password, stored.salt, digest);
  const bool is_equal = derived.has_value() && crypto::equal_constant_time(digest, stored.digest);
  secure_wipe(digest);
  OSTIARY_TRY(derived);
  const bool matches = is_equal && reads_whole(stored.parameters, as_bytes(password.reveal()));
  const bool as_new =
      stored.parameters == parts_->parameters && stored.salt.size() == salt_size && stored.digest.size() == digest_size;
  return PasswordVerdict{.matches = matches, .outdated = matches && !as_new, .hash = std::string(hash)};
}

Result<void> StandardPasswordHasher::check_hash(std::string_view hash) const {
  OSTIARY_TRY(parts_->parse(hash));
  return success();
}

std::string StandardPasswordHasher::decoy(std::uint64_t draw) const {
  std::shared_ptr<const Decoys> decoys;
  {
    const std::lock_guard lock(parts_->decoys_mutex);
    decoys = parts_->decoys;
  }
  const auto share = std::ranges::find_if(decoys->shares, [&](const auto& each) { return draw < each.end; });
  return share == decoys->shares.end() ? decoys->own : share->hash;
}

void StandardPasswordHasher::follow(std::span<const HashCount> mix) const {
  Decoys next{.shares = {}, .own = parts_->own_decoy()};
  const auto own_form = hash_form(next.own);
  std::map<std::string, double> counts;
  double own_count = 1;
  for (const auto& [form, count] : mix) {
    const auto blank = blank_of(form);
    if (form == own_form) {
      own_count = std::max(own_count, static_cast<double>(count));
    } else if (blank && count > 0 && within(parts_->limits, blank->parameters)) {
      counts[form] += static_cast<double>(count);
    }
  }
  double total = own_count;
  for (const auto& [form, count] : counts) {
    total += count;
  }
  double before = 0;
  for (const auto& [form, count] : counts) {
    before += count;
    next.shares.push_back({.end = point_at(before / total), .hash = decoy_of(*blank_of(form), parts_->noise)});
  }
  parts_->show(std::move(next));
}

}  // namespace ostiary::inline v0
