#include <ostiary/rules/ceremony.hpp>

#include <algorithm>

#include "crypto/aead.hpp"
#include "crypto/digest.hpp"
#include "model/codec.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::uint8_t format = 2;
constexpr std::size_t key_size = 32;
constexpr std::size_t binding_size = 16;
constexpr std::size_t secret_size_max = 64;
constexpr std::size_t plain_size = 1 + key_size + 16 + 16 + 4 + binding_size + 8 + 4;  // and the secret
constexpr std::size_t frame_size = 1 + 4 + crypto::aead_nonce_size + 4 + crypto::aead_tag_size;
static_assert(base64url_length(frame_size + plain_size) == ceremony_ticket_length);
static_assert(base64url_length(frame_size + plain_size + secret_size_max) == ceremony_ticket_length_max);

// A ticket of one kind opens as none of another.
ByteArray<1> kind_bytes(CeremonyKind kind) noexcept { return {static_cast<std::byte>(kind)}; }

Result<ByteArray<16>> bind(codec::Writer input) {
  OSTIARY_TRY(const auto digest, crypto::sha256(std::move(input).finish()));
  ByteArray<16> bound_to{};
  std::ranges::copy(ByteView(digest).first(bound_to.size()), bound_to.begin());
  return bound_to;
}

Result<Ceremony> decode(CeremonyKind kind, ByteView plain) {
  codec::Reader in(plain, format);
  Ceremony ceremony{.kind = kind, .key = in.array<key_size>()};
  ceremony.account = in.id<AccountId>();
  ceremony.credential = in.id<CredentialId>();
  ceremony.epoch = in.number<std::uint32_t>();
  ceremony.bound_to = in.array<binding_size>();
  ceremony.ends_at = in.instant();
  ceremony.secret = SecretBytes(in.bytes());
  if (in.format() != format) {
    in.fail();
  }
  OSTIARY_TRY(in.finish());
  return ceremony;
}

}  // namespace

Result<ByteArray<16>> bind_to_client(const ClientContext& client) {
  codec::Writer input(format);
  input.text("client").text(client.client_id).text(client.user_agent);
  return bind(std::move(input));
}

Result<ByteArray<16>> bind_to_session(const SessionId& session) {
  codec::Writer input(format);
  input.text("session").id(session);
  return bind(std::move(input));
}

Ceremony begin_ceremony(CeremonyKind kind, const Account& account, const ByteArray<16>& bound_to, Instant ends_at,
                        Fresh& fresh) {
  Ceremony ceremony{.kind = kind,
                    .account = account.id,
                    .credential = account.password ? account.password->id : CredentialId(),
                    .epoch = account.epochs.sessions,
                    .bound_to = bound_to,
                    .ends_at = ends_at};
  std::ranges::copy(fresh.secret(key_size).reveal(), ceremony.key.begin());
  return ceremony;
}

Result<SecretString> seal_ceremony(const KeyRing& keys, const Ceremony& ceremony, Fresh& fresh) {
  codec::Writer writer(format);
  writer.raw(ceremony.key).id(ceremony.account).id(ceremony.credential).number(ceremony.epoch);
  writer.raw(ceremony.bound_to).instant(ceremony.ends_at).bytes(ceremony.secret.reveal());
  auto plain = std::move(writer).finish();
  const auto nonce = fresh.secret(crypto::aead_nonce_size);
  const auto sealed =
      crypto::aead_seal(keys.derived_current(KeyPurpose::ceremony), nonce.reveal(), kind_bytes(ceremony.kind), plain);
  secure_wipe(plain);
  OSTIARY_TRY(const auto body, sealed);
  codec::Writer out(format);
  out.number(keys.current()).raw(nonce.reveal()).bytes(body);
  return SecretString(base64url_encode(std::move(out).finish()));
}

Result<Ceremony> open_ceremony(const KeyRing& keys, CeremonyKind kind, std::string_view ticket) {
  if (ticket.size() < ceremony_ticket_length || ticket.size() > ceremony_ticket_length_max) {
    return Errc::malformed_token;
  }
  Bytes sealed(ticket.size() * 3 / 4);
  if (!base64url_decode(ticket, sealed)) {
    return Errc::malformed_token;
  }
  codec::Reader in(sealed, format);
  const auto key_id = in.number<std::uint32_t>();
  const auto nonce = in.array<crypto::aead_nonce_size>();
  const auto body = in.bytes();
  if (in.format() != format || !in.finish()) {
    return Errc::malformed_token;
  }
  OSTIARY_TRY(const auto key, keys.derived(key_id, KeyPurpose::ceremony));
  const auto plain = crypto::aead_open(key, nonce, kind_bytes(kind), body);
  if (!plain) {
    return plain.assume_error() == Errc::sealed_value_broken ? make_error_code(Errc::malformed_token)
                                                             : plain.assume_error();
  }
  return decode(kind, plain.assume_value().reveal());
}

std::string_view ceremony_refusal(const Ceremony& ceremony, const std::optional<Account>& account,
                                  const std::optional<Organization>& organization, const ByteArray<16>& bound_to,
                                  Instant now) noexcept {
  if (now >= ceremony.ends_at) {
    return "expired";
  }
  if (!account || account->status != AccountStatus::active) {
    return "account_inactive";
  }
  if (!organization || organization->status != OrganizationStatus::active) {
    return "organization_inactive";
  }
  const auto credential = account->password ? account->password->id : CredentialId();
  if (credential != ceremony.credential) {
    return "password_replaced";
  }
  if (account->epochs.sessions != ceremony.epoch) {
    return "sessions_ended";
  }
  return ceremony.bound_to == bound_to ? "" : "other_client";
}

ConsumeOnce consume_ceremony(const Ceremony& ceremony) noexcept {
  return {.key = ceremony.key, .until = ceremony.ends_at + std::chrono::hours(1)};
}

}  // namespace ostiary::inline v0
