#include "hotp.hpp"

#include <array>
#include <string>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include "openssl.hpp"

namespace ostiary::inline v0::crypto {
namespace {

constexpr std::size_t digest_size_max = 64;
constexpr unsigned long openssl_3_0_3 = 0x30000030;

// A context with the hash chosen and no key, as in digest.cpp.
MacContext make_prototype(std::string hash) {
  const MacPtr mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  MacContext context(mac ? EVP_MAC_CTX_new(mac.get()) : nullptr);
  const std::array params{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, hash.data(), 0),
                          OSSL_PARAM_construct_end()};
  if (context && EVP_MAC_CTX_set_params(context.get(), params.data()) != 1) {
    context.reset();
  }
  return context;
}

EVP_MAC_CTX* prototype_of(HotpHash hash) {
  switch (hash) {
    case HotpHash::sha1: {
      static const MacContext sha1 = make_prototype("SHA1");
      return sha1.get();
    }
    case HotpHash::sha256: {
      static const MacContext sha256 = make_prototype("SHA256");
      return sha256.get();
    }
    case HotpHash::sha512: {
      static const MacContext sha512 = make_prototype("SHA512");
      return sha512.get();
    }
  }
  return nullptr;
}

// RFC 4226 §5.3: the low four bits of the last byte say where the number stands.
std::uint32_t truncate(ByteView mac) noexcept {
  const auto offset = std::to_integer<std::size_t>(mac.back() & std::byte{0x0f});
  std::uint32_t value = 0;
  for (const std::byte byte : mac.subspan(offset, 4)) {
    value = (value << 8U) | std::to_integer<std::uint32_t>(byte);
  }
  return value & 0x7fffffffU;
}

ByteArray<8> big_endian(std::uint64_t counter) noexcept {
  ByteArray<8> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out.at(i) = static_cast<std::byte>((counter >> (56 - 8 * i)) & 0xffU);
  }
  return out;
}

}  // namespace

Result<void> hotp_values(HotpHash hash, ByteView key, std::uint64_t first, std::span<std::uint32_t> out) {
  EVP_MAC_CTX* prototype = prototype_of(hash);
  const MacContext context(prototype != nullptr ? EVP_MAC_CTX_dup(prototype) : nullptr);
  if (!context || EVP_MAC_init(context.get(), uchars(key), key.size(), nullptr) != 1) {
    return Errc::crypto_failure;
  }
  // Without a key EVP_MAC_init starts anew with the one it has; before 3.0.3 it did nothing (openssl issue 17811).
  const ByteView key_again = OpenSSL_version_num() < openssl_3_0_3 ? key : ByteView();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto counter = big_endian(first + i);
    ByteArray<digest_size_max> mac{};
    std::size_t size = 0;
    if ((i > 0 && EVP_MAC_init(context.get(), uchars(key_again), key_again.size(), nullptr) != 1) ||
        EVP_MAC_update(context.get(), uchars(counter), counter.size()) != 1 ||
        EVP_MAC_final(context.get(), writable_uchars(mac), &size, mac.size()) != 1) {
      return Errc::crypto_failure;
    }
    out[i] = truncate(ByteView(mac).first(size));
  }
  return success();
}

}  // namespace ostiary::inline v0::crypto
