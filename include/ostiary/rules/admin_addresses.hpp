#pragma once

#include <ostiary/rules/actor.hpp>
#include <ostiary/rules/admin_facts.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/effect_table.hpp>
#include <ostiary/rules/invitation.hpp>

namespace ostiary::inline v0 {

/// AdminAddressFacts is what a manager's change of an account's addresses is decided from, all loaded in this pass.
struct AdminAddressFacts {
  AdminFacts subject;
  std::optional<Link> setup_link{};
};

struct AddressAdded {
  Version current = 0;                   ///< The account's version now.
  std::optional<MailId> welcome_mail{};  ///< Of an invited account: the new address gets the welcome mail too (R38).
};

struct DesignatedReplaced {
  Version current = 0;
  MailId welcome_mail{};
  Effects ended{};  ///< The older link is dead from this commit on: it may be in a stranger's inbox.
};

using AddAddressOutcome = std::variant<AddressAdded, Changed, InputFlaw>;
using ReplaceAddressOutcome = std::variant<DesignatedReplaced, Changed, InputFlaw, WrongStatus>;

/// sends_welcome says whether an address that is added gets a welcome mail.
[[nodiscard]] OSTIARY_CORE_EXPORT bool sends_welcome(const AdminFacts& facts) noexcept;

/// decide_added_address adds an address for notifications only: nothing that a manager adds opens an account (R19). Of an
/// invited account the mail's link proves this address and no other; it takes the older link's place when it is handed
/// over (R24).
/// Flaws: "email" with already_taken (the account has it) or value_not_allowed (`addresses_count_max`).
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<AddAddressOutcome> decide_added_address(
    const Actor& actor, const AdminAddressFacts& facts, Version shown, const EmailAddress& address,
    const MailPolicy& policy, Fresh& fresh, Instant now);

/// decide_replaced_address puts another address in the place of an invited account's designated one and welcomes it
/// (R15). The former address leaves the account.
/// Flaws: "email" with already_taken where it is the designated one.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<ReplaceAddressOutcome> decide_replaced_address(
    const Actor& actor, const AdminAddressFacts& facts, Version shown, const EmailAddress& address,
    const MailPolicy& policy, Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
