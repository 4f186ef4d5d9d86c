#pragma once

#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0::services {

/// check_new_password gives every rule that the password typed for the account breaks, the host's blocklist asked.
[[nodiscard]] Result<std::vector<PasswordFlaw>> check_new_password(const Environment& env, NewPassword& typed,
                                                                   const Account& account,
                                                                   const Organization& organization);

/// hash_new_password gives the one-way string of a password that check_new_password let pass.
[[nodiscard]] Result<std::string> hash_new_password(const Environment& env, const SecretString& password);

}  // namespace ostiary::inline v0::services
