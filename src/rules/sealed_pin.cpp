#include <ostiary/rules/sealed_pin.hpp>

#include "crypto/aead.hpp"
#include "model/codec.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::uint8_t format = 1;

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
  codec::Reader in(sealed, format);
  const auto key_id = in.number<std::uint32_t>();
  const auto nonce = in.array<crypto::aead_nonce_size>();
  const auto body = in.bytes();
  if (!in.finish()) {
    return Errc::sealed_value_broken;
  }
  OSTIARY_TRY(const auto key, keys.derived(key_id, KeyPurpose::pin));
  OSTIARY_TRY(const auto plain, crypto::aead_open(key, nonce, account.bytes(), body));
  const auto text = plain.reveal();
  return SecretString({reinterpret_cast<const char*>(text.data()), text.size()});
}

}  // namespace ostiary::inline v0
