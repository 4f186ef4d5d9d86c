#pragma once

#include <algorithm>

#include <ostiary/base/id.hpp>

namespace ostiary::inline v0 {

/// FactorPart separates the sealed parts of a second factor: none opens in another's place.
enum class FactorPart : std::uint8_t { totp_secret = 1, recovery_codes };

/// factor_binding is what a sealed part is bound to: its kind, its account, and its own id.
[[nodiscard]] inline ByteArray<33> factor_binding(FactorPart part, const AccountId& account, const CredentialId& id) {
  ByteArray<33> out{static_cast<std::byte>(part)};
  auto* const rest = std::ranges::copy(account.bytes(), out.begin() + 1).out;
  std::ranges::copy(id.bytes(), rest);
  return out;
}

}  // namespace ostiary::inline v0
