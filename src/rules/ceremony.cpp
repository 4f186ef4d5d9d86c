#include <ostiary/rules/ceremony.hpp>

#include <algorithm>

#include "crypto/aead.hpp"
#include "model/codec.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::uint8_t format = 1;
constexpr std::size_t key_size = 32;
constexpr std::size_t plain_size = 1 + key_size + 16 + 16 + 8;
constexpr std::size_t sealed_size = 1 + 4 + crypto::aead_nonce_size + 4 + plain_size + crypto::aead_tag_size;
static_assert(base64url_length(sealed_size) == ceremony_ticket_length);

// A ticket of one kind opens as none of another.
ByteArray<1> binding_of(CeremonyKind kind) noexcept { return {static_cast<std::byte>(kind)}; }

Result<Ceremony> decode(CeremonyKind kind, ByteView plain) {
  codec::Reader in(plain, format);
  Ceremony ceremony{.kind = kind, .key = in.array<key_size>()};
  ceremony.account = in.id<AccountId>();
  ceremony.credential = in.id<CredentialId>();
  ceremony.ends_at = in.instant();
  OSTIARY_TRY(in.finish());
  return ceremony;
}

}  // namespace

Ceremony begin_ceremony(CeremonyKind kind, const AccountId& account, const CredentialId& credential, Instant ends_at,
                        Fresh& fresh) {
  Ceremony ceremony{.kind = kind, .account = account, .credential = credential, .ends_at = ends_at};
  std::ranges::copy(fresh.secret(key_size).reveal(), ceremony.key.begin());
  return ceremony;
}

Result<SecretString> seal_ceremony(const KeyRing& keys, const Ceremony& ceremony, Fresh& fresh) {
  codec::Writer plain(format);
  plain.raw(ceremony.key).id(ceremony.account).id(ceremony.credential).instant(ceremony.ends_at);
  const auto nonce = fresh.secret(crypto::aead_nonce_size);
  OSTIARY_TRY(const auto sealed, crypto::aead_seal(keys.derived_current(KeyPurpose::ceremony), nonce.reveal(),
                                                   binding_of(ceremony.kind), std::move(plain).finish()));
  codec::Writer out(format);
  out.number(keys.current()).raw(nonce.reveal()).bytes(sealed);
  return SecretString(base64url_encode(std::move(out).finish()));
}

Result<Ceremony> open_ceremony(const KeyRing& keys, CeremonyKind kind, std::string_view ticket) {
  ByteArray<sealed_size> sealed{};
  if (!base64url_decode(ticket, sealed)) {
    return Errc::malformed_token;
  }
  codec::Reader in(sealed, format);
  const auto key_id = in.number<std::uint32_t>();
  const auto nonce = in.array<crypto::aead_nonce_size>();
  const auto body = in.bytes();
  if (!in.finish()) {
    return Errc::malformed_token;
  }
  OSTIARY_TRY(const auto key, keys.derived(key_id, KeyPurpose::ceremony));
  const auto plain = crypto::aead_open(key, nonce, binding_of(kind), body);
  if (!plain) {
    return plain.assume_error() == Errc::sealed_value_broken ? make_error_code(Errc::malformed_token)
                                                             : plain.assume_error();
  }
  return decode(kind, plain.assume_value().reveal());
}

ConsumeOnce consume_ceremony(const Ceremony& ceremony) noexcept {
  return {.key = ceremony.key, .until = ceremony.ends_at + std::chrono::hours(1)};
}

}  // namespace ostiary::inline v0
