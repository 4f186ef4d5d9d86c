#pragma once

#include <algorithm>

#include <ostiary/base/id.hpp>

namespace ostiary::inline v0 {

enum class FactorSecret : std::uint8_t { totp = 1, recovery_codes };

/// factor_binding is what a sealed part of a second factor is bound to: its kind, its account, and its own id.
[[nodiscard]] inline ByteArray<33> factor_binding(FactorSecret kind, const AccountId& account, const CredentialId& id) {
  ByteArray<33> out{static_cast<std::byte>(kind)};
  auto* const rest = std::ranges::copy(account.bytes(), out.begin() + 1).out;
  std::ranges::copy(id.bytes(), rest);
  return out;
}

}  // namespace ostiary::inline v0
