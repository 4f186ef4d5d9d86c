#include "password_kdf.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include <argon2.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

#include "bcrypt.hpp"
#include "digest.hpp"
#include "openssl.hpp"
#include <ostiary/base/assert.hpp>
#include <ostiary/base/secret.hpp>

namespace ostiary::inline v0::crypto {
namespace {

constexpr std::uint64_t kib = 1024;

// libargon2's callbacks have no argument for the caller's own data, so the arena of the call that runs on this thread
// has to stand beside it. It is set only around argon2_ctx, in which nothing can suspend: a fiber never sees another's.
thread_local std::span<std::byte> arena_of_this_call;

int lend_arena(std::uint8_t** memory, std::size_t size) {
  if (size > arena_of_this_call.size()) {
    return ARGON2_MEMORY_ALLOCATION_ERROR;
  }
  *memory = writable_uchars(arena_of_this_call);
  return ARGON2_OK;
}

void take_arena_back(std::uint8_t* /*memory*/, std::size_t /*size*/) {}  // libargon2 has wiped it

std::uint32_t length_of(ByteView bytes) noexcept {
  OSTIARY_ASSERT(bytes.size() <= std::numeric_limits<std::uint32_t>::max());
  return static_cast<std::uint32_t>(bytes.size());
}

// libargon2 and OSSL_PARAM take inputs as pointers to non-const; neither writes through them.
std::uint8_t* input_of(ByteView bytes) noexcept { return const_cast<std::uint8_t*>(uchars(bytes)); }

Result<void> derive(const Argon2Parameters& parameters, const KdfInput& input, std::span<std::byte> arena,
                    std::span<std::byte> out) {
  OSTIARY_ASSERT(arena.size() >= parameters.memory_kib * kib);
  if (input.password.size() > std::numeric_limits<std::uint32_t>::max()) {
    return Errc::text_too_long;
  }
  argon2_context context{};
  context.out = writable_uchars(out);
  context.outlen = length_of(out);
  context.pwd = input_of(input.password);
  context.pwdlen = length_of(input.password);
  context.salt = input_of(input.salt);
  context.saltlen = length_of(input.salt);
  context.secret = input_of(input.secret);
  context.secretlen = length_of(input.secret);
  context.ad = input_of(input.associated);
  context.adlen = length_of(input.associated);
  context.t_cost = parameters.passes;
  context.m_cost = parameters.memory_kib;
  context.lanes = parameters.lanes;
  context.threads = 1;  // the same result as with a thread for each lane
  context.version = ARGON2_VERSION_13;
  context.allocate_cbk = lend_arena;
  context.free_cbk = take_arena_back;
  arena_of_this_call = arena;
  const int status = argon2_ctx(&context, parameters.type == Argon2Type::argon2id ? Argon2_id : Argon2_i);
  arena_of_this_call = {};
  if (status != ARGON2_OK) {
    secure_wipe(arena);  // where libargon2 fails half-way it does not
    return Errc::crypto_failure;
  }
  return success();
}

Result<void> run_kdf(const EVP_KDF* kdf, std::span<const OSSL_PARAM> params, std::span<std::byte> out) {
  const KdfContext context(kdf != nullptr ? EVP_KDF_CTX_new(const_cast<EVP_KDF*>(kdf)) : nullptr);
  if (!context || EVP_KDF_derive(context.get(), writable_uchars(out), out.size(), params.data()) != 1) {
    return Errc::crypto_failure;
  }
  return success();
}

OSSL_PARAM octets(const char* name, ByteView bytes) noexcept {
  return OSSL_PARAM_construct_octet_string(name, input_of(bytes), bytes.size());
}

std::uint64_t memory_bytes_of(const ScryptParameters& parameters) noexcept {
  const std::uint64_t n = 1ULL << parameters.log2_n;
  return 128ULL * parameters.block_size * (n + 2 + parameters.lanes);
}

Result<void> derive(const ScryptParameters& parameters, const KdfInput& input, std::span<std::byte> out) {
  static const KdfPtr kdf(EVP_KDF_fetch(nullptr, "SCRYPT", nullptr));
  std::uint64_t n = 1ULL << parameters.log2_n;
  std::uint32_t r = parameters.block_size;
  std::uint32_t p = parameters.lanes;
  std::uint64_t memory_max = memory_bytes_of(parameters);  // OpenSSL's own default is 32 MiB (S215)
  const std::array params{octets(OSSL_KDF_PARAM_PASSWORD, input.password),
                          octets(OSSL_KDF_PARAM_SALT, input.salt),
                          OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
                          OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
                          OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
                          OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory_max),
                          OSSL_PARAM_construct_end()};
  return run_kdf(kdf.get(), params, out);
}

const char* digest_name(Pbkdf2Digest digest) noexcept {
  switch (digest) {
    case Pbkdf2Digest::sha256:
      return "SHA256";
    case Pbkdf2Digest::sha512:
      return "SHA512";
    case Pbkdf2Digest::sha1:
      return "SHA1";
  }
  return "";
}

Result<void> derive(const Pbkdf2Parameters& parameters, const KdfInput& input, std::span<std::byte> out) {
  static const KdfPtr kdf(EVP_KDF_fetch(nullptr, "PBKDF2", nullptr));
  std::string digest = digest_name(parameters.digest);
  std::uint64_t iterations = parameters.iterations;
  int any_length = 1;  // PKCS #5's own rules: what is strong enough is the policy's to say
  const std::array params{octets(OSSL_KDF_PARAM_PASSWORD, input.password),
                          octets(OSSL_KDF_PARAM_SALT, input.salt),
                          OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
                          OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_ITER, &iterations),
                          OSSL_PARAM_construct_int(OSSL_KDF_PARAM_PKCS5, &any_length),
                          OSSL_PARAM_construct_end()};
  return run_kdf(kdf.get(), params, out);
}

