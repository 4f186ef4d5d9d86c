#pragma once

#include "crypto/digest.hpp"
#include <ostiary/model/link.hpp>

namespace ostiary::inline v0 {

/// big_endian writes a number of a token.
[[nodiscard]] ByteArray<4> big_endian(std::uint32_t value) noexcept;

/// link_mac is the secret of a link: HMAC-SHA-256 over purpose, id and generation. `key` is of KeyPurpose::link.
[[nodiscard]] Result<crypto::Digest> link_mac(ByteView key, LinkPurpose purpose, const LinkId& id,
                                              Generation generation);

}  // namespace ostiary::inline v0
