#include <ostiary/rules/decoy.hpp>

#include "crypto/digest.hpp"

namespace ostiary::inline v0 {

Result<std::uint64_t> decoy_draw(const KeyRing& keys, const LoginName& login) {
  OSTIARY_TRY(const auto digest,
              crypto::hmac_sha256(keys.derived_oldest(KeyPurpose::decoy), {as_bytes(login.canonical())}));
  std::uint64_t draw = 0;
  for (const auto byte : ByteView(digest).first(sizeof(draw))) {
    draw = (draw << 8U) | std::to_integer<std::uint64_t>(byte);
  }
  return draw;
}

}  // namespace ostiary::inline v0
