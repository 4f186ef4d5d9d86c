#include <array>
#include <string>

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "bench/pair.hpp"
#include "counts/operations.hpp"

// What every request pays, beside the one call of OpenSSL that it cannot do without.
namespace ostiary::bench {
namespace {

using counts::must;
using counts::Operations;

constexpr std::size_t link_message_size = 21;  // purpose, id, generation

const unsigned char* bytes_at(ByteView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

EVP_MAC_CTX* new_hmac() {
  static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  EVP_MAC_CTX* const context = EVP_MAC_CTX_new(algorithm);
  std::string digest = "SHA256";
  const std::array params{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                          OSSL_PARAM_construct_end()};
  must(context != nullptr && EVP_MAC_CTX_set_params(context, params.data()) == 1);
  return context;
}

void run_hmac(EVP_MAC_CTX* context, ByteView key) {
  const std::array<unsigned char, link_message_size> message{};
  std::array<unsigned char, 32> out{};
  std::size_t size = 0;
  must(EVP_MAC_init(context, bytes_at(key), key.size(), nullptr) == 1 &&
       EVP_MAC_update(context, message.data(), message.size()) == 1 &&
       EVP_MAC_final(context, out.data(), &size, out.size()) == 1);
}

// The floor: one context for all calls, which only one thread can have.
void hmac_with_kept_context(ByteView key) {
  static EVP_MAC_CTX* const context = new_hmac();
  run_hmac(context, key);
}

// What a library that many threads call does without more: a context for the call.
void hmac_with_own_context(ByteView key) {
  EVP_MAC_CTX* const context = new_hmac();
  run_hmac(context, key);
  EVP_MAC_CTX_free(context);
}

void raw_sha256() {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  const std::array<unsigned char, 32> secret{};
  std::array<unsigned char, 32> out{};
  must(EVP_Digest(secret.data(), secret.size(), out.data(), nullptr, algorithm, nullptr) == 1);
}

}  // namespace

void add_request_pairs() {
  static const Operations operations;
  const auto derive = [] { operations.link_derive(); };
  const auto verify = [] { operations.link_verify(); };
  const auto kept = [] { hmac_with_kept_context(operations.link_key()); };
  const auto own = [] { hmac_with_own_context(operations.link_key()); };
  add_pair({.name = "link derive : HMAC, context kept", .ratio_max = 1.5, .ours = derive, .raw = kept});
  add_pair({.name = "link derive : HMAC, own context", .ratio_max = 1.5, .ours = derive, .raw = own});
  add_pair({.name = "link verify : HMAC, context kept", .ratio_max = 1.5, .ours = verify, .raw = kept});
  add_pair({.name = "link verify : HMAC, own context", .ratio_max = 1.5, .ours = verify, .raw = own});
  add_pair({.name = "session check : SHA-256",
            .ratio_max = 1.5,
            .ours = [] { operations.session_check(); },
            .raw = raw_sha256});
  add_single({.name = "policy check of an ASCII password", .ns_max = 1000, .ours = [] { operations.policy_check(); }});
}

}  // namespace ostiary::bench
