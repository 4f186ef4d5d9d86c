#include "crypto/phc.hpp"
#include "fuzz/fuzz.hpp"

namespace ostiary::fuzz {

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
  must(parsed.salt.size() >= crypto::phc_salt_size_min && parsed.salt.size() <= crypto::phc_field_size_max,
       "the salt is within its bounds");
  must(parsed.digest.size() >= crypto::phc_digest_size_min && parsed.digest.size() <= crypto::phc_field_size_max,
       "the digest is within its bounds");
  return true;
}

}  // namespace ostiary::fuzz
