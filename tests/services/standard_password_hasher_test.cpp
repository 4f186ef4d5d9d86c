#include <ostiary/services/standard_password_hasher.hpp>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <sys/resource.h>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "crypto/phc.hpp"

using namespace ostiary;
using namespace std::chrono_literals;

namespace {

// Repeatable randomness, which can be made to fail from some call on.
class TestRandom final : public RandomSource {
 public:
  explicit TestRandom(std::size_t calls = std::size_t(-1)) : calls_left_(calls) {}

  Result<void> fill(std::span<std::byte> out) override {
    const std::lock_guard lock(mutex_);
    if (calls_left_ == 0) {
      return Errc::entropy_unavailable;
    }
    --calls_left_;
    std::ranges::generate(out, [this] { return static_cast<std::byte>(engine_()); });
    return success();
  }

 private:
  std::mutex mutex_;
  std::size_t calls_left_;
  std::mt19937 engine_{7};  // NOLINT(cert-msc32-c,cert-msc51-cpp): repeatable on purpose
};

HashingPolicy fast_policy() {
  HashingPolicy policy;
  policy.argon2 = {.memory_kib = 64, .passes = 1, .lanes = 1};
  policy.scrypt = {.log2_n = 4, .block_size = 8, .lanes = 1};
  policy.pbkdf2_iterations = 10;
  policy.insecurely_allow_weak_parameters = true;
  return policy;
}

std::unique_ptr<StandardPasswordHasher> make_hasher(const HashingPolicy& policy) {
  static TestRandom random;
  auto hasher = StandardPasswordHasher::create(policy, random);
  REQUIRE(hasher.has_value());
  return std::move(hasher).value();
}

SecretString secret(std::string_view text) { return SecretString(text); }

bool is_refused_configuration(const HashingPolicy& policy) {
  TestRandom random;
  const auto hasher = StandardPasswordHasher::create(policy, random);
  return hasher.has_error() && hasher.error() == Errc::invalid_configuration;
}

std::error_code error_of_verifying(const StandardPasswordHasher& hasher, std::string_view hash) {
  const auto verdict = hasher.verify(secret("correct horse"), hash);
  return verdict.has_error() ? verdict.error() : std::error_code();
}

const std::vector<PasswordHashKind> all_kinds{PasswordHashKind::argon2id, PasswordHashKind::scrypt,
                                              PasswordHashKind::pbkdf2_sha256, PasswordHashKind::pbkdf2_sha512};

constexpr std::string_view a_salt_and_digest = "$c29tZXNhbHQxNmJ5dGVzIQ$W2/hNMtQKxyFQI3cOFyMdL9hfH0kK/3DKouGLtcZUyw";

std::string with_parameters(std::string_view head) { return std::string(head) + std::string(a_salt_and_digest); }

void run_threads(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::vector<std::thread> threads;
  threads.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back(work, i);
  }
  std::ranges::for_each(threads, &std::thread::join);
}

}  // namespace

TEST_CASE("R10: a password matches its own hash, of every kind, and another password does not") {
  for (const auto kind : all_kinds) {
    auto policy = fast_policy();
    policy.kind = kind;
    const auto hasher = make_hasher(policy);
    const auto hash = hasher->hash(secret("correct horse"));
    REQUIRE(hash.has_value());
    CAPTURE(hash.value());
    const auto verdict = hasher->verify(secret("correct horse"), hash.value());
    REQUIRE(verdict.has_value());
    CHECK(verdict.value().matches);
    CHECK_FALSE(verdict.value().outdated);
    CHECK(verdict.value().hash == hash.value());
    for (const auto* wrong : {"correct hors", "correct horse ", "Correct horse", "", "correct horsf"}) {
      const auto no = hasher->verify(secret(wrong), hash.value());
      REQUIRE(no.has_value());
      CHECK_FALSE(no.value().matches);
      CHECK_FALSE(no.value().outdated);
    }
  }
}

