#pragma once

#include <memory>

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <ostiary/base/encoding.hpp>

// What every file of this folder needs to call OpenSSL. Algorithms are fetched once: an implicit fetch costs a lock and
// 260 ns each time (perf.md). The fetched objects are shared and immutable; contexts live in one call.
namespace ostiary::inline v0::crypto {

template <auto Free>
struct OpensslFree {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

using DigestPtr = std::unique_ptr<EVP_MD, OpensslFree<EVP_MD_free>>;
using CipherPtr = std::unique_ptr<EVP_CIPHER, OpensslFree<EVP_CIPHER_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, OpensslFree<EVP_CIPHER_CTX_free>>;
using MacPtr = std::unique_ptr<EVP_MAC, OpensslFree<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, OpensslFree<EVP_MAC_CTX_free>>;
using KdfPtr = std::unique_ptr<EVP_KDF, OpensslFree<EVP_KDF_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, OpensslFree<EVP_KDF_CTX_free>>;

inline const unsigned char* uchars(ByteView bytes) noexcept {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* writable_uchars(std::span<std::byte> bytes) noexcept {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace ostiary::inline v0::crypto
