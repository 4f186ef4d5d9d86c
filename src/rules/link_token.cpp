#include <ostiary/rules/link_token.hpp>

#include <algorithm>

#include "crypto/digest.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t number_size = 4;
constexpr std::size_t id_size = 16;
constexpr std::size_t mac_size = 32;
constexpr std::size_t token_size = id_size + number_size + number_size + mac_size;
static_assert(base64url_length(token_size) == link_token_length);

using Number = ByteArray<number_size>;

Number to_bytes(std::uint32_t value) noexcept {
  Number out{};
  for (std::size_t i = 0; i < number_size; ++i) {
    out.at(i) = static_cast<std::byte>((value >> (8 * (number_size - 1 - i))) & 0xffU);
  }
  return out;
}

std::uint32_t to_number(ByteView bytes) noexcept {
  std::uint32_t value = 0;
  for (const std::byte byte : bytes) {
    value = (value << 8U) | std::to_integer<std::uint32_t>(byte);
  }
  return value;
}

// Every part has a fixed length, so no two meanings share one input.
Result<crypto::Digest> authenticate(ByteView key, LinkPurpose purpose, ByteView id, ByteView generation) {
  const ByteArray<1> label{static_cast<std::byte>(purpose)};
  return crypto::hmac_sha256(key, {label, id, generation});
}

}  // namespace

Result<SecretString> make_link_token(const KeyRing& keys, LinkPurpose purpose, const LinkId& id,
                                     Generation generation) {
  const auto generation_bytes = to_bytes(generation);
  const auto key_id = to_bytes(keys.current());
  OSTIARY_TRY(const auto mac,
              authenticate(keys.derived_current(KeyPurpose::link), purpose, id.bytes(), generation_bytes));
  ByteArray<token_size> token{};
  auto* out = std::ranges::copy(id.bytes(), token.begin()).out;
  out = std::ranges::copy(generation_bytes, out).out;
  out = std::ranges::copy(key_id, out).out;
  std::ranges::copy(mac, out);
  std::array<char, link_token_length> text{};
  base64url_encode(token, text);
  SecretString secret(std::string_view(text.data(), text.size()));
  secure_wipe(std::as_writable_bytes(std::span(text)));
  return secret;
}

Result<LinkTicket> verify_link_token(const KeyRing& keys, LinkPurpose purpose, std::string_view token) {
  ByteArray<token_size> bytes{};
  if (!base64url_decode(token, bytes)) {
    return Errc::malformed_token;
  }
  const ByteView all(bytes);
  const auto id = all.first<id_size>();
  const auto generation = all.subspan<id_size, number_size>();
  OSTIARY_TRY(const auto key,
              keys.derived(to_number(all.subspan<id_size + number_size, number_size>()), KeyPurpose::link));
  OSTIARY_TRY(const auto mac, authenticate(key, purpose, id, generation));
  if (!crypto::equal_constant_time(mac, all.last<mac_size>())) {
    return Errc::malformed_token;
  }
  detail::IdBytes id_bytes{};
  std::ranges::copy(id, id_bytes.begin());
  return LinkTicket{.id = LinkId(id_bytes), .generation = to_number(generation)};
}

std::string to_text(const LinkTicket& ticket) {
  return ticket.id.to_string() + '.' + std::to_string(ticket.generation);
}

}  // namespace ostiary::inline v0
