#include <ostiary/rules/link_token.hpp>

#include <algorithm>

#include "link_mac.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t number_size = 4;
constexpr std::size_t id_size = 16;
constexpr std::size_t mac_size = 32;
constexpr std::size_t token_size = id_size + number_size + number_size + mac_size;
static_assert(base64url_length(token_size) == link_token_length);

std::uint32_t to_number(ByteView bytes) noexcept {
  std::uint32_t value = 0;
  for (const std::byte byte : bytes) {
    value = (value << 8U) | std::to_integer<std::uint32_t>(byte);
  }
  return value;
}

}  // namespace

Result<SecretString> make_link_token(const KeyRing& keys, LinkPurpose purpose, const LinkId& id,
                                     Generation generation) {
  OSTIARY_TRY(const auto mac, link_mac(keys.derived_current(KeyPurpose::link), purpose, id, generation));
  ByteArray<token_size> token{};
  auto* out = std::ranges::copy(id.bytes(), token.begin()).out;
  out = std::ranges::copy(big_endian(generation), out).out;
  out = std::ranges::copy(big_endian(keys.current()), out).out;
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
  detail::IdBytes id_bytes{};
  std::ranges::copy(all.first<id_size>(), id_bytes.begin());
  const LinkTicket ticket{.id = LinkId(id_bytes), .generation = to_number(all.subspan<id_size, number_size>())};
  OSTIARY_TRY(const auto key,
              keys.derived(to_number(all.subspan<id_size + number_size, number_size>()), KeyPurpose::link));
  OSTIARY_TRY(const auto mac, link_mac(key, purpose, ticket.id, ticket.generation));
  if (!crypto::equal_constant_time(mac, all.last<mac_size>())) {
    return Errc::malformed_token;
  }
  return ticket;
}

std::string to_text(const LinkTicket& ticket) {
  return ticket.id.to_string() + '.' + std::to_string(ticket.generation);
}

}  // namespace ostiary::inline v0
