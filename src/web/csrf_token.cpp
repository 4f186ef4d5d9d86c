#include <ostiary/web/csrf_token.hpp>

#include <algorithm>

#include "crypto/digest.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t key_id_size = 4;
constexpr std::size_t random_size = 16;
constexpr std::size_t mac_size = std::tuple_size_v<crypto::Digest>;
constexpr std::size_t token_size = key_id_size + random_size + mac_size;

struct Binding {
  std::byte kind;  // no token of one kind is good for the other
  ByteView bytes;
};

Binding binding_of(const SessionId& session) { return {.kind = std::byte{1}, .bytes = session.bytes()}; }

Result<Binding> binding_of(const SecretString& pre_login_secret) {
  if (pre_login_secret.size() < pre_login_secret_size_min) {
    return Errc::malformed_token;
  }
  return Binding{.kind = std::byte{2}, .bytes = as_bytes(pre_login_secret.reveal())};
}

Result<crypto::Digest> mac_of(ByteView key, const Binding& binding, ByteView random) {
  return crypto::hmac_sha256(key, {ByteView(&binding.kind, 1), random, binding.bytes});
}

Result<std::string> make(const KeyRing& keys, const Binding& binding, RandomSource& random) {
  ByteArray<token_size> token{};
  for (std::size_t i = 0; i < key_id_size; ++i) {
    token.at(i) = static_cast<std::byte>((keys.current() >> (8 * (key_id_size - 1 - i))) & 0xffU);
  }
  const auto random_part = std::span(token).subspan<key_id_size, random_size>();
  OSTIARY_TRY(random.fill(random_part));
  OSTIARY_TRY(const auto mac, mac_of(keys.derived_current(KeyPurpose::csrf), binding, random_part));
  std::ranges::copy(mac, std::span(token).last<mac_size>().begin());
  return base64url_encode(token);
}

Result<void> verify(const KeyRing& keys, const Binding& binding, std::string_view text) {
  ByteArray<token_size> token{};
  if (!base64url_decode(text, token)) {
    return Errc::malformed_token;
  }
  std::uint32_t key_id = 0;
  for (const std::byte byte : std::span(token).first<key_id_size>()) {
    key_id = (key_id << 8U) | std::to_integer<std::uint32_t>(byte);
  }
  OSTIARY_TRY(const auto key, keys.derived(key_id, KeyPurpose::csrf));
  OSTIARY_TRY(const auto mac, mac_of(key, binding, std::span(token).subspan<key_id_size, random_size>()));
  if (!crypto::equal_constant_time(mac, std::span(token).last<mac_size>())) {
    return Errc::malformed_token;
  }
  return success();
}

}  // namespace

Result<SecretString> make_pre_login_secret(RandomSource& random) {
  constexpr std::size_t size = 32;
  SecretBytes bytes(size);
  OSTIARY_TRY(random.fill(bytes.writable()));
  std::array<char, base64url_length(size)> text{};
  base64url_encode(bytes.reveal(), text);
  SecretString secret(std::string_view(text.data(), text.size()));
  secure_wipe(std::as_writable_bytes(std::span(text)));
  return secret;
}

Result<std::string> make_csrf_token(const KeyRing& keys, const SessionId& session, RandomSource& random) {
  return make(keys, binding_of(session), random);
}

Result<std::string> make_csrf_token(const KeyRing& keys, const SecretString& pre_login_secret, RandomSource& random) {
  OSTIARY_TRY(const auto binding, binding_of(pre_login_secret));
  return make(keys, binding, random);
}

Result<void> verify_csrf_token(const KeyRing& keys, const SessionId& session, std::string_view token) {
  return verify(keys, binding_of(session), token);
}

Result<void> verify_csrf_token(const KeyRing& keys, const SecretString& pre_login_secret, std::string_view token) {
  OSTIARY_TRY(const auto binding, binding_of(pre_login_secret));
  return verify(keys, binding, token);
}

}  // namespace ostiary::inline v0
