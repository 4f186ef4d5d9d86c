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
  return begin_ceremony(kind, active(), bind_to_client(client()).value(), noon + 10min, randomness);
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
  CHECK(opened.epoch == 5);
  CHECK(opened.bound_to == ceremony.bound_to);
  CHECK(opened.secret.empty());
  CHECK(opened.ends_at == noon + 10min);
}

TEST_CASE("S268: a ticket carries the secret of an enrolment, and nobody reads it there") {
  const auto keys = key_ring();
  auto ceremony = begin();
  ceremony.kind = CeremonyKind::enrolment;
  const Bytes secret(64, std::byte{0x5e});
  ceremony.secret = SecretBytes(secret);
  const auto ticket = seal(*keys, ceremony);
  CHECK(ticket.size() == ceremony_ticket_length_max);
  const auto opened = open_ceremony(*keys, CeremonyKind::enrolment, ticket).value();
  CHECK(std::ranges::equal(opened.secret.reveal(), secret));
  Bytes bytes(ticket.size() * 3 / 4);
  REQUIRE(base64url_decode(ticket, bytes));
  CHECK(std::ranges::search(bytes, Bytes(8, std::byte{0x5e})).empty());
}

TEST_CASE(
    "R61: a ticket is bound to the client application, the program or the session that began it, not the network") {
  const auto bound = bind_to_client(client()).value();
  auto moved = client();
  moved.network = ClientNetwork::parse("198.51.100.9").value();
  CHECK(bind_to_client(moved).value() == bound);
  auto other_application = client();
  other_application.client_id = "mobile";
  CHECK(bind_to_client(other_application).value() != bound);
  auto other_program = client();
  other_program.user_agent = "Browser/2.0";
  CHECK(bind_to_client(other_program).value() != bound);
  // The end of one text is not the beginning of the next.
  auto shifted = client();
  shifted.client_id = "portalB";
  shifted.user_agent = "rowser/1.0";
  CHECK(bind_to_client(shifted).value() != bound);
  CHECK(bind_to_session(session_id).value() != bound);
  CHECK(bind_to_session(session_id).value() != bind_to_session(id_of<SessionId>(32)).value());
}

TEST_CASE("R61: a ticket works for whom it was given, while nothing ended the account's sessions") {
  const auto refusal = [](const std::optional<Account>& account, Instant now = noon,
                          const ClientContext& from = client()) {
    return ceremony_refusal(begin(), account, acme(), bind_to_client(from).value(), now);
  };
  CHECK(refusal(active()).empty());
  CHECK(refusal(active(), noon + 10min - 1ms).empty());
  CHECK(refusal(active(), noon + 10min) == "expired");
  CHECK(refusal(std::nullopt) == "account_inactive");
  auto account = active();
  account.epochs.sessions = 6;
  CHECK(refusal(account) == "sessions_ended");
  auto other = client();
  other.client_id = "mobile";
  CHECK(refusal(active(), noon, other) == "other_client");
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