TEST_CASE("R10: no byte of a password is cut off or stops it: long ones, NUL, all of UTF-8, the empty one") {
  const auto hasher = make_hasher(fast_policy());
  const std::string long_one(4096, 'a');
  const std::string with_nul("a\0b", 3);
  const std::vector<std::pair<std::string, std::string>> pairs{
      {long_one, long_one + "b"},         {long_one, long_one.substr(1)},           {with_nul, "a"},
      {with_nul, std::string("a\0c", 3)}, {"\xf0\x9f\x94\x91", "\xf0\x9f\x94\x92"}, {"", " "}};
  for (const auto& [password, other] : pairs) {
    const auto hash = hasher->hash(secret(password)).value();
    CHECK(hasher->verify(secret(password), hash).value().matches);
    CHECK_FALSE(hasher->verify(secret(other), hash).value().matches);
  }
}

TEST_CASE("S216: two hashes of one password differ in 16 bytes of salt, and hold no password") {
  const auto hasher = make_hasher(fast_policy());
  const auto one = hasher->hash(secret("correct horse")).value();
  const auto two = hasher->hash(secret("correct horse")).value();
  CHECK(one != two);
  CHECK(crypto::parse_phc(one).value().salt.size() == 16);
  CHECK(crypto::parse_phc(one).value().salt != crypto::parse_phc(two).value().salt);
  CHECK(crypto::parse_phc(one).value().digest.size() == 32);
  CHECK(one.find("correct") == std::string::npos);
}

TEST_CASE("S216: without randomness there is no hasher and no hash") {
  for (const std::size_t calls : {0U, 1U}) {
    TestRandom random(calls);
    const auto hasher = StandardPasswordHasher::create(fast_policy(), random);
    REQUIRE(hasher.has_error());
    CHECK(hasher.error() == Errc::entropy_unavailable);
  }
  TestRandom random(3);
  const auto hasher = StandardPasswordHasher::create(fast_policy(), random);
  REQUIRE(hasher.has_value());
  const auto hash = hasher.value()->hash(secret("correct horse"));
  REQUIRE(hash.has_value());
  const auto none = hasher.value()->hash(secret("correct horse"));
  REQUIRE(none.has_error());
  CHECK(none.error() == Errc::entropy_unavailable);
  CHECK(hasher.value()->verify(secret("correct horse"), hash.value()).value().matches);
}

