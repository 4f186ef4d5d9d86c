#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>
#include <sys/mman.h>

#include <argon2.h>

#include "bench/pair.hpp"
#include <ostiary/base/random.hpp>
#include <ostiary/services/standard_password_hasher.hpp>

namespace ostiary::bench {
namespace {

constexpr std::string_view password = "correct horse battery staple";
constexpr std::size_t salt_size = 16;
constexpr std::size_t digest_size = 32;
constexpr std::size_t kept_size = 64UL * 1024 * 1024;

void must(bool holds) {
  if (!holds) {
    std::fputs("ostiary_bench: a call that must succeed failed\n", stderr);
    std::abort();
  }
}

// The floor: memory that is mapped once for all calls.
std::uint8_t* kept_memory() {
  static auto* const memory = static_cast<std::uint8_t*>(
      ::mmap(nullptr, kept_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  return memory;
}

int lend(std::uint8_t** memory, std::size_t size) {
  must(size <= kept_size);
  *memory = kept_memory();
  return ARGON2_OK;
}
void take_back(std::uint8_t* /*memory*/, std::size_t /*size*/) {}

void raw_argon2id_kept(const Argon2Cost& cost) {
  std::array<std::uint8_t, digest_size> digest{};
  std::array<std::uint8_t, salt_size> salt{};
  std::string text(password);
  argon2_context context{};
  context.out = digest.data();
  context.outlen = digest.size();
  context.pwd = reinterpret_cast<std::uint8_t*>(text.data());
  context.pwdlen = static_cast<std::uint32_t>(text.size());
  context.salt = salt.data();
  context.saltlen = salt.size();
  context.t_cost = cost.passes;
  context.m_cost = cost.memory_kib;
  context.lanes = cost.lanes;
  context.threads = 1;
  context.version = ARGON2_VERSION_13;
  context.allocate_cbk = lend;
  context.free_cbk = take_back;
  must(argon2_ctx(&context, Argon2_id) == ARGON2_OK);
}

void raw_argon2id_plain(const Argon2Cost& cost) {
  std::array<std::uint8_t, digest_size> digest{};
  const std::array<std::uint8_t, salt_size> salt{};
  must(argon2id_hash_raw(cost.passes, cost.memory_kib, cost.lanes, password.data(), password.size(), salt.data(),
                         salt.size(), digest.data(), digest.size()) == ARGON2_OK);
}

void add_argon2id(const std::string& name, const Argon2Cost& cost) {
  static SystemRandom random;
  auto created = StandardPasswordHasher::create({.argon2 = cost}, random);
  must(created.has_value());
  const std::shared_ptr<const StandardPasswordHasher> hasher(std::move(created).value());
  const auto secret = std::make_shared<const SecretString>(password);
  const std::string stored = hasher->hash(*secret).value();
  const auto hash = [=] { must(hasher->hash(*secret).has_value()); };
  const auto verify = [=] { must(hasher->verify(*secret, stored).value().matches); };
  const auto raw_kept = [cost] { raw_argon2id_kept(cost); };
  const auto raw_plain = [cost] { raw_argon2id_plain(cost); };
  add_pair({.name = name + " hash : argon2_ctx, memory kept", .ours = hash, .raw = raw_kept});
  add_pair({.name = name + " verify : argon2_ctx, memory kept", .ours = verify, .raw = raw_kept});
  add_pair({.name = name + " hash : argon2id_hash_raw", .ours = hash, .raw = raw_plain});
}

}  // namespace

void add_hashing_pairs() {
  add_argon2id("argon2id 19 MiB t=2", {.memory_kib = 19'456, .passes = 2, .lanes = 1});
  add_argon2id("argon2id 46 MiB t=1", {.memory_kib = 47'104, .passes = 1, .lanes = 1});
}

}  // namespace ostiary::bench