Result<void> derive(const BcryptParameters& parameters, const KdfInput& input, std::span<std::byte> arena,
                    std::span<std::byte> out) {
  if (parameters.input == BcryptInput::password) {
    return bcrypt(parameters.cost, input.password, input.salt, arena, out);
  }
  OSTIARY_TRY(auto digest, sha256(input.password));
  auto text = hex_encode(digest);
  auto done = bcrypt(parameters.cost, as_bytes(text), input.salt, arena, out);
  secure_wipe(digest);
  secure_wipe(std::as_writable_bytes(std::span(text)));
  return done;
}

struct IsPossible {
  bool operator()(const Argon2Parameters& parameters) const noexcept {
    constexpr std::uint32_t lanes_max = 0xffffff;
    return parameters.passes >= 1 && parameters.lanes >= 1 && parameters.lanes <= lanes_max &&
           parameters.memory_kib >= 8 * parameters.lanes;
  }
  bool operator()(const ScryptParameters& parameters) const noexcept {
    const std::uint64_t r = parameters.block_size;
    return parameters.log2_n >= 1 && parameters.log2_n <= 31 && r >= 1 && parameters.log2_n < 16 * r &&
           parameters.lanes >= 1 && r * parameters.lanes < (1ULL << 30U);
  }
  bool operator()(const Pbkdf2Parameters& parameters) const noexcept { return parameters.iterations >= 1; }
  bool operator()(const BcryptParameters& parameters) const noexcept {
    return parameters.cost >= bcrypt_cost_min && parameters.cost <= bcrypt_cost_max;
  }
};

struct MemoryKib {
  std::uint64_t operator()(const Argon2Parameters& parameters) const noexcept { return parameters.memory_kib; }
  std::uint64_t operator()(const ScryptParameters& parameters) const noexcept {
    // In blocks of 128 bytes: the largest possible parameters ask for more bytes than 64 bits can count.
    const std::uint64_t blocks = parameters.block_size * ((1ULL << parameters.log2_n) + 2 + parameters.lanes);
    constexpr std::uint64_t blocks_per_kib = 8;
    return (blocks + blocks_per_kib - 1) / blocks_per_kib;
  }
  std::uint64_t operator()(const Pbkdf2Parameters& /*parameters*/) const noexcept { return 1; }
  std::uint64_t operator()(const BcryptParameters& /*parameters*/) const noexcept {
    return (bcrypt_memory_size() + kib - 1) / kib;
  }
};

}  // namespace

bool is_possible(const KdfParameters& parameters) { return std::visit(IsPossible{}, parameters); }

std::uint64_t memory_kib_of(const KdfParameters& parameters) { return std::visit(MemoryKib{}, parameters); }

std::size_t arena_size_of(const KdfParameters& parameters) {
  const bool takes_ours =
      std::holds_alternative<Argon2Parameters>(parameters) || std::holds_alternative<BcryptParameters>(parameters);
  return takes_ours ? memory_kib_of(parameters) * kib : 0;
}

bool reads_whole(const KdfParameters& parameters, ByteView password) noexcept {
  const auto* const bcrypt = std::get_if<BcryptParameters>(&parameters);
  return bcrypt == nullptr || bcrypt->input == BcryptInput::sha256_hex ||
         (password.size() <= bcrypt_password_size_max && std::ranges::count(password, std::byte{0}) == 0);
}

Result<void> derive_password_key(const KdfParameters& parameters, const KdfInput& input, std::span<std::byte> arena,
                                 std::span<std::byte> out) {
  if (const auto* argon2 = std::get_if<Argon2Parameters>(&parameters)) {
    return derive(*argon2, input, arena, out);
  }
  if (const auto* scrypt = std::get_if<ScryptParameters>(&parameters)) {
    return derive(*scrypt, input, out);
  }
  if (const auto* bcrypt = std::get_if<BcryptParameters>(&parameters)) {
    return derive(*bcrypt, input, arena, out);
  }
  return derive(std::get<Pbkdf2Parameters>(parameters), input, out);
}

}  // namespace ostiary::inline v0::crypto
