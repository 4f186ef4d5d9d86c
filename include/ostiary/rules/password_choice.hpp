#pragma once

#include <ostiary/rules/ceremony.hpp>
#include <ostiary/rules/effect_table.hpp>
#include <ostiary/rules/sign_in.hpp>

namespace ostiary::inline v0 {

/// PasswordChoiceFacts is what the bearer of a ticket is weighed against, all loaded in this pass.
struct PasswordChoiceFacts {
  std::optional<Account> account{};
  std::optional<Organization> organization{};
};

/// PasswordChosen: the new password is set, and its owner signed in with it.
struct PasswordChosen {
  SignInSuccess signed_in;
  Effects ended{};
};

/// Where the account asks for a second factor, or must have one, the password is set and the answer says what follows: no
/// session began (S273).
using PasswordChoiceOutcome =
    std::variant<PasswordChosen, SecondFactorRequired, EnrolmentRequired, FactorUnsupported, TicketRefused>;

/// decide_password_choice puts a password that its owner chose in the temporary one's place, and signs the owner in, in
/// one set: ConsumeOnce, PutAccount, PutSession, PutDevice, the notice, and two events. What the effect table names for
/// a changed password ends; the new session and device stand under the new epochs. The ticket is refused as
/// ceremony_refusal says. `password_hash` is empty where an
/// earlier look found the ticket not good: then it is refused. Pure. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<Decision<PasswordChoiceOutcome>> decide_password_choice(
    const Ceremony& ceremony, const PasswordChoiceFacts& facts, const std::string& password_hash,
    const std::vector<DeviceEntry>& cookie, const ClientContext& client, const SignInPolicies& policies,
    const KeyRing& keys, Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
