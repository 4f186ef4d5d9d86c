#include "aead.hpp"

#include <algorithm>
#include <limits>

#include "openssl.hpp"
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0::crypto {
namespace {

constexpr std::size_t key_size = 32;

const EVP_CIPHER* aes_256_gcm() {
  static const CipherPtr cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  return cipher.get();
}

int length_of(ByteView bytes) noexcept {
  OSTIARY_ASSERT(bytes.size() <= std::numeric_limits<int>::max());
  return static_cast<int>(bytes.size());
}

}  // namespace

Result<Bytes> aead_seal(ByteView key, ByteView nonce, ByteView bound_to, ByteView plain) {
  Bytes out(plain.size() + aead_tag_size);
  OSTIARY_TRY(aead_seal_into(key, nonce, bound_to, plain, out));
  return out;
}

Result<void> aead_seal_into(ByteView key, ByteView nonce, ByteView bound_to, ByteView plain, std::span<std::byte> out) {
  OSTIARY_ASSERT(key.size() == key_size && nonce.size() == aead_nonce_size);
  OSTIARY_ASSERT(out.size() == plain.size() + aead_tag_size);
  const CipherContext context(EVP_CIPHER_CTX_new());
  int written = 0;
  if (!context || EVP_EncryptInit_ex2(context.get(), aes_256_gcm(), uchars(key), uchars(nonce), nullptr) != 1 ||
      EVP_EncryptUpdate(context.get(), nullptr, &written, uchars(bound_to), length_of(bound_to)) != 1 ||
      EVP_EncryptUpdate(context.get(), writable_uchars(out), &written, uchars(plain), length_of(plain)) != 1 ||
      EVP_EncryptFinal_ex(context.get(), writable_uchars(out.subspan(plain.size())), &written) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, aead_tag_size, out.data() + plain.size()) != 1) {
    return Errc::crypto_failure;
  }
  return success();
}

Result<SecretBytes> aead_open(ByteView key, ByteView nonce, ByteView bound_to, ByteView sealed) {
  OSTIARY_ASSERT(key.size() == key_size);
  if (sealed.size() < aead_tag_size || nonce.size() != aead_nonce_size) {
    return Errc::sealed_value_broken;
  }
  const auto cipher_text = sealed.first(sealed.size() - aead_tag_size);
  ByteArray<aead_tag_size> tag{};  // a copy, since OpenSSL asks for one that it might write to
  std::ranges::copy(sealed.last(aead_tag_size), tag.begin());
  const CipherContext context(EVP_CIPHER_CTX_new());
  SecretBytes out(cipher_text.size());
  int written = 0;
  if (!context || EVP_DecryptInit_ex2(context.get(), aes_256_gcm(), uchars(key), uchars(nonce), nullptr) != 1 ||
      EVP_DecryptUpdate(context.get(), nullptr, &written, uchars(bound_to), length_of(bound_to)) != 1 ||
      EVP_DecryptUpdate(context.get(), writable_uchars(out.writable()), &written, uchars(cipher_text),
                        length_of(cipher_text)) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, aead_tag_size, tag.data()) != 1) {
    return Errc::crypto_failure;
  }
  if (EVP_DecryptFinal_ex(context.get(), writable_uchars(out.writable().last(0)), &written) != 1) {
    return Errc::sealed_value_broken;
  }
  return out;
}

}  // namespace ostiary::inline v0::crypto
