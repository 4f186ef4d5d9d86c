#include <ostiary/rules/session_token.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

SecretBytes secret_of(std::uint8_t byte) { return SecretBytes(Bytes(32, static_cast<std::byte>(byte))); }

std::string token_of(const SecretBytes& secret) { return std::string(make_session_token(session_id, secret).reveal()); }

}  // namespace

TEST_CASE("a session's token is 64 characters, and says the session and the digest of its secret") {
  const auto secret = secret_of(7);
  const auto token = token_of(secret);
  CHECK(token.size() == session_token_length);
  const auto ticket = parse_session_token(token).value();
  CHECK(ticket.id == session_id);
  CHECK(ticket.digest == session_digest(secret).value());
  CHECK(ticket.digest != session_digest(secret_of(8)).value());
}

TEST_CASE("the digest is SHA-256: FIPS 180-4's example and 32 zero bytes") {
  CHECK(hex_encode(session_digest(SecretBytes(as_bytes("abc"))).value()) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_encode(session_digest(secret_of(0)).value()) ==
        "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
}

TEST_CASE("S342: what the store keeps is not in the token, and the secret is not in what the store keeps") {
  const auto secret = fresh().secret(32);
  const auto digest = session_digest(secret).value();
  ByteArray<48> bytes{};
  REQUIRE(base64url_decode(token_of(secret), bytes));
  CHECK(std::ranges::search(bytes, digest).empty());
  CHECK(std::ranges::equal(ByteView(bytes).last<32>(), secret.reveal()));
}

TEST_CASE("every bit of a token names another session or another secret") {
  ByteArray<48> genuine{};
  REQUIRE(base64url_decode(token_of(secret_of(7)), genuine));
  const auto ticket = parse_session_token(base64url_encode(genuine)).value();
  for (std::size_t bit = 0; bit < genuine.size() * 8; ++bit) {
    CAPTURE(bit);
    const auto other = parse_session_token(base64url_encode(flip(genuine, bit))).value();
    CHECK((other.id == ticket.id) == (bit >= 128));
    CHECK((other.digest == ticket.digest) == (bit < 128));
  }
}

TEST_CASE("S287: a session token of another length or alphabet is refused") {
  const auto token = token_of(secret_of(7));
  for (const auto& wrong :
       {std::string(), token.substr(1), token + "A", token + "=", " " + token.substr(1), token.substr(1) + "\n",
        token.substr(1) + "+", token.substr(1) + "/", token.substr(1) + '\0', std::string(64, '=')}) {
    CAPTURE(wrong);
    const auto ticket = parse_session_token(wrong);
    REQUIRE(ticket.has_error());
    CHECK(ticket.error() == Errc::malformed_token);
  }
  CHECK(parse_session_token(token).has_value());
}