TEST_CASE("S214: the default is Argon2id with 19 MiB, 2 passes, 1 lane") {
  const auto hasher = make_hasher({});
  const auto hash = hasher->hash(secret("correct horse")).value();
  CHECK(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  CHECK(hasher->verify(secret("correct horse"), hash).value().matches);
}

TEST_CASE("S214: a cost at the floor is taken; below it it is refused unless the configuration says insecurely") {
  struct Case {
    HashingPolicy policy;
    bool strong;
  };
  const auto argon2 = [](std::uint32_t memory_kib, std::uint32_t passes) {
    return HashingPolicy{.argon2 = {.memory_kib = memory_kib, .passes = passes, .lanes = 1}};
  };
  const auto scrypt = [](std::uint32_t log2_n, std::uint32_t block_size) {
    return HashingPolicy{.kind = PasswordHashKind::scrypt, .scrypt = {.log2_n = log2_n, .block_size = block_size}};
  };
  const auto pbkdf2 = [](PasswordHashKind kind, std::uint32_t iterations) {
    return HashingPolicy{.kind = kind, .pbkdf2_iterations = iterations};
  };
  const std::vector<Case> cases{{argon2(19'456, 2), true},
                                {argon2(19'455, 2), false},
                                {argon2(19'456, 1), false},
                                {argon2(47'104, 1), true},
                                {argon2(47'103, 1), false},
                                {argon2(12'288, 3), true},
                                {argon2(12'287, 3), false},
                                {scrypt(17, 8), true},
                                {scrypt(16, 8), false},
                                {scrypt(17, 7), false},
                                {pbkdf2(PasswordHashKind::pbkdf2_sha256, 600'000), true},
                                {pbkdf2(PasswordHashKind::pbkdf2_sha256, 599'999), false},
                                {pbkdf2(PasswordHashKind::pbkdf2_sha512, 210'000), true},
                                {pbkdf2(PasswordHashKind::pbkdf2_sha512, 209'999), false}};
  for (const auto& each : cases) {
    CAPTURE(&each - cases.data());
    CHECK(is_refused_configuration(each.policy) == !each.strong);
    auto insecure = each.policy;
    insecure.insecurely_allow_weak_parameters = true;
    CHECK_FALSE(is_refused_configuration(insecure));
  }
}

TEST_CASE("a configuration that cannot work is refused, insecure or not") {
  const std::vector<std::function<void(HashingPolicy&)>> spoilers{
      [](auto& p) { p.argon2.memory_kib = 7; }, [](auto& p) { p.argon2.memory_kib = 0; },
      [](auto& p) { p.argon2.passes = 0; }, [](auto& p) { p.argon2.lanes = 0; }, [](auto& p) { p.argon2.lanes = 9; },
      [](auto& p) { p.argon2.memory_kib = p.limits.memory_kib_max + 1; },
      [](auto& p) { p.argon2.passes = p.limits.argon2_passes_max + 1; },
      [](auto& p) { p.kind = PasswordHashKind::scrypt, p.scrypt.log2_n = 0; },
      [](auto& p) { p.kind = PasswordHashKind::scrypt, p.scrypt.log2_n = 64; },
      [](auto& p) { p.kind = PasswordHashKind::scrypt, p.scrypt.log2_n = 18; },  // 256 MiB
      [](auto& p) { p.kind = PasswordHashKind::scrypt, p.scrypt.lanes = p.limits.scrypt_lanes_max + 1; },
      [](auto& p) { p.kind = PasswordHashKind::pbkdf2_sha256, p.pbkdf2_iterations = 0; },
      [](auto& p) { p.kind = PasswordHashKind::pbkdf2_sha512, p.pbkdf2_iterations = 4'000'001; },
      // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): what a careless host may pass
      [](auto& p) { p.kind = static_cast<PasswordHashKind>(0); }, [](auto& p) { p.arena_count = 0; },
      [](auto& p) { p.arena_count = 1025; }, [](auto& p) { p.wait_max = -1ms; },
      [](auto& p) { p.wait_max = 60'001ms; }};
  CHECK_FALSE(is_refused_configuration(fast_policy()));
  for (const auto& spoil : spoilers) {
    CAPTURE(&spoil - spoilers.data());
    auto policy = fast_policy();
    spoil(policy);
    CHECK(is_refused_configuration(policy));
  }
}

TEST_CASE("S219: whatever the library hashes with, it verifies, over the space of configurations") {
  std::mt19937 engine(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): repeatable on purpose
  const auto between = [&](std::uint32_t low, std::uint32_t high) {
    return std::uniform_int_distribution<std::uint32_t>(low, high)(engine);
  };
  std::size_t made = 0;
  for (int i = 0; i < 400; ++i) {
    HashingPolicy policy;
    policy.kind = all_kinds[between(0, 3)];
    policy.argon2 = {.memory_kib = between(1, 512), .passes = between(0, 4), .lanes = between(0, 8)};
    policy.scrypt = {.log2_n = between(0, 9), .block_size = between(0, 9), .lanes = between(0, 4)};
    policy.pbkdf2_iterations = between(0, 200);
    policy.limits.memory_kib_max = between(0, 600);
    policy.insecurely_allow_weak_parameters = true;
    TestRandom random;
    const auto hasher = StandardPasswordHasher::create(policy, random);
    if (hasher.has_error()) {
      REQUIRE(hasher.error() == Errc::invalid_configuration);
      continue;
    }
    ++made;
    const auto hash = hasher.value()->hash(secret("correct horse"));
    REQUIRE(hash.has_value());
    CAPTURE(hash.value());
    const auto verdict = hasher.value()->verify(secret("correct horse"), hash.value());
    REQUIRE(verdict.has_value());
    CHECK(verdict.value().matches);
    CHECK_FALSE(verdict.value().outdated);
    CHECK(hasher.value()->verify(secret("incorrect horse"), hasher.value()->decoy(7)).has_value());
  }
  CHECK(made > 100);
}

TEST_CASE("S220: a hash of another kind or cost verifies and is outdated; one that does not match is not outdated") {
  const auto current = make_hasher(fast_policy());
  const std::vector<std::function<void(HashingPolicy&)>> changes{
      [](auto& p) { p.argon2.memory_kib = 32; },   // weaker
      [](auto& p) { p.argon2.memory_kib = 128; },  // stronger, and larger than an arena
      [](auto& p) { p.argon2.passes = 2; },
      [](auto& p) { p.argon2.lanes = 2; },
      [](auto& p) { p.kind = PasswordHashKind::scrypt; },
      [](auto& p) { p.kind = PasswordHashKind::pbkdf2_sha256; },
      [](auto& p) { p.kind = PasswordHashKind::pbkdf2_sha512; }};
  for (const auto& change : changes) {
    CAPTURE(&change - changes.data());
    auto policy = fast_policy();
    change(policy);
    const auto hash = make_hasher(policy)->hash(secret("correct horse")).value();
    const auto verdict = current->verify(secret("correct horse"), hash).value();
    CHECK(verdict.matches);
    CHECK(verdict.outdated);
    const auto no = current->verify(secret("wrong"), hash).value();
    CHECK_FALSE(no.matches);
    CHECK_FALSE(no.outdated);
  }
}

TEST_CASE("S220: hashes of the argon2 command verify, and are outdated for their kind or their digest's length") {
  const auto hasher = make_hasher({});
  const auto password = secret("correct horse battery staple");
  const auto same = hasher->verify(
      password, "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$W2/hNMtQKxyFQI3cOFyMdL9hfH0kK/3DKouGLtcZUyw");
  CHECK(same.value().matches);
  CHECK_FALSE(same.value().outdated);
  const auto argon2i = hasher->verify(
      password, "$argon2i$v=19$m=64,t=3,p=2$c29tZXNhbHQxNmJ5dGVzIQ$b/8xPZSUbwrG/ExNY2W6fpxSWD9VSNmVmjj8kn/WaiE");
  CHECK(argon2i.value().matches);
  CHECK(argon2i.value().outdated);
  const auto larger = hasher->verify(
      password, "$argon2id$v=19$m=47104,t=1,p=4$c29tZXNhbHQxNmJ5dGVzIQ$2NGuOXUFvzMsKc6/GBPZeKBhTQpCMvtN");
  CHECK(larger.value().matches);
  CHECK(larger.value().outdated);
}

TEST_CASE("an empty or absurd string is a malformed hash, never a verdict") {
  const auto hasher = make_hasher(fast_policy());
  for (const auto* text :
       {"", "$", "correct horse", "!", "*", "x", "$2x$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
        "$1$salt$digest", "$argon2id$", "$argon2id$v=19$m=64,t=1,p=1$$",
        "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQxNmJ5dGVzIQ$", "\xff\xfe", "$argon2d$v=19$m=64,t=1,p=1"}) {
    CAPTURE(text);
    CHECK(error_of_verifying(*hasher, text) == Errc::malformed_password_hash);
  }
  const auto hash = hasher->hash(secret("correct horse")).value();
  CHECK(error_of_verifying(*hasher, hash) == std::error_code());
  CHECK(error_of_verifying(*hasher, hash + "\n") == Errc::malformed_password_hash);
  CHECK(error_of_verifying(*hasher, std::string(1'000'000, '$')) == Errc::malformed_password_hash);
}

TEST_CASE("a stored hash that asks for more than the limits is refused, and one that asks for just as much is not") {
  auto policy = fast_policy();
  policy.limits = {.memory_kib_max = 256, .argon2_passes_max = 3, .scrypt_lanes_max = 4, .pbkdf2_iterations_max = 1000};
  const auto hasher = make_hasher(policy);
  for (const auto* head : {"$argon2id$v=19$m=256,t=3,p=1", "$scrypt$ln=7,r=8,p=4", "$pbkdf2-sha256$i=1000"}) {
    CAPTURE(head);
    CHECK(error_of_verifying(*hasher, with_parameters(head)) == std::error_code());
  }
  for (const auto* head :
       {"$argon2id$v=19$m=257,t=3,p=1", "$argon2id$v=19$m=4294967295,t=1,p=1", "$argon2id$v=19$m=64,t=4,p=1",
        "$argon2i$v=19$m=64,t=4294967295,p=1", "$scrypt$ln=8,r=8,p=1", "$scrypt$ln=31,r=8,p=1", "$scrypt$ln=4,r=8,p=5",
        "$scrypt$ln=4,r=1073741823,p=1", "$pbkdf2-sha256$i=1001", "$pbkdf2-sha512$i=4294967295"}) {
    CAPTURE(head);
    CHECK(error_of_verifying(*hasher, with_parameters(head)) == Errc::hash_parameters_refused);
  }
}

TEST_CASE("S226: the decoy is one string of the policy's cost that no password matches") {
  for (const auto kind : all_kinds) {
    auto policy = fast_policy();
    policy.kind = kind;
    const auto hasher = make_hasher(policy);
    const auto decoy = hasher->decoy(7);
    CHECK(hasher->decoy(0) == decoy);
    CHECK(hasher->decoy(PasswordHasher::decoy_draw_own) == decoy);
    const auto parsed = crypto::parse_phc(decoy).value();
    const auto real = crypto::parse_phc(hasher->hash(secret("correct horse")).value()).value();
    CHECK(parsed.parameters == real.parameters);
    CHECK(parsed.salt.size() == real.salt.size());
    CHECK(parsed.digest.size() == real.digest.size());
    for (const auto* password : {"", "correct horse", "decoy", "201@acme"}) {
      const auto verdict = hasher->verify(secret(password), decoy).value();
      CHECK_FALSE(verdict.matches);
      CHECK_FALSE(verdict.outdated);
    }
    CHECK(make_hasher(policy)->decoy(7) != decoy);
  }
}

TEST_CASE("R74: decoys come in the shares of the store's hashes, and keep their form while the shares stay") {
  const auto hasher = make_hasher(fast_policy());
  const std::string own = "$argon2id$v=19$m=64,t=1,p=1$22$43";
  const std::string bcrypt = "$2b$04$53";
  const std::string django = "$pbkdf2-sha256$i=10$30$43";
  const std::vector<HashCount> mix{{own, 50}, {django, 25}, {bcrypt, 20}, {"$2b$31$53", 40}, {"$1$8$22", 9}, {"", 7}};
  hasher->follow(mix);
  constexpr std::uint64_t hundredth = UINT64_MAX / 100;
  std::map<std::string, int> shares;
  std::vector<std::string> before;
  for (std::uint64_t i = 0; i < 100; ++i) {
    before.push_back(hash_form(hasher->decoy(hundredth * i + hundredth / 2)));
    ++shares[before.back()];
  }
  // Of 95 that it can make; those too costly, of another kind or unreadable have no share.
  CHECK(shares == std::map<std::string, int>{{bcrypt, 21}, {django, 26}, {own, 53}});
  CHECK(hash_form(hasher->decoy(0)) == bcrypt);
  CHECK(hash_form(hasher->decoy(PasswordHasher::decoy_draw_own)) == own);
  for (const auto& form : {bcrypt, django, own}) {
    const auto at = std::ranges::find(before, form) - before.begin();
    const auto decoy = hasher->decoy(hundredth * static_cast<std::uint64_t>(at) + hundredth / 2);
    CAPTURE(decoy);
    CHECK(hasher->check_hash(decoy).has_value());
    CHECK_FALSE(hasher->verify(secret("correct horse"), decoy).value().matches);
  }
  hasher->follow({{{bcrypt, 20}, {own, 52}, {django, 23}}});  // two accounts of Django's signed in
  int moved = 0;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const auto form = hash_form(hasher->decoy(hundredth * i + hundredth / 2));
    moved += form == before[i] ? 0 : 1;
    CHECK((form == before[i] || (before[i] == django && form == own)));
  }
  CHECK(moved == 2);
  hasher->follow({{{bcrypt, 20}}});
  CHECK(hash_form(hasher->decoy(PasswordHasher::decoy_draw_own)) == own);
  CHECK(hash_form(hasher->decoy(UINT64_MAX / 2)) == bcrypt);
  hasher->follow({});
  CHECK(hash_form(hasher->decoy(0)) == own);
}

TEST_CASE("R74: decoys are asked for while the mix changes") {
  const auto hasher = make_hasher(fast_policy());
  const std::vector<HashCount> mix{{"$2b$04$53", 1}};
  std::atomic<int> made = 0;
  run_threads(4, [&](std::size_t i) {
    for (int round = 0; round < 500; ++round) {
      hasher->follow(i == 0 && round % 2 == 0 ? std::span<const HashCount>(mix) : std::span<const HashCount>());
      made += hasher->check_hash(hasher->decoy(0)).has_value() ? 1 : 0;
    }
  });
  CHECK(made == 2000);
}

TEST_CASE("S244: with 2 arenas and no waiting, some calls of many threads are busy and none is wrong") {
  HashingPolicy policy = fast_policy();
  policy.argon2.memory_kib = 4096;
  policy.arena_count = 2;
  policy.wait_max = 0ms;
  const auto hasher = make_hasher(policy);
  const auto hash = hasher->hash(secret("correct horse")).value();
  std::atomic<int> busy = 0;
  std::atomic<int> right = 0;
  std::atomic<int> wrong = 0;
  constexpr int rounds_max = 200;
  for (int round = 0; round < rounds_max && (busy == 0 || right == 0); ++round) {
    run_threads(8, [&](std::size_t i) {
      const bool matching = i % 2 == 0;
      const auto verdict = hasher->verify(secret(matching ? "correct horse" : "wrong"), hash);
      if (verdict.has_error()) {
        ++(verdict.error() == Errc::hasher_busy ? busy : wrong);
        return;
      }
      ++(verdict.value().matches == matching ? right : wrong);
    });
  }
  CHECK(busy > 0);
  CHECK(right > 0);
  CHECK(wrong == 0);
  CHECK(make_error_code(Errc::hasher_busy) == ErrorKind::transient);
}

TEST_CASE("S244: with 2 arenas and a long wait, all calls of many threads succeed") {
  for (const auto kind : all_kinds) {
    HashingPolicy policy = fast_policy();
    policy.kind = kind;
    policy.arena_count = 2;
    policy.wait_max = 60s;
    const auto hasher = make_hasher(policy);
    std::atomic<int> right = 0;
    run_threads(8, [&](std::size_t i) {
      const auto password = std::to_string(i);
      for (int round = 0; round < 10; ++round) {
        const auto hash = hasher->hash(secret(password));
        const auto larger = with_parameters("$argon2id$v=19$m=128,t=1,p=1");  // does not fit the arena
        right += static_cast<int>(hash.has_value() && hasher->verify(secret(password), hash.value()).value().matches &&
                                  !hasher->verify(secret(password), larger).value().matches);
      }
    });
    CHECK(right == 80);
  }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // their shadow memory counts as resident
TEST_CASE("16 threads with 2 arenas of 16 MiB take 32 MiB, not 256") {
  HashingPolicy policy = fast_policy();
  policy.argon2.memory_kib = 16 * 1024;
  policy.arena_count = 2;
  policy.wait_max = 60s;
  const auto resident_max_kib = [] {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmHWM:")) {
        return std::stoul(line.substr(6));
      }
    }
    return 0UL;
  };
  std::ofstream("/proc/self/clear_refs") << "5";  // the peak starts anew from what is resident now
  const auto before = resident_max_kib();
  const auto hasher = make_hasher(policy);
  run_threads(16, [&](std::size_t) {
    for (int i = 0; i < 3; ++i) {
      CHECK(hasher->hash(secret("correct horse")).has_value());
    }
  });
  const auto grown = resident_max_kib() - before;
  CAPTURE(grown);
  REQUIRE(before > 0);
  CHECK(grown >= 16 * 1024);
  CHECK(grown <= 48 * 1024);
}
#endif

TEST_CASE("a warm hash touches no new page of its arena") {
  const auto hasher = make_hasher({});
  const auto faults = [] {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_minflt;
  };
  const auto first = faults();
  REQUIRE(hasher->hash(secret("correct horse")).has_value());
  const auto warm = faults();
  REQUIRE(hasher->hash(secret("correct horse")).has_value());
  const auto end = faults();
  CAPTURE(warm - first);
  CHECK(end - warm < 64);  // the arena has 4,864 pages; a sanitizer's own memory may cost a few
}
