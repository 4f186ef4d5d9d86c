#include "hkdf.hpp"

#include <array>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "openssl.hpp"

namespace ostiary::inline v0::crypto {

Result<void> hkdf_sha256(ByteView secret, std::string_view label, std::span<std::byte> out) {
  const KdfPtr kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const KdfContext context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  if (!context) {
    return Errc::crypto_failure;
  }
  std::string digest = "SHA256";
  // OSSL_PARAM takes its inputs as pointers to non-const and does not write through these.
  const std::array params{
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, const_cast<std::byte*>(secret.data()), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, const_cast<char*>(label.data()), label.size()),
      OSSL_PARAM_construct_end()};
  if (EVP_KDF_derive(context.get(), writable_uchars(out), out.size(), params.data()) != 1) {
    return Errc::crypto_failure;
  }
  return success();
}

}  // namespace ostiary::inline v0::crypto
