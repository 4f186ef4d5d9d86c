#pragma once

#include <ostiary/base/client_context.hpp>
#include <ostiary/rules/address_book.hpp>
#include <ostiary/rules/link.hpp>

namespace ostiary::inline v0 {

/// judge_confirmation is judge_link of a link that confirms an address; voided also where the organisation is not
/// active, or the row is not that of the entry with the very address that the link was sent to (S340).
[[nodiscard]] OSTIARY_CORE_EXPORT LinkVerdict judge_confirmation(const LinkTicket& ticket, const LinkFacts& facts,
                                                                 Instant now);
/// judge_revocation is judge_link of a link that revokes a change of the designated address; voided also where the
/// organisation is not active, or the change was revoked already, by itself or with an older one.
[[nodiscard]] OSTIARY_CORE_EXPORT LinkVerdict judge_revocation(const LinkTicket& ticket, const LinkFacts& facts,
                                                               Instant now);

/// confirmed_entry is the address that the link of a ticket confirms; null where it confirms none.
[[nodiscard]] OSTIARY_CORE_EXPORT const AccountAddress* confirmed_entry(const LinkFacts& facts) noexcept;
/// revoked_change is the change that the link of a ticket revokes; null where it revokes none.
[[nodiscard]] OSTIARY_CORE_EXPORT const RevocableChange* revoked_change(const LinkFacts& facts, Instant now) noexcept;

/// AddressConfirmed: the address is verified and has what was wanted for it. Where that made it designated, `ended`
/// says what ended, and the former designated address has the notice with the link that revokes the change.
struct AddressConfirmed {
  EmailAddress address;
  PurposeSet purposes{};
  std::optional<Effects> ended{};
};

using ConfirmationOutcome = std::variant<AddressConfirmed, AddressRefused, LinkRefused>;

/// decide_confirmation consumes a link and verifies its address. Where it becomes designated (R15): the former one
/// keeps its other purposes, a RevocableChange stands for 72 hours from its notice, and every session and pending link
/// ends, since no session asks for it; AddressRefused with too_many_changes, and nothing used, where there is no room
/// for the change.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<ConfirmationOutcome> decide_confirmation(const LinkTicket& ticket,
                                                                                    const LinkFacts& facts,
                                                                                    const ClientContext& client,
                                                                                    const MailPolicy& policy,
                                                                                    Fresh& fresh, Instant now);

/// AddressChangeRevoked: the account is in its former owner's hands. The password is gone; a reset link goes to the
/// address that is designated again.
struct AddressChangeRevoked {
  EmailAddress designated;
  MailId reset_mail{};
  Effects ended{};
};

using RevocationOutcome = std::variant<AddressChangeRevoked, LinkRefused>;

/// decide_revocation consumes the link of a change and takes it back, with every newer one: the former address is
/// designated again, also where it was removed since; every other address keeps `notification` at most and waits for
/// nothing; the password is gone; every session, device and pending link ends. `reset` is the account's row of reset
/// links, where it has one.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<RevocationOutcome> decide_revocation(
    const LinkTicket& ticket, const LinkFacts& facts, const std::optional<Link>& reset, const ClientContext& client,
    const MailPolicy& policy, Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
