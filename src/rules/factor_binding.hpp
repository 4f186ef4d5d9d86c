#pragma once

#include "model/codec.hpp"

namespace ostiary::inline v0 {

/// factor_binding is what a sealed part of a second factor is bound to: its kind, its account, and its own id.
[[nodiscard]] inline Bytes factor_binding(std::string_view kind, const AccountId& account, const CredentialId& id) {
  constexpr std::uint8_t format = 1;
  codec::Writer out(format);
  out.text(kind).id(account).id(id);
  return std::move(out).finish();
}

}  // namespace ostiary::inline v0
