#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <ostiary/core_export.hpp>

namespace ostiary::inline v0 {

/// hash_form is a stored password hash with its salt and digest replaced by their lengths: what decides how long it
/// takes to verify, and nothing secret. `$argon2id$v=19$m=19456,t=2,p=1$22$43`, `$2b$12$53`. Of anything else it is
/// empty, or has no more than what stood before the last two `$`.
[[nodiscard]] OSTIARY_CORE_EXPORT std::string hash_form(std::string_view hash);

/// HashCount says how many stored hashes have a form.
struct HashCount {
  std::string form{};
  std::uint64_t count = 0;

  friend bool operator==(const HashCount&, const HashCount&) = default;
};

}  // namespace ostiary::inline v0
