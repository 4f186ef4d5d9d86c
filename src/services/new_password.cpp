#include "new_password.hpp"

#include "committing.hpp"

namespace ostiary::inline v0::services {

Result<std::vector<PasswordFlaw>> check_new_password(const Environment& env, NewPassword& typed, const Account& account,
                                                     const Organization& organization) {
  if (env.blocklist != nullptr && env.policies.password.refuse_blocklisted) {
    if (const auto normal = normalize_password(typed.password)) {
      OSTIARY_TRY(typed.blocklisted, env.blocklist->contains(normal.value()));
    }
  }
  const auto words = password_context(account, organization);
  typed.context_words = words;
  auto flaws = check_password(env.policies.password, typed);
  typed.context_words = {};
  return flaws;
}

Result<std::string> hash_new_password(const Environment& env, const SecretString& password) {
  OSTIARY_TRY(const auto normal, normalize_password(password));
  return observe_hash(env, [&] { return env.hasher.hash(normal); });
}

}  // namespace ostiary::inline v0::services
