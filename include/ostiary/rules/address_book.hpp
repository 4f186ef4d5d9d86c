#pragma once

#include <string_view>
#include <variant>

#include <ostiary/base/client_context.hpp>
#include <ostiary/rules/current_password.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/effect_table.hpp>
#include <ostiary/rules/mail_intent.hpp>
#include <ostiary/rules/session.hpp>

namespace ostiary::inline v0 {

/// AddressAct is what an owner does with one address of the account.
enum class AddressAct : std::uint8_t {
  add = 1,
  request_designated,  ///< It becomes designated once its link is followed (R15).
  send_confirmation,   ///< The link that confirms it once more.
  set_purposes,
  remove,
};

/// AddressRequest asks for one act. `purposes` are those of add and of set_purposes.
struct AddressRequest {
  AddressAct act = AddressAct::add;
  EmailAddress address;
  PurposeSet purposes{};
};

enum class AddressRefusal : std::uint8_t {
  malformed = 1,         ///< Not an address (EmailAddress).
  unknown,               ///< The account does not have it.
  present,               ///< The account has it already.
  too_many,              ///< The account has addresses_count_max.
  purposes_not_allowed,  ///< An address is added with one purpose at least; set_purposes does not set `designated`.
  designated,            ///< The designated address is replaced, not removed; and is designated already.
  nothing_to_confirm,    ///< It is verified, and waits for nothing.
  too_many_changes,      ///< revocable_changes_count_max changes of the designated address can still be revoked.
};

struct AddressRefused {
  AddressRefusal reason = AddressRefusal::unknown;
};

/// AddressPlan is what an act would make of an account.
struct AddressPlan {
  Account next;
  AuditKind kind = AuditKind::address_added;
  std::string_view reason{};             ///< Of the event.
  std::optional<SecurityEvent> event{};  ///< What ends by it (R68); `next` has its epochs.
  bool needs_password =
      false;  ///< It gives or takes more than `notification`: the current password is asked for (R19).
  bool sends_confirmation = false;  ///< A link goes to the address.
  bool is_trusted = false;          ///< The address gets recovery or sign_in at once: the owner is told.
};

/// plan_address_request says what the act makes of the account, or why it may not be.
///
/// add:           the address has no purpose until it is confirmed, and then those that it was added with.
/// set_purposes:  a verified address has them at once. Of an unverified one, those that it has not stay wanted until it
///                is confirmed. `designated` stays as it is.
/// send_confirmation: asks for the current password where the wish is for more than `notification`: it may be older than
///                the password.
/// remove:        where it had or wanted more than `notification`, the pending links end: one may have been mailed to it.
[[nodiscard]] OSTIARY_CORE_EXPORT std::variant<AddressPlan, AddressRefusal> plan_address_request(
    Account account, const AddressRequest& request, Instant now);

/// AddressFacts is what decide_address_request weighs, loaded in this pass.
struct AddressFacts {
  Account account;
  Organization organization;
  std::optional<Link> confirmation{};  ///< The row that the address's entry names, where it names one.
};

/// AddressSaved: it is done. What is wanted waits for the link in `confirmation`.
struct AddressSaved {
  std::optional<MailId> confirmation{};
  std::optional<Effects> ended{};
};

using AddressRequestOutcome = std::variant<AddressSaved, AddressRefused, CurrentPasswordRefused, StaleVerdict>;

/// decide_address_request writes what plan_address_request says, with the mail to the address and the event. A wrong
/// current password leaves the event operation_refused and nothing else.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<AddressRequestOutcome> decide_address_request(
    const SignedIn& owner, const AddressFacts& facts, const AddressRequest& request,
    const std::optional<CurrentPassword>& current, const ClientContext& client, const MailPolicy& policy, Fresh& fresh,
    Instant now);

/// address_advice is what to show, always, where an address is added (R51): it must not depend on who else has the
/// address, or it would tell (R71). English and French; of any other language English.
[[nodiscard]] OSTIARY_CORE_EXPORT std::string_view address_advice(const Locale& locale) noexcept;

/// revocable_count is how many changes of the designated address can still be revoked.
[[nodiscard]] OSTIARY_CORE_EXPORT std::size_t revocable_count(const Account& account, Instant now) noexcept;

}  // namespace ostiary::inline v0
