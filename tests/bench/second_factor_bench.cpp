#include <array>
#include <string>

#include <openssl/core_names.h>
#include <openssl/evp.h>

#ifdef OSTIARY_BENCH_LIBOATH
extern "C" {
#include <liboath/oath.h>
}
#endif

#include "bench/pair.hpp"
#include "counts/operations.hpp"

// A code of an authenticator app against a window of three steps, beside the three HMACs that it cannot do without; and
// its secret, sealed and opened, beside the cipher.
namespace ostiary::bench {
namespace {

using counts::must;
using counts::Operations;

constexpr std::size_t steps = 3;

const Operations& operations() {
  static const Operations all;
  return all;
}

RandomSource& randomness() {
  static SystemRandom system;
  return system;
}

struct MacFree {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, MacFree>;

MacContext new_hmac_sha1() {
  static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  MacContext context(EVP_MAC_CTX_new(algorithm));
  std::string digest = "SHA1";
  const std::array params{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                          OSSL_PARAM_construct_end()};
  must(context && EVP_MAC_CTX_set_params(context.get(), params.data()) == 1);
  return context;
}

void run_three(EVP_MAC_CTX* context, ByteView key) {
  std::array<unsigned char, 8> counter{};
  std::array<unsigned char, 20> out{};
  std::size_t size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
  for (std::size_t i = 0; i < steps; ++i) {
    counter.back() = static_cast<unsigned char>(i);
    must(EVP_MAC_init(context, i == 0 ? bytes : nullptr, i == 0 ? key.size() : 0, nullptr) == 1 &&
         EVP_MAC_update(context, counter.data(), counter.size()) == 1 &&
         EVP_MAC_final(context, out.data(), &size, out.size()) == 1);
  }
}

// The floor: one context for all calls, which only one thread can have.
void hmac_with_kept_context(ByteView key) {
  static const auto context = new_hmac_sha1();
  run_three(context.get(), key);
}

// What a library that many threads call does without more: a context for the call.
void hmac_with_own_context(ByteView key) { run_three(new_hmac_sha1().get(), key); }

struct CipherFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr int bound_size = 33;  // what a sealed secret is bound to
using Nonce = std::array<unsigned char, nonce_size>;

// A secret sealed by the raw calls, for the raw calls.
struct RawSealed {
  std::array<unsigned char, 20> text{};
  std::array<unsigned char, tag_size> tag{};
};

const unsigned char* gcm_key() { return reinterpret_cast<const unsigned char*>(operations().factor_key().data()); }

const EVP_CIPHER* gcm() {
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return cipher;
}

RawSealed raw_seal() {
  const std::unique_ptr<EVP_CIPHER_CTX, CipherFree> context(EVP_CIPHER_CTX_new());
  const Nonce nonce{};
  const std::array<unsigned char, bound_size> bound{};
  RawSealed out;
  int written = 0;
  must(context && EVP_EncryptInit_ex2(context.get(), gcm(), gcm_key(), nonce.data(), nullptr) == 1 &&
       EVP_EncryptUpdate(context.get(), nullptr, &written, bound.data(), bound_size) == 1 &&
       EVP_EncryptUpdate(context.get(), out.text.data(), &written, out.text.data(), int{out.text.size()}) == 1 &&
       EVP_EncryptFinal_ex(context.get(), out.tag.data(), &written) == 1 &&
       EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, int{tag_size}, out.tag.data()) == 1);
  return out;
}

void raw_open() {
  static RawSealed sealed = raw_seal();
  const std::unique_ptr<EVP_CIPHER_CTX, CipherFree> context(EVP_CIPHER_CTX_new());
  const Nonce nonce{};
  const std::array<unsigned char, bound_size> bound{};
  std::array<unsigned char, 20> out{};
  int written = 0;
  must(context && EVP_DecryptInit_ex2(context.get(), gcm(), gcm_key(), nonce.data(), nullptr) == 1 &&
       EVP_DecryptUpdate(context.get(), nullptr, &written, bound.data(), bound_size) == 1 &&
       EVP_DecryptUpdate(context.get(), out.data(), &written, sealed.text.data(), int{sealed.text.size()}) == 1 &&
       EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, int{tag_size}, sealed.tag.data()) == 1 &&
       EVP_DecryptFinal_ex(context.get(), out.data(), &written) == 1);
}

#ifdef OSTIARY_BENCH_LIBOATH
// It stops at the step that matches: a wrong code makes it look at all of the window, as ours always does.
void liboath_validate(ByteView key) {
  static const bool ready = oath_init() == OATH_OK;
  must(ready);
  int position = 0;
  must(oath_totp_validate2(reinterpret_cast<const char*>(key.data()), key.size(), 1'767'268'800, 30, 0, 1, &position,
                           "000000") == OATH_INVALID_OTP);
}
#endif

}  // namespace

void add_second_factor_pairs() {
  const auto match = [] { operations().totp_match(); };
  add_pair({.name = "match_totp : 3 HMAC-SHA-1, context kept", .ratio_max = 1.2, .ours = match, .raw = [] {
              hmac_with_kept_context(operations().totp_key());
            }});
  add_pair({.name = "match_totp : 3 HMAC-SHA-1, own context", .ratio_max = 1.2, .ours = match, .raw = [] {
              hmac_with_own_context(operations().totp_key());
            }});
  add_pair({.name = "open_totp_secret : AES-256-GCM",
            .ratio_max = 1.2,
            .ours = [] { operations().totp_open(); },
            .raw = raw_open});
  // Each seal draws its own nonce: so does the raw side.
  add_pair({.name = "seal_totp_secret : draw and AES-256-GCM",
            .ratio_max = 1.2,
            .ours =
                [] {
                  auto fresh = Fresh::draw(randomness(), Instant(), nonce_size).value();
                  operations().totp_seal(fresh);
                },
            .raw =
                [] {
                  const auto fresh = Fresh::draw(randomness(), Instant(), nonce_size);
                  must(fresh.has_value());
                  raw_seal();
                }});
#ifdef OSTIARY_BENCH_LIBOATH
  add_pair({.name = "match_totp : oath_totp_validate2", .ratio_max = 0.6, .ours = match, .raw = [] {
              liboath_validate(operations().totp_key());
            }});
#endif
}

}  // namespace ostiary::bench
