#pragma once

#include <optional>
#include <string>

#include <ostiary/model/account.hpp>

namespace ostiary::inline v0 {

/// CurrentPassword is what the hasher said of the password by which a signed-in owner proves to be the owner still.
struct CurrentPassword {
  bool matches = false;
  std::string verified_hash{};  ///< The stored hash that the verdict is about; of an account without one, a decoy.
};

enum class PasswordProof : std::uint8_t {
  right = 1,
  wrong,
  stale,  ///< None was made, or the stored hash changed since: start over.
};

/// judge_current_password says whether the verdict proves the owner of `account` as it stands now. An account without a
/// password has nothing to prove it by.
[[nodiscard]] OSTIARY_CORE_EXPORT PasswordProof judge_current_password(const std::optional<CurrentPassword>& current,
                                                                       const Account& account);

enum class CurrentPasswordRefusal : std::uint8_t {
  required = 1,  ///< This operation asks for the current password, and none was given. Nothing was charged.
  wrong,
};

/// CurrentPasswordRefused: nothing was changed.
struct CurrentPasswordRefused {
  CurrentPasswordRefusal reason = CurrentPasswordRefusal::wrong;
};

}  // namespace ostiary::inline v0
