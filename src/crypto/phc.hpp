#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "bcrypt.hpp"
#include "password_kdf.hpp"
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0::crypto {

inline constexpr std::size_t phc_salt_size_min = 8;
inline constexpr std::size_t phc_digest_size_min = 16;  // a shorter digest would match by chance
inline constexpr std::size_t phc_field_size_max = 64;

/// PhcBytes is a salt or a digest: up to phc_field_size_max bytes, without a heap call.
class PhcBytes {
 public:
  PhcBytes() noexcept = default;
  explicit PhcBytes(std::size_t size) { resize(size); }
  explicit PhcBytes(ByteView bytes) : PhcBytes(bytes.size()) { std::ranges::copy(bytes, begin()); }

  void resize(std::size_t size) {
    OSTIARY_ASSERT(size <= phc_field_size_max);
    size_ = size;
  }
  [[nodiscard]] std::byte* data() noexcept { return memory_.data(); }
  [[nodiscard]] const std::byte* data() const noexcept { return memory_.data(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::byte front() const noexcept { return memory_.front(); }
  [[nodiscard]] std::byte* begin() noexcept { return data(); }
  [[nodiscard]] std::byte* end() noexcept { return data() + size_; }
  [[nodiscard]] const std::byte* begin() const noexcept { return data(); }
  [[nodiscard]] const std::byte* end() const noexcept { return data() + size_; }

  friend bool operator==(const PhcBytes& a, const PhcBytes& b) noexcept { return std::ranges::equal(a, b); }

 private:
  ByteArray<phc_field_size_max> memory_{};
  std::size_t size_ = 0;
};

/// PhcHash is a stored password hash: how it was made, its salt, and the digest itself.
struct PhcHash {
  KdfParameters parameters;
  PhcBytes salt;    ///< phc_salt_size_min to phc_field_size_max bytes.
  PhcBytes digest;  ///< phc_digest_size_min to phc_field_size_max bytes.
  friend bool operator==(const PhcHash&, const PhcHash&) = default;
};

/// parse_phc reads one of
///   $argon2id$v=19$m=19456,t=2,p=1$salt$digest      (argon2i likewise)
///   $scrypt$ln=17,r=8,p=1$salt$digest
///   $pbkdf2-sha256$i=600000$salt$digest             (pbkdf2-sha512 and pbkdf2-sha1 likewise)
///   $2b$12$saltdigest                               (bcrypt; $2b-sha256$12$… is BcryptInput::sha256_hex)
/// with the parameters in this order, numbers in decimal without leading zeros, salt and digest in RFC 4648 §4 base64
/// without padding; bcrypt's in its own alphabet, the cost in two digits. There is one spelling for each hash. Anything
/// else, or parameters that the algorithm does not allow, is Errc::malformed_password_hash. It says nothing about cost:
/// whether to run one is the caller's to decide.
[[nodiscard]] Result<PhcHash> parse_phc(std::string_view text);

/// write_phc is the inverse of parse_phc for everything that parse_phc can give.
[[nodiscard]] std::string write_phc(const PhcHash& hash);

}  // namespace ostiary::inline v0::crypto
