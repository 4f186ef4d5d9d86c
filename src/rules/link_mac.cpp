#include "link_mac.hpp"

namespace ostiary::inline v0 {

ByteArray<4> big_endian(std::uint32_t value) noexcept {
  ByteArray<4> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out.at(i) = static_cast<std::byte>((value >> (8 * (out.size() - 1 - i))) & 0xffU);
  }
  return out;
}

// Every part has a fixed length, so no two meanings share one input.
Result<crypto::Digest> link_mac(ByteView key, LinkPurpose purpose, const LinkId& id, Generation generation) {
  const ByteArray<1> label{static_cast<std::byte>(purpose)};
  return crypto::hmac_sha256(key, {label, id.bytes(), big_endian(generation)});
}

}  // namespace ostiary::inline v0
