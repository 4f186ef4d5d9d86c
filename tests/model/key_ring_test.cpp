#include <ostiary/model/key_ring.hpp>

#include <set>
#include <string>
#include <thread>
#include <utility>

#include <doctest/doctest.h>

using namespace ostiary;

namespace {

constexpr std::size_t secret_size = 32;

Key key(std::uint32_t id, std::size_t size = secret_size) {
  Key out{.id = id, .secret = SecretBytes(size)};
  for (std::size_t i = 0; i < size; ++i) {
    out.secret.writable()[i] = static_cast<std::byte>(id + i);
  }
  return out;
}

template <class... Keys>
Result<std::shared_ptr<const KeyRing>> ring(std::uint32_t current, Keys... keys) {
  std::vector<Key> list;
  (list.push_back(std::move(keys)), ...);
  return KeyRing::create(current, std::move(list));
}

constexpr KeyPurpose purposes[] = {KeyPurpose::link,        KeyPurpose::pin,    KeyPurpose::audit, KeyPurpose::budget,
                                   KeyPurpose::csrf,        KeyPurpose::device, KeyPurpose::decoy, KeyPurpose::ceremony,
                                   KeyPurpose::audit_block, KeyPurpose::factor};

}  // namespace

TEST_CASE("R73: a ring needs a current key and keys of 32 to 64 bytes under different ids") {
  CHECK(ring(1, key(1)).value()->current() == 1);
  CHECK(ring(2, key(1), key(2)).value()->current() == 2);
  CHECK(ring(0, key(0)).has_value());
  CHECK(ring(1, key(1, 64)).has_value());
  CHECK(ring(1).error() == Errc::invalid_configuration);
  CHECK(ring(2, key(1)).error() == Errc::invalid_configuration);
  CHECK(ring(1, key(1), key(1)).error() == Errc::invalid_configuration);
  CHECK(ring(1, key(1), key(2), key(2)).error() == Errc::invalid_configuration);
  CHECK(ring(1, key(1, 31)).error() == Errc::invalid_configuration);
  CHECK(ring(1, key(1, 65)).error() == Errc::invalid_configuration);
  CHECK(ring(1, key(1), key(2, 0)).error() == Errc::invalid_configuration);
}

TEST_CASE("R73: a ring holds sixteen keys and no more") {
  const auto of = [](std::uint32_t count) {
    std::vector<Key> keys;
    for (std::uint32_t id = 1; id <= count; ++id) {
      keys.push_back(key(id));
    }
    return KeyRing::create(1, std::move(keys));
  };
  CHECK(of(16).has_value());
  CHECK(of(17).error() == Errc::invalid_configuration);
}

TEST_CASE("R73: derived keys stay the same from release to release") {
  // HKDF-SHA-256 (RFC 5869) of 00 01 ... 1f without salt, computed with Python's hmac.
  const std::pair<KeyPurpose, std::string> expected[] = {
      {KeyPurpose::link, "b7e1c47a8a25a9626dcce0cb476014c0efb548ef4bde228482a5f54fcfb9920f"},
      {KeyPurpose::pin, "5b36a46b4facebb015653ef0961c660c2ab8df07ff6db6cc173cc5bb2daeb62c"},
      {KeyPurpose::audit, "f0275efe2701a5c54720193d34a39d68e7f9a4dd83aa0fd1fa748948dcd29a1a"},
      {KeyPurpose::budget, "5df2ab8c0032ac59271fe3e99c174b9daf26eeeda7c1d639470dff4dfdc3db8a"},
      {KeyPurpose::csrf, "a8e16d8dda599eac85bfe28d48c235350fae16f4fdba034f3b9f8a2c88c01878"},
      {KeyPurpose::device, "099b5edb7d20c3deacfad44d98bc21705cd1cca060812cb5b35d5bdc28493fc3"},
      {KeyPurpose::decoy, "32326a28a37f652ab69509a6b3484c793f1e184256f71740d996c8402016b41f"},
      {KeyPurpose::ceremony, "04245d9d7e8159ca37e929afb1715f071decc18f1e9cdbff1b8e787bba61407f"},
      {KeyPurpose::audit_block, "a4d07a7c411605a48e639031d8f65da7820e4a0c38d821af59deadd2cd003431"},
      {KeyPurpose::factor, "f91621e1d9d10a9c6912a57117dbc2393fdf00f15432725d8848077aea37170c"},
  };
  const auto keys = ring(0, key(0)).value();
  for (const auto& [purpose, hex] : expected) {
    CHECK(hex_encode(keys->derived_current(purpose)) == hex);
    CHECK(hex_encode(keys->derived(0, purpose).value()) == hex);
  }
  CHECK(std::size(expected) == key_purposes_count);
}

TEST_CASE("R73: every purpose under every key has a key of its own") {
  const auto keys = ring(1, key(1), key(2), key(3, 64)).value();
  std::set<std::string> seen;
  for (const std::uint32_t id : {1U, 2U, 3U}) {
    for (const auto purpose : purposes) {
      const auto derived = keys->derived(id, purpose);
      REQUIRE(derived.has_value());
      CHECK(derived.value().size() == 32);
      CHECK(seen.insert(hex_encode(derived.value())).second);
    }
  }
  CHECK(seen.size() == 3 * key_purposes_count);
}

TEST_CASE("R73: the ids of a ring begin with the current key's, and each is there once") {
  CHECK(ring(1, key(1)).value()->ids() == std::vector<std::uint32_t>{1});
  const auto ids = ring(2, key(1), key(2), key(3)).value()->ids();
  CHECK(ids.front() == 2);
  CHECK(std::set(ids.begin(), ids.end()) == std::set<std::uint32_t>{1, 2, 3});
  CHECK(ids.size() == 3);
}

TEST_CASE("R73: an unknown key id is a configuration error, never 'invalid'") {
  const auto keys = ring(1, key(1)).value();
  CHECK(keys->derived(2, KeyPurpose::link).error() == Errc::key_unknown);
  CHECK(keys->derived(2, KeyPurpose::link).error() == ErrorKind::configuration);
}

TEST_CASE("R73: a key is added everywhere first, and made current then") {
  const auto old_ring = ring(1, key(1)).value();
  const auto both = ring(1, key(1), key(2)).value();
  const auto swapped = ring(2, key(1), key(2)).value();
  const auto by_old = hex_encode(old_ring->derived_current(KeyPurpose::link));
  CHECK(hex_encode(both->derived_current(KeyPurpose::link)) == by_old);
  CHECK(hex_encode(swapped->derived_current(KeyPurpose::link)) != by_old);
  CHECK(hex_encode(swapped->derived(1, KeyPurpose::link).value()) == by_old);
}

TEST_CASE("R73: a running operation keeps the ring that it began with") {
  KeySource source(ring(1, key(1)).value());
  const auto held = source.current();
  source.swap(ring(2, key(2)).value());
  CHECK(held->current() == 1);
  CHECK(held->derived(1, KeyPurpose::link).has_value());
  CHECK(source.current()->current() == 2);
}

TEST_CASE("R73: rings are swapped while others read them") {
  constexpr int rounds = 2000;
  KeySource source(ring(1, key(1)).value());
  std::thread swapper([&] {
    for (int i = 0; i < rounds; ++i) {
      source.swap(ring(static_cast<std::uint32_t>(1 + i % 2), key(1), key(2)).value());
    }
  });
  bool whole = true;
  for (int i = 0; i < rounds; ++i) {
    const auto now = source.current();
    whole = whole && now->derived(now->current(), KeyPurpose::csrf).has_value();
  }
  swapper.join();
  CHECK(whole);
}
