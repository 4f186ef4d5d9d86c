#include "digest.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include "openssl.hpp"

namespace ostiary::inline v0::crypto {
namespace {

// A context with SHA-256 chosen and no key: duplicating it costs less than setting one up.
EVP_MAC_CTX* hmac_prototype() {
  static const MacContext prototype = [] {
    const MacPtr mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    MacContext context(mac ? EVP_MAC_CTX_new(mac.get()) : nullptr);
    std::string digest = "SHA256";
    const std::array params{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                            OSSL_PARAM_construct_end()};
    if (context && EVP_MAC_CTX_set_params(context.get(), params.data()) != 1) {
      context.reset();
    }
    return context;
  }();
  return prototype.get();
}

}  // namespace

Result<Digest> sha256(ByteView data) {
  static const DigestPtr algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  Digest out{};
  if (!algorithm ||
      EVP_Digest(data.data(), data.size(), writable_uchars(out), nullptr, algorithm.get(), nullptr) != 1) {
    return Errc::crypto_failure;
  }
  return out;
}

Result<Digest> hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
  EVP_MAC_CTX* prototype = hmac_prototype();
  const MacContext context(prototype != nullptr ? EVP_MAC_CTX_dup(prototype) : nullptr);
  if (!context || EVP_MAC_init(context.get(), uchars(key), key.size(), nullptr) != 1) {
    return Errc::crypto_failure;
  }
  for (const ByteView part : parts) {
    if (EVP_MAC_update(context.get(), uchars(part), part.size()) != 1) {
      return Errc::crypto_failure;
    }
  }
  Digest out{};
  std::size_t size = 0;
  if (EVP_MAC_final(context.get(), writable_uchars(out), &size, out.size()) != 1 || size != out.size()) {
    return Errc::crypto_failure;
  }
  return out;
}

bool equal_constant_time(ByteView a, ByteView b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace ostiary::inline v0::crypto
