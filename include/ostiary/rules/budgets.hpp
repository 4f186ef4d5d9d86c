#pragma once

#include <initializer_list>

#include <ostiary/base/client_context.hpp>
#include <ostiary/model/account.hpp>
#include <ostiary/model/budget.hpp>
#include <ostiary/model/key_ring.hpp>
#include <ostiary/model/recovery_request.hpp>

namespace ostiary::inline v0 {

/// BudgetPolicy limits tries before the costly work (R70). Each is a back-off, never a lock: one try comes back every
/// window / count. A sign-in from a known device is charged to that device alone, from an unknown one, and where the
/// device's tries are spent, to the network and the login name: so nobody else's guesses, from the same network or from
/// many, keep an owner out at his own device.
struct BudgetPolicy {
  Budget password_per_network{.count = 100, .window = std::chrono::minutes(10)};
  Budget password_per_login_and_network{.count = 10, .window = std::chrono::minutes(10)};
  Budget password_per_login{.count = 30, .window = std::chrono::minutes(30)};  ///< Over all unknown devices.
  Budget password_per_device{.count = 10, .window = std::chrono::minutes(10)};
  Budget link_per_network{.count = 60, .window = std::chrono::minutes(10)};
  Budget link_per_account{.count = 20, .window = std::chrono::hours(1)};
  Budget pin_per_account{.count = 10, .window = std::chrono::hours(1)};
  Budget mail_per_address{.count = 10, .window = std::chrono::hours(1)};
  Budget mail_per_organization{.count = 2000, .window = std::chrono::hours(1)};
  Budget recovery_per_network{.count = 30, .window = std::chrono::minutes(10)};
  Budget recovery_per_address{.count = 5, .window = std::chrono::hours(1)};
  /// Of the current password, which the profile asks for.
  Budget reauthentication_per_account{.count = 10, .window = std::chrono::minutes(10)};
  Budget confirmation_per_account{.count = 20, .window = std::chrono::hours(1)};  ///< Mails that its owner has sent.
  Budget bulk_per_organization{.count = 20, .window = std::chrono::hours(24)};    ///< Bulk welcomes begun.
  Budget factor_per_ceremony{.count = 5, .window = std::chrono::hours(1)};  ///< Of one sign-in: five, and it is over.
  /// Over all devices that are not known: with what comes back meanwhile 30 in any 24 hours. Three codes of a million are
  /// right at a time, so who has the password guesses one with less than 1 in 10,000 a day.
  Budget factor_per_account{.count = 15, .window = std::chrono::hours(24)};
  /// Of a known device, for itself, and of an account over all its sessions.
  Budget factor_per_device{.count = 15, .window = std::chrono::hours(24)};
  Budget factor_per_network{.count = 60, .window = std::chrono::minutes(10)};
  Budget notice_per_account{.count = 10, .window = std::chrono::hours(1)};  ///< Of sign-ins from unknown devices.
};

/// BudgetSubject separates the keys of different budgets.
enum class BudgetSubject : std::uint8_t {
  password_network = 1,
  password_login_network,
  password_login,
  link_network,
  link_account,
  pin_account,
  mail_address,
  mail_organization,
  password_device,
  notice_account,
  recovery_network,
  recovery_address,
  reauthentication_account,
  bulk_organization,
  confirmation_account,
  factor_network,
  factor_ceremony,
  factor_account,
  factor_device,
};

/// make_budget_key digests what is counted under the current key of the ring: a budget row tells nobody what was typed.
/// Making another key current starts every budget anew. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<BudgetKey> make_budget_key(const KeyRing& keys, BudgetSubject subject,
                                                                    std::initializer_list<std::string_view> parts);

/// The charges of one operation, in the order in which they are taken; of a sign-in by password from an unknown device.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<Charge>> password_charges(const KeyRing& keys,
                                                                               const BudgetPolicy& policy,
                                                                               const LoginName& login,
                                                                               const ClientNetwork& network);
/// The charges of a sign-in by password from the device that a cookie names for the login name.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<Charge>> device_charges(const KeyRing& keys,
                                                                             const BudgetPolicy& policy,
                                                                             const DeviceId& device);
/// The charges of one use of a link. `link` names the link and, where its row has many generations, which one: the tries
/// that a dead link is given away for are not those of the one that works.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<Charge>> link_charges(const KeyRing& keys,
                                                                           const BudgetPolicy& policy,
                                                                           std::string_view link,
                                                                           const ClientNetwork& network);
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<Charge>> pin_charges(const KeyRing& keys,
                                                                          const BudgetPolicy& policy,
                                                                          const AccountId& account);
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<Charge>> mail_charges(const KeyRing& keys,
                                                                           const BudgetPolicy& policy,
                                                                           const EmailAddress& address,
                                                                           const OrganizationId& organization);

/// The charges of what somebody without a session asks for an address: the address as typed, whosever it is (R31). Each
/// kind has tries of its own: who asks for names in somebody's place keeps no reset link from him.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<Charge>> recovery_charges(const KeyRing& keys,
                                                                               const BudgetPolicy& policy,
                                                                               RecoveryKind kind,
                                                                               const EmailAddress& address,
                                                                               const ClientNetwork& network);

/// The charge of one notice to an account's owner. Where it is refused there is no notice, and what it was of goes on.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<Charge>> notice_charges(const KeyRing& keys,
                                                                             const BudgetPolicy& policy,
                                                                             const AccountId& account);

/// The charge of one current password that a signed-in owner gives.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<Charge>> reauthentication_charges(const KeyRing& keys,
                                                                                       const BudgetPolicy& policy,
                                                                                       const AccountId& account);

/// The charges of a mail that an account's owner has sent to an address of his, first his own: nobody spends the
/// organisation's mails, or writes to strangers in its name, beyond that.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<Charge>> confirmation_charges(const KeyRing& keys,
                                                                                   const BudgetPolicy& policy,
                                                                                   const EmailAddress& address,
                                                                                   const AccountStanding& account);

/// The charge of one use of a ceremony's ticket, `what` apart from any other: five codes, and the sign-in begins anew.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<Charge>> ceremony_charges(const KeyRing& keys,
                                                                               const BudgetPolicy& policy,
                                                                               ByteView ceremony,
                                                                               std::string_view what);

/// The charges of one proof of a second factor: of the account over all devices that are not known, and of the network.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<Charge>> factor_charges(const KeyRing& keys,
                                                                             const BudgetPolicy& policy,
                                                                             const AccountId& account,
                                                                             const ClientNetwork& network);
/// The charge of a ticket that works no more: of the network alone.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<Charge>> factor_network_charges(const KeyRing& keys,
                                                                                     const BudgetPolicy& policy,
                                                                                     const ClientNetwork& network);
/// The charge of one from a known device (`place` is its id), or in any session of an account (the account's id): nobody
/// without one spends it.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<Charge>> known_factor_charges(const KeyRing& keys,
                                                                                   const BudgetPolicy& policy,
                                                                                   std::string_view place);

/// The charge of one bulk welcome that is begun (R26, R70).
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::vector<Charge>> bulk_charges(const KeyRing& keys,
                                                                           const BudgetPolicy& policy,
                                                                           const OrganizationId& organization);

/// is_valid says whether a budget's numbers are in range (see Budget).
[[nodiscard]] OSTIARY_CORE_EXPORT bool is_valid(const Budget& budget) noexcept;

}  // namespace ostiary::inline v0
