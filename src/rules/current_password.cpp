#include <ostiary/rules/current_password.hpp>

namespace ostiary::inline v0 {

PasswordProof judge_current_password(const std::optional<CurrentPassword>& current, const Account& account) {
  if (!current || (account.password && account.password->hash != current->verified_hash)) {
    return PasswordProof::stale;
  }
  return account.password && current->matches ? PasswordProof::right : PasswordProof::wrong;
}

}  // namespace ostiary::inline v0
