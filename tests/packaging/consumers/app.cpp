// What a consumer writes: found by whichever way, it compiles, links and runs.
#include <cstdio>
#include <utility>
#include <vector>

#include <ostiary/base/login_name.hpp>
#include <ostiary/base/random.hpp>
#include <ostiary/model/key_ring.hpp>
#include <ostiary/version.hpp>

namespace {

ostiary::Result<void> first_steps() {
  OSTIARY_TRY(const auto login, ostiary::LoginName::parse("201@Acme"));
  ostiary::SystemRandom random;
  ostiary::SecretBytes secret(32);
  OSTIARY_TRY(random.fill(secret.writable()));
  std::vector<ostiary::Key> keys;
  keys.push_back({.id = 1, .secret = std::move(secret)});
  OSTIARY_TRY(const auto ring, ostiary::KeyRing::create(1, std::move(keys)));
  std::printf("ostiary %s, login %s, key %u\n", OSTIARY_VERSION, login.canonical().c_str(),
              static_cast<unsigned>(ring->current()));
  return ostiary::success();
}

}  // namespace

int main() {
  if (ostiary::LoginName::parse("no at sign").has_value()) {
    return 2;
  }
  const auto done = first_steps();
  if (!done) {
    std::printf("%s\n", done.error().message().c_str());
    return 1;
  }
  return 0;
}
