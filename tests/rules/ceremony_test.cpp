#include <ostiary/rules/ceremony.hpp>

#include <set>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kind = CeremonyKind::choose_password;
const auto credential = id_of<CredentialId>(41);

Ceremony begin(std::uint64_t seed = 1) {
  auto randomness = fresh(seed);
  return begin_ceremony(kind, owner_id, credential, noon + 10min, randomness);
}

std::string seal(const KeyRing& keys, const Ceremony& ceremony, std::uint64_t seed = 2) {
  auto randomness = fresh(seed);
  return std::string(seal_ceremony(keys, ceremony, randomness).value().reveal());
}

}  // namespace

TEST_CASE("a ticket gives back the ceremony that was begun, and has one length") {
  const auto keys = key_ring();
  const auto ceremony = begin();
  const auto ticket = seal(*keys, ceremony);
  CHECK(ticket.size() == ceremony_ticket_length);
  const auto opened = open_ceremony(*keys, kind, ticket).value();
  CHECK(opened.kind == kind);
  CHECK(opened.key == ceremony.key);
  CHECK(opened.account == owner_id);
  CHECK(opened.credential == credential);
  CHECK(opened.ends_at == noon + 10min);
}

TEST_CASE("each ceremony has a key of its own, kept an hour past its end") {
  const auto consume = consume_ceremony(begin());
  CHECK(consume.key == begin().key);
  CHECK(consume.until == noon + 10min + 1h);
  CHECK(begin(1).key != begin(2).key);
}

TEST_CASE("nothing of the ceremony can be read from the ticket, and two tickets of it differ") {
  const auto keys = key_ring();
  const auto ceremony = begin();
  CHECK(seal(*keys, ceremony, 2) != seal(*keys, ceremony, 3));
  Bytes bytes(ceremony_ticket_length * 3 / 4);
  REQUIRE(base64url_decode(seal(*keys, ceremony), bytes));
  CHECK(std::ranges::search(bytes, ceremony.key).empty());
  CHECK(std::ranges::search(bytes, owner_id.bytes()).empty());
  CHECK(std::ranges::search(bytes, credential.bytes()).empty());
}

TEST_CASE("a ticket with any bit turned, cut or lengthened is malformed, and so is what is no ticket at all") {
  const auto keys = key_ring(1, {1});
  const auto ticket = seal(*keys, begin());
  Bytes bytes(ceremony_ticket_length * 3 / 4);
  REQUIRE(base64url_decode(ticket, bytes));
  std::size_t unknown_keys = 0;
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const auto opened = open_ceremony(*keys, kind, base64url_encode(flip(bytes, bit)));
    const bool in_key_id = bit >= 8 && bit < 40;
    unknown_keys += in_key_id ? 1 : 0;
    CHECK(opened.error() == (in_key_id ? Errc::key_unknown : Errc::malformed_token));
  }
  CHECK(unknown_keys == 32);
  for (const auto& broken : {std::string(), ticket.substr(1), ticket + "A", std::string(ticket.size(), '?')}) {
    CHECK(open_ceremony(*keys, kind, broken).error() == Errc::malformed_token);
  }
}

TEST_CASE("R73: a ticket outlives a new key, and not the loss of its own, which is a configuration error") {
  const auto ticket = seal(*key_ring(1, {1}), begin());
  CHECK(open_ceremony(*key_ring(2, {1, 2}), kind, ticket).has_value());
  const auto lost = open_ceremony(*key_ring(2, {2}), kind, ticket);
  CHECK(lost.error() == Errc::key_unknown);
  CHECK(lost.error() == ErrorKind::configuration);
}

TEST_CASE("a ticket is bound to its kind") {
  const auto keys = key_ring();
  auto other = begin();
  other.kind = static_cast<CeremonyKind>(2);
  CHECK(open_ceremony(*keys, kind, seal(*keys, other)).error() == Errc::malformed_token);
}
