#include <algorithm>

#include "fuzz/fuzz.hpp"
#include <ostiary/rules/link_token.hpp>
#include <ostiary/rules/session_token.hpp>

namespace ostiary::fuzz {
namespace {

// Two keys, whose secrets are 32 times the key's own number, as the corpus was made.
const KeyRing& ring() {
  static const auto keys = [] {
    std::vector<Key> made;
    for (const std::uint32_t id : {1U, 2U}) {
      const Bytes secret(32, static_cast<std::byte>(id));
      made.push_back({.id = id, .secret = SecretBytes(secret)});
    }
    return KeyRing::create(2, std::move(made)).value();
  }();
  return *keys;
}

// A token that was accepted is one that make_link_token wrote: there is no second spelling, and no other key.
bool verify(std::string_view token) {
  const auto ticket = verify_link_token(ring(), LinkPurpose::setup, token);
  if (!ticket) {
    must(ticket.assume_error() == Errc::malformed_token || ticket.assume_error() == Errc::key_unknown,
         "a token is refused as malformed or of an unknown key");
    return false;
  }
  must(token.size() == link_token_length, "an accepted token has the length of a token");
  ByteArray<56> bytes{};
  must(base64url_decode(token, bytes), "an accepted token is base64url");
  const bool of_current_key = bytes.at(23) == std::byte{2};
  const auto again = make_link_token(ring(), LinkPurpose::setup, ticket.value().id, ticket.value().generation);
  must(!of_current_key || again.value().reveal() == token, "an accepted token is the one that was made");
  must(base64url_encode(bytes) == token, "there is one spelling of a token");
  return true;
}

// Any id and generation make a token that says them again; with one character changed it is refused.
void derive_and_change(std::string_view input) {
  if (input.size() < 22) {
    return;
  }
  const auto bytes = as_bytes(input);
  detail::IdBytes id{};
  std::ranges::copy(bytes.first(id.size()), id.begin());
  Generation generation = 0;
  for (const std::byte byte : bytes.subspan(16, 4)) {
    generation = (generation << 8U) | std::to_integer<Generation>(byte);
  }
  const auto made = make_link_token(ring(), LinkPurpose::setup, LinkId(id), generation);
  std::string token(made.value().reveal());
  const auto ticket = verify_link_token(ring(), LinkPurpose::setup, token);
  must(ticket && ticket.value().id == LinkId(id) && ticket.value().generation == generation,
       "a token gives the id and the generation that it was made of");
  char& changed = token.at(static_cast<unsigned char>(input[20]) % token.size());
  const bool same = changed == input[21];
  changed = input[21];
  must(same || !verify_link_token(ring(), LinkPurpose::setup, token), "a changed token is refused");
}

// The session's token has the same form: what is parsed is written again as it was.
void session_token(std::string_view token) {
  const auto ticket = parse_session_token(token);
  must(ticket || ticket.assume_error() == Errc::malformed_token, "a session token is refused as malformed");
  ByteArray<48> bytes{};
  must(ticket.has_value() == base64url_decode(token, bytes), "a session token is 48 bytes in base64url");
  if (ticket) {
    const SecretBytes secret(ByteView(bytes).subspan(16));
    must(make_session_token(ticket.value().id, secret).reveal() == token, "there is one spelling of a session token");
    must(session_digest(secret).value() == ticket.value().digest, "the ticket has the digest of the secret");
  }
}

}  // namespace

bool link_token(std::string_view input) {
  session_token(input);
  derive_and_change(input);
  return verify(input);
}

}  // namespace ostiary::fuzz
