#include <ostiary/rules/sealed_pin.hpp>

#include "crypto/aead.hpp"
#include "model/codec.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::uint8_t format = 1;

struct SealedParts {
  std::uint32_t key_id = 0;
  ByteArray<crypto::aead_nonce_size> nonce{};
  ByteView body{};
};

std::optional<SealedParts> parse(ByteView sealed) {
  codec::Reader in(sealed, format);
  const SealedParts parts{
      .key_id = in.number<std::uint32_t>(), .nonce = in.array<crypto::aead_nonce_size>(), .body = in.bytes()};
  return in.finish() ? std::optional(parts) : std::nullopt;
}

}  // namespace

Result<Bytes> seal_pin_hash(const KeyRing& keys, const AccountId& account, std::string_view hash, Fresh& fresh) {
  const auto nonce = fresh.secret(crypto::aead_nonce_size);
  OSTIARY_TRY(const auto sealed, crypto::aead_seal(keys.derived_current(KeyPurpose::pin), nonce.reveal(),
                                                   account.bytes(), as_bytes(hash)));
  codec::Writer out(format);
  out.number(keys.current()).raw(nonce.reveal()).bytes(sealed);
  return std::move(out).finish();
}

Result<SecretString> open_pin_hash(const KeyRing& keys, const AccountId& account, ByteView sealed) {
  const auto parts = parse(sealed);
  if (!parts) {
    return Errc::sealed_value_broken;
  }
  OSTIARY_TRY(const auto key, keys.derived(parts->key_id, KeyPurpose::pin));
  OSTIARY_TRY(const auto plain, crypto::aead_open(key, parts->nonce, account.bytes(), parts->body));
  const auto text = plain.reveal();
  return SecretString({reinterpret_cast<const char*>(text.data()), text.size()});
}

std::optional<std::uint32_t> pin_key_id(ByteView sealed) noexcept {
  const auto parts = parse(sealed);
  return parts ? std::optional(parts->key_id) : std::nullopt;
}

}  // namespace ostiary::inline v0
