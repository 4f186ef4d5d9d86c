#include <ostiary/rules/decoy.hpp>

#include <array>
#include <set>

#include <doctest/doctest.h>

using namespace ostiary;

namespace {

std::shared_ptr<const KeyRing> ring(std::uint32_t current, std::initializer_list<std::uint32_t> ids) {
  std::vector<Key> keys;
  for (const auto id : ids) {
    SecretBytes secret(32);
    secret.writable()[0] = static_cast<std::byte>(id);
    keys.push_back({.id = id, .secret = std::move(secret)});
  }
  return KeyRing::create(current, std::move(keys)).value();
}

std::uint64_t draw(const KeyRing& keys, std::string_view login) {
  return decoy_draw(keys, LoginName::parse(login).value()).value();
}

}  // namespace

TEST_CASE("R74: a login draws the same number in any case of letters, under any later key and in any order of keys") {
  const auto first = draw(*ring(1, {1}), "201@acme");
  CHECK(draw(*ring(1, {1}), "201@ACME") == first);
  CHECK(draw(*ring(2, {1, 2}), "201@acme") == first);
  CHECK(draw(*ring(2, {2, 1}), "201@acme") == first);
  CHECK(draw(*ring(2, {2}), "201@acme") != first);
  CHECK(draw(*ring(1, {1}), "202@acme") != first);
}

TEST_CASE("R74: draws are spread evenly over logins") {
  const auto keys = ring(1, {1});
  std::set<std::uint64_t> drawn;
  std::array<int, 4> quarters{};
  for (int i = 0; i < 4000; ++i) {
    const auto number = draw(*keys, std::to_string(i) + "@acme");
    drawn.insert(number);
    ++quarters.at(number >> 62U);
  }
  CHECK(drawn.size() == 4000);
  for (const int quarter : quarters) {
    CHECK(quarter > 850);  // 1,000 expected, deviation 27
    CHECK(quarter < 1150);
  }
}
