#include <ostiary/rules/session_token.hpp>

#include <algorithm>

#include "crypto/digest.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t id_size = 16;
constexpr std::size_t secret_size = 32;
static_assert(base64url_length(id_size + secret_size) == session_token_length);

}  // namespace

SecretString make_session_token(const SessionId& id, const SecretBytes& secret) {
  ByteArray<id_size + secret_size> bytes{};
  const auto out = std::ranges::copy(id.bytes(), bytes.begin()).out;
  std::ranges::copy(secret.reveal().first(secret_size), out);
  std::array<char, session_token_length> text{};
  base64url_encode(bytes, text);
  SecretString token(std::string_view(text.data(), text.size()));
  secure_wipe(bytes);
  secure_wipe(std::as_writable_bytes(std::span(text)));
  return token;
}

Result<ByteArray<32>> session_digest(const SecretBytes& secret) { return crypto::sha256(secret.reveal()); }

Result<SessionTicket> parse_session_token(std::string_view token) {
  ByteArray<id_size + secret_size> bytes{};
  if (!base64url_decode(token, bytes)) {
    return Errc::malformed_token;
  }
  SessionTicket ticket;
  detail::IdBytes id{};
  std::ranges::copy(ByteView(bytes).first(id_size), id.begin());
  ticket.id = SessionId(id);
  OSTIARY_TRY(ticket.digest, crypto::sha256(ByteView(bytes).last(secret_size)));
  secure_wipe(bytes);
  return ticket;
}

}  // namespace ostiary::inline v0
