#pragma once

#include <ostiary/base/login_name.hpp>
#include <ostiary/model/key_ring.hpp>

namespace ostiary::inline v0 {

/// decoy_draw is the draw of PasswordHasher::decoy for a login name: a digest under the ring's oldest key, so that every
/// process and every restart draws alike, and nobody without the key can tell which login draws what (R74).
/// Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::uint64_t> decoy_draw(const KeyRing& keys, const LoginName& login);

}  // namespace ostiary::inline v0
