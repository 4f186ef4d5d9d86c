#include <ostiary/rules/link_token.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

// id 16, generation 4, key id 4, authentication code 32
using TokenBytes = ByteArray<56>;
constexpr std::size_t key_id_begin = 20;
constexpr std::size_t key_id_end = 24;

std::string token_of(const KeyRing& keys, Generation generation = 3) {
  return std::string(make_link_token(keys, LinkPurpose::setup, link_id, generation).value().reveal());
}

TokenBytes decoded(std::string_view token) {
  TokenBytes bytes{};
  REQUIRE(base64url_decode(token, bytes));
  return bytes;
}

std::error_code error_of(const KeyRing& keys, std::string_view token, LinkPurpose purpose = LinkPurpose::setup) {
  const auto ticket = verify_link_token(keys, purpose, token);
  return ticket ? std::error_code() : ticket.error();
}

}  // namespace

TEST_CASE("a link's token is 75 characters, says id and generation, and is the same in every try") {
  const auto keys = key_ring();
  for (const Generation generation : {1U, 3U, 0xffffffffU}) {
    const auto token = token_of(*keys, generation);
    CHECK(token.size() == link_token_length);
    CHECK(token == token_of(*keys, generation));
    const auto ticket = verify_link_token(*keys, LinkPurpose::setup, token).value();
    CHECK(ticket.id == link_id);
    CHECK(ticket.generation == generation);
  }
  CHECK(token_of(*keys, 1) != token_of(*keys, 2));
}

TEST_CASE("the token's layout is fixed: links in mailboxes outlive a release") {
  const auto bytes = decoded(token_of(*key_ring(), 0x01020304));
  CHECK(hex_encode(ByteView(bytes).first(key_id_end)) == link_id.to_string() + "01020304" + "00000001");
}

TEST_CASE("S287: a token with any single bit turned is refused") {
  const auto keys = key_ring();
  const auto genuine = decoded(token_of(*keys));
  for (std::size_t bit = 0; bit < genuine.size() * 8; ++bit) {
    CAPTURE(bit);
    const bool in_key_id = bit / 8 >= key_id_begin && bit / 8 < key_id_end;
    CHECK(error_of(*keys, base64url_encode(flip(genuine, bit))) ==
          (in_key_id ? Errc::key_unknown : Errc::malformed_token));
  }
  CHECK_FALSE(error_of(*keys, base64url_encode(genuine)));
}

TEST_CASE("a token that names another key of the ring than its own is refused") {
  const auto keys = key_ring(2, {2, 3});  // the key ids differ in one bit
  const auto genuine = decoded(token_of(*keys));
  CHECK(error_of(*keys, base64url_encode(flip(genuine, (key_id_end - 1) * 8))) == Errc::malformed_token);
}

TEST_CASE("S291: a token of one purpose is none of another") {
  const auto keys = key_ring();
  // There is one purpose yet; the code that the token covers must still depend on it.
  constexpr auto other = static_cast<LinkPurpose>(2);  // NOLINT(clang-analyzer-optin.core.EnumCastOutOfRange)
  const auto token = make_link_token(*keys, other, link_id, 3).value();
  CHECK(error_of(*keys, token.reveal()) == Errc::malformed_token);
  CHECK_FALSE(error_of(*keys, token.reveal(), other));
  CHECK(error_of(*keys, token_of(*keys), other) == Errc::malformed_token);
}

TEST_CASE("R73: a token outlives the rotation of its key, and not the key") {
  const auto before = token_of(*key_ring(1, {1}));
  CHECK_FALSE(error_of(*key_ring(2, {1, 2}), before));
  CHECK(token_of(*key_ring(2, {1, 2})) != before);

  const auto gone = error_of(*key_ring(2, {2}), before);
  CHECK(gone == Errc::key_unknown);
  CHECK(gone == ErrorKind::configuration);
  CHECK(gone != ErrorKind::caller);
}

TEST_CASE("a token of another ring whose key has the same id is refused") {
  std::vector<Key> keys;
  keys.push_back({.id = 1, .secret = SecretBytes(Bytes(32, std::byte{0x99}))});
  const auto other = KeyRing::create(1, std::move(keys)).value();
  CHECK(error_of(*key_ring(), token_of(*other)) == Errc::malformed_token);
}

TEST_CASE("S287, S288: a token of another length or alphabet is refused") {
  const auto keys = key_ring();
  const auto token = token_of(*keys);
  for (const auto& wrong : {std::string(), token.substr(1), token.substr(0, 74), token + "A", token + "=", " " + token,
                            token + "\n", token + token, std::string(75, '='), std::string(75, '\0'),
                            token.substr(0, 74) + "+", token.substr(0, 74) + "/", token.substr(0, 74) + " "}) {
    CAPTURE(wrong);
    CHECK(error_of(*keys, wrong) == Errc::malformed_token);
  }
  // 75 characters hold two bits more than 56 bytes: three of four last characters are not the canonical one.
  std::size_t accepted = 0;
  for (const char last : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")) {
    accepted += error_of(*keys, token.substr(0, 74) + last) ? 0U : 1U;
  }
  CHECK(accepted == 1);
}
