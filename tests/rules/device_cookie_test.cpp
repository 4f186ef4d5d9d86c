#include <ostiary/rules/device_cookie.hpp>

#include <set>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

constexpr Instant end = noon + 180 * 24h;

LoginName login_of(std::size_t number = 201) { return LoginName::parse(std::to_string(number) + "@acme").value(); }

std::string renew(const KeyRing& keys, std::vector<DeviceEntry> entries = {}, std::size_t number = 201,
                  Instant ends_at = end, std::uint64_t seed = 1) {
  auto randomness = fresh(seed);
  const auto device = id_of<DeviceId>(static_cast<std::uint8_t>(number));
  return std::string(
      renew_device_cookie(keys, std::move(entries), login_of(number), device, ends_at, randomness).value().reveal());
}

// The cookie of a browser on which so many accounts were signed in to, one after another.
std::string cookie_of(const KeyRing& keys, std::size_t accounts) {
  std::string cookie;
  for (std::size_t i = 1; i <= accounts; ++i) {
    cookie = renew(keys, open_device_cookie(keys, cookie, noon), i);
  }
  return cookie;
}

}  // namespace

TEST_CASE("a device cookie gives back which device the browser is, by login name without ASCII case") {
  const auto keys = key_ring();
  const auto entries = open_device_cookie(*keys, renew(*keys), noon);
  REQUIRE(entries.size() == 1);
  CHECK(entries.front().ends_at == end);
  const auto found = find_device_entry(entries, LoginName::parse("201@ACME").value()).value();
  REQUIRE(found.has_value());
  CHECK(found->device == id_of<DeviceId>(201));
  CHECK_FALSE(find_device_entry(entries, login_of(202)).value().has_value());
  CHECK_FALSE(find_device_entry({}, login_of()).value().has_value());
}

TEST_CASE("one browser knows eight accounts, the newest first; another sign-in moves its own to the front") {
  const auto keys = key_ring();
  auto entries = open_device_cookie(*keys, cookie_of(*keys, 10), noon);
  REQUIRE(entries.size() == 8);
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(entries[i].device == id_of<DeviceId>(static_cast<std::uint8_t>(10 - i)));
  }
  entries = open_device_cookie(*keys, renew(*keys, entries, 5, end + 1h), noon);
  REQUIRE(entries.size() == 8);
  CHECK(entries.front().device == id_of<DeviceId>(5));
  CHECK(entries.front().ends_at == end + 1h);
  CHECK(entries[1].device == id_of<DeviceId>(10));
  CHECK(entries.back().device == id_of<DeviceId>(3));
}

TEST_CASE("an entry ends by itself") {
  const auto keys = key_ring();
  const auto both = renew(*keys, open_device_cookie(*keys, renew(*keys), noon), 202, end + 1h);
  CHECK(open_device_cookie(*keys, both, end - 1ms).size() == 2);
  CHECK(open_device_cookie(*keys, both, end).size() == 1);
  CHECK(open_device_cookie(*keys, both, end + 1h).empty());
}

TEST_CASE("S356: the largest device cookie fits into 4,096 bytes with its name, in base64url characters") {
  const auto keys = key_ring();
  const auto largest = cookie_of(*keys, 20);
  CHECK(largest.size() == device_cookie_length_max);
  CHECK(largest.size() + std::string_view("__Host-").size() + 64 + 1 < 4096);
  CHECK(largest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
        std::string::npos);
}

TEST_CASE("S358: what is no cookie of ours has no entry, and is no error") {
  const auto keys = key_ring();
  const auto cookie = renew(*keys);
  for (const auto& text : {std::string(), std::string("x"), std::string("===="), std::string(65'536, 'A'),
                           std::string(device_cookie_length_max, 'A'), std::string("\xc3\xa9\0;,", 5), cookie + "A",
                           cookie.substr(1), cookie + cookie}) {
    CHECK(open_device_cookie(*keys, text, noon).empty());
  }
  for (std::size_t size = 0; size < cookie.size(); ++size) {
    CHECK(open_device_cookie(*keys, cookie.substr(0, size), noon).empty());
  }
}

TEST_CASE("S279: a cookie with any bit turned knows no device") {
  const auto keys = key_ring();
  const auto cookie = renew(*keys);
  Bytes bytes(cookie.size() * 3 / 4);
  REQUIRE(base64url_decode(cookie, bytes));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const auto turned = base64url_encode(flip(bytes, bit));
    const auto entries = open_device_cookie(*keys, turned, noon);
    if (!entries.empty()) {
      CAPTURE(bit);
      CHECK(entries.empty());
    }
  }
}

TEST_CASE("R73: a cookie outlives a change of the current key; without its key it knows no device, and is no error") {
  const auto old = renew(*key_ring(1, {1, 2}));
  CHECK(open_device_cookie(*key_ring(2, {1, 2}), old, noon).size() == 1);
  CHECK(open_device_cookie(*key_ring(2, {2}), old, noon).empty());
  const auto renewed = renew(*key_ring(2, {1, 2}), open_device_cookie(*key_ring(2, {1, 2}), old, noon), 202);
  CHECK(open_device_cookie(*key_ring(2, {2}), renewed, noon).size() == 2);
}

TEST_CASE("nothing that a cookie says can be read in it, and no two are the same") {
  const auto keys = key_ring();
  std::set<std::string> cookies;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto cookie = renew(*keys, {}, 201, end, seed);
    cookies.insert(cookie);
    Bytes bytes(cookie.size() * 3 / 4);
    REQUIRE(base64url_decode(cookie, bytes));
    const auto id = id_of<DeviceId>(201);
    CHECK(std::ranges::search(bytes, ByteView(id.bytes())).empty());
    CHECK(std::ranges::search(bytes, as_bytes("201@acme")).empty());
  }
  CHECK(cookies.size() == 4);
}
