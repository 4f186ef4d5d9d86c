#include <ostiary/web/csrf_token.hpp>

#include <set>

#include <doctest/doctest.h>

#include "crypto/digest.hpp"

using namespace ostiary;

namespace {

// Gives 1, 2, 3, ...: reproducible, and never the same twice.
class CountingRandom final : public RandomSource {
 public:
  Result<void> fill(std::span<std::byte> out) override {
    for (auto& byte : out) {
      byte = static_cast<std::byte>(++count_ & 0xffU);
    }
    return success();
  }

 private:
  unsigned count_ = 0;
};

class DeadRandom final : public RandomSource {
 public:
  Result<void> fill(std::span<std::byte> /*out*/) override { return Errc::entropy_unavailable; }
};

Key key(std::uint32_t id) { return {.id = id, .secret = SecretBytes(ByteView(ByteArray<32>{std::byte(id)}))}; }

std::shared_ptr<const KeyRing> ring(std::uint32_t current, std::initializer_list<std::uint32_t> ids) {
  std::vector<Key> keys;
  for (const auto id : ids) {
    keys.push_back(key(id));
  }
  return KeyRing::create(current, std::move(keys)).value();
}

SessionId session(unsigned char tail) { return SessionId(detail::IdBytes{std::byte{1}, std::byte{tail}}); }

const SecretString pre_login(std::string_view("a-browser-before-it-signs-in-000"));
const SecretString other_browser(std::string_view("a-browser-before-it-signs-in-001"));

}  // namespace

TEST_CASE("S359: a token is good for its own session only, and differs for each page") {
  CountingRandom random;
  const auto keys = ring(7, {7});
  const auto token = make_csrf_token(*keys, session(1), random).value();
  CHECK(token.size() == 70);
  CHECK(verify_csrf_token(*keys, session(1), token).has_value());
  CHECK(verify_csrf_token(*keys, session(1), token).has_value());  // a form may be sent twice
  CHECK(verify_csrf_token(*keys, session(2), token).error() == Errc::malformed_token);
  CHECK(verify_csrf_token(*keys, SessionId(), token).error() == Errc::malformed_token);
  const auto second = make_csrf_token(*keys, session(1), random).value();
  CHECK(second != token);
  CHECK(verify_csrf_token(*keys, session(1), second).has_value());
}

TEST_CASE("S359: the sign-in form's token is bound to the browser, so login CSRF is covered") {
  CountingRandom random;
  const auto keys = ring(7, {7});
  const auto token = make_csrf_token(*keys, pre_login, random).value();
  CHECK(verify_csrf_token(*keys, pre_login, token).has_value());
  CHECK(verify_csrf_token(*keys, other_browser, token).error() == Errc::malformed_token);
  CHECK(verify_csrf_token(*keys, session(1), token).error() == Errc::malformed_token);
}

TEST_CASE("S359: a missing or short pre-login secret binds nothing and is refused") {
  CountingRandom random;
  const auto keys = ring(7, {7});
  for (const std::string_view bad : {"", "short", "a-browser-before-it-signs-in-00"}) {
    CHECK(make_csrf_token(*keys, SecretString(bad), random).error() == Errc::malformed_token);
    CHECK(verify_csrf_token(*keys, SecretString(bad), "x").error() == Errc::malformed_token);
  }
}

TEST_CASE("S359: every changed, cut or lengthened token is refused") {
  CountingRandom random;
  const auto keys = ring(7, {7});
  const auto token = make_csrf_token(*keys, session(1), random).value();
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    if (changed == token) {
      continue;
    }
    const auto answer = verify_csrf_token(*keys, session(1), changed);
    REQUIRE_FALSE(answer.has_value());
    // The first 4 bytes name the key: an unknown one is a configuration error (R73).
    const bool names_another_key = i <= 5;
    const bool expected =
        answer.error() == Errc::malformed_token || (names_another_key && answer.error() == Errc::key_unknown);
    CHECK(expected);
    CHECK(verify_csrf_token(*keys, session(1), token.substr(0, i)).error() == Errc::malformed_token);
  }
  CHECK(verify_csrf_token(*keys, session(1), token + "A").error() == Errc::malformed_token);
  CHECK(verify_csrf_token(*keys, session(1), token + "=").error() == Errc::malformed_token);
  CHECK(verify_csrf_token(*keys, session(1), " " + token).error() == Errc::malformed_token);
  CHECK(verify_csrf_token(*keys, session(1), std::string(1'000'000, 'A')).error() == Errc::malformed_token);
}

TEST_CASE("R73: a token outlives a change of the current key, not the removal of its own") {
  CountingRandom random;
  const auto token = make_csrf_token(*ring(7, {7}), session(1), random).value();
  CHECK(verify_csrf_token(*ring(8, {7, 8}), session(1), token).has_value());
  CHECK(verify_csrf_token(*ring(8, {8}), session(1), token).error() == Errc::key_unknown);
}

TEST_CASE("R77: the token is key id, random bytes and the HMAC of kind, random and binding") {
  CountingRandom random;
  const auto keys = ring(0x01020304, {0x01020304});
  const auto token = make_csrf_token(*keys, session(9), random).value();
  ByteArray<52> bytes{};
  REQUIRE(base64url_decode(token, bytes));
  CHECK(hex_encode(std::span(bytes).first<20>()) ==
        "01020304"
        "0102030405060708090a0b0c0d0e0f10");
  const ByteArray<1> kind{std::byte{1}};
  const auto mac = crypto::hmac_sha256(keys->derived_current(KeyPurpose::csrf),
                                       {kind, std::span(bytes).subspan<4, 16>(), session(9).bytes()});
  CHECK(hex_encode(std::span(bytes).last<32>()) == hex_encode(mac.value()));
}

TEST_CASE("a dead random source makes no token") {
  DeadRandom random;
  const auto keys = ring(7, {7});
  CHECK(make_csrf_token(*keys, session(1), random).error() == Errc::entropy_unavailable);
  CHECK(make_csrf_token(*keys, pre_login, random).error() == Errc::entropy_unavailable);
  CHECK(make_pre_login_secret(random).error() == Errc::entropy_unavailable);
}

TEST_CASE("S359: a pre-login secret is 32 random bytes that a cookie can carry") {
  CountingRandom counting;
  CHECK(make_pre_login_secret(counting).value().reveal() == "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA");
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    seen.emplace(make_pre_login_secret(random).value().reveal());
  }
  CHECK(seen.size() == 100);
}
