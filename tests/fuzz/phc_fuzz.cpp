#include <cmath>

#include "crypto/phc.hpp"
#include "fuzz/fuzz.hpp"

namespace ostiary::fuzz {

namespace {

// RFC 7914 §5 in numbers that do not wrap around: a hash that asks for much memory must be seen to.
void check_scrypt_memory(const crypto::ScryptParameters& scrypt) {
  const long double n = std::exp2(static_cast<long double>(scrypt.log2_n));
  const long double bytes = 128.0L * scrypt.block_size * (n + 2.0L + scrypt.lanes);
  const auto counted = static_cast<long double>(crypto::memory_kib_of(scrypt)) * 1024.0L;
  must(counted >= bytes && counted < bytes + 1024.0L, "the memory of scrypt is counted as it is");
}

}  // namespace

bool phc(std::string_view input) {
  constexpr std::size_t text_size_max = 256;
  const auto hash = crypto::parse_phc(input);
  if (!hash) {
    must(hash.assume_error() == Errc::malformed_password_hash, "a hash is refused as malformed");
    return false;
  }
  const auto& parsed = hash.value();
  must(input.size() <= text_size_max, "an accepted hash is short");
  must(crypto::write_phc(parsed) == input, "what was parsed is written as it was: one spelling");
  must(crypto::is_possible(parsed.parameters), "accepted parameters are possible");
  must(crypto::memory_kib_of(parsed.parameters) > 0, "memory is counted for every hash");
  if (const auto* scrypt = std::get_if<crypto::ScryptParameters>(&parsed.parameters)) {
    check_scrypt_memory(*scrypt);
  }
  must(parsed.salt.size() >= crypto::phc_salt_size_min && parsed.salt.size() <= crypto::phc_field_size_max,
       "the salt is within its bounds");
  must(parsed.digest.size() >= crypto::phc_digest_size_min && parsed.digest.size() <= crypto::phc_field_size_max,
       "the digest is within its bounds");
  return true;
}

}  // namespace ostiary::fuzz
