#pragma once

#include <ostiary/rules/account_edit.hpp>
#include <ostiary/rules/account_removal.hpp>
#include <ostiary/rules/admin_addresses.hpp>
#include <ostiary/rules/client_conflict.hpp>
#include <ostiary/services/organization_admin.hpp>

namespace ostiary::inline v0 {

/// AddressView is one address as a manager may read it.
struct AddressView {
  EmailAddress address;
  PurposeSet purposes{};
  std::optional<Instant> verified_at{};
  Instant added_at{};
};

/// MailView says what became of one mail to the account's owner (R38).
struct MailView {
  MailId id{};
  MailKind kind = MailKind::welcome;
  EmailAddress to;
  MailState state = MailState::queued;
  std::string reason{};  ///< Of a state that is not `sent`: a code such as "smtp-550".
  Instant created_at{};
};

/// FactorView is what a manager may know of an account's second factor.
struct FactorView {
  std::optional<Instant> authenticator_since{};
  std::optional<Instant> email_codes_since{};
  std::size_t recovery_codes_left = 0;
  std::optional<Instant> due{};               ///< The organisation requires one from then on (R56).
  std::vector<std::string> needed_clients{};  ///< Ids, unknown ones too (R64).
  std::vector<ClientConflict> conflicts{};    ///< What its sign-in refuses now, or switching one on would meet.
};

inline constexpr std::size_t mails_shown_max = 20;

/// AccountView is the page about one account: everything that a manager may know, and no secret.
struct AccountView {
  AccountId id{};
  Version version = 0;  ///< An edit made on this page names it.
  LoginName login;
  std::string display_name{};
  std::optional<Locale> locale{};
  AccountStatus status = AccountStatus::invited;
  Role role = Role::member;
  std::vector<AddressView> addresses{};
  std::vector<MailView> mails{};          ///< The newest, newest first; up to mails_shown_max.
  std::optional<Instant> link_ends_at{};  ///< Of the setup link, once active of the reset link, that works now.
  std::optional<Instant> temporary_password_until{};
  FactorView factor{};
  Instant created_at{};
  std::optional<Instant> setup_completed_at{};
};

/// TemporaryPassword is what the manager's form brought.
struct TemporaryPassword {
  SecretString password{};
  SecretString confirmation{};  ///< R9
};

using ViewAccountOutcome = std::variant<AccountView, OperationRefused>;
using EditAccountOutcome = std::variant<AccountEdited, Changed, InputRefused, OperationRefused>;
using ChangeRoleOutcome = std::variant<RoleChanged, Changed, StandingUnchanged, LastManager, OperationRefused>;
using RemoveAccountOutcome = std::variant<AccountRemoved, Changed, LastManager, OperationRefused>;
using AddAccountAddressOutcome = std::variant<AddressAdded, Changed, InputRefused, OperationRefused, Throttled>;
using ReplaceDesignatedOutcome =
    std::variant<DesignatedReplaced, Changed, WrongStatus, InputRefused, OperationRefused, Throttled>;
using EndAccountSessionsOutcome = std::variant<Effects, OperationRefused>;
using SendResetLinkOutcome = std::variant<ResetLinkQueued, WrongStatus, OperationRefused, Throttled>;
using SetTemporaryPasswordOutcome =
    std::variant<TemporaryPasswordSet, WrongStatus, CredentialsRefused, OperationRefused, Throttled>;

/// AccountAdmin is a manager's work on one account of the organisation (view Manage Organization). Const and safe from
/// many threads. Who may do what is in rules/admin_rules, asked in each pass of the very record that is written; every
/// refusal is audited. What does not exist, is removed, or is another organisation's is `not_found` (R30).
///
/// Version: an edit names the version that its page showed; where another one is stored, the outcome is Changed and
///          nothing is written.
/// Mail:    whatever sends one is charged as mail of its address and organisation (R70), notices too, and refused where
///          that is spent; an organisation that is not active sends none: not_found.
/// Errors:  actor_revoked where the actor's session, role or organisation ended since the proof was made; nothing is
///          written. Else as SignIn.
class OSTIARY_CORE_EXPORT AccountAdmin {
 public:
  explicit AccountAdmin(const Environment& env) : env_(env) {}
  explicit AccountAdmin(const Environment&& env) = delete;

  /// view gives the page about an account. What staff and host read is audited.
  [[nodiscard]] Result<ViewAccountOutcome> view(const Actor& actor, const AccountId& account) const;

  /// edit writes name and language. Flaws: as parse_account_edit.
  [[nodiscard]] Result<EditAccountOutcome> edit(const Actor& actor, const AccountId& account, Version shown,
                                                const AccountEdit& wanted) const;

  /// change_role ends the account's sessions (R68). The last active manager stays one, whoever asks (R67).
  [[nodiscard]] Result<ChangeRoleOutcome> change_role(const Actor& actor, const AccountId& account, Version shown,
                                                      Role role) const;

  /// remove erases the account's personal data and ends everything of it; id and login name stay reserved (R75).
  [[nodiscard]] Result<RemoveAccountOutcome> remove(const Actor& actor, const AccountId& account, Version shown) const;

  /// add_address adds an address for notifications only (R15, R19); an invited account's gets the welcome mail (R38).
  /// Flaws: "email", malformed or as decide_added_address.
  [[nodiscard]] Result<AddAccountAddressOutcome> add_address(const Actor& actor, const AccountId& account,
                                                             Version shown, std::string_view email) const;

  /// replace_designated corrects an invited account's designated address (R15) and sends the welcome mail there. The link
  /// that the former address got is dead at once. Flaws: "email", malformed or as decide_replaced_address.
  [[nodiscard]] Result<ReplaceDesignatedOutcome> replace_designated(const Actor& actor, const AccountId& account,
                                                                    Version shown, std::string_view email) const;

  /// end_sessions signs the account out everywhere.
  [[nodiscard]] Result<EndAccountSessionsOutcome> end_sessions(const Actor& actor, const AccountId& account) const;

  /// send_reset_link mails an active account's owner a link to choose a new password (R36).
  [[nodiscard]] Result<SendResetLinkOutcome> send_reset_link(const Actor& actor, const AccountId& account) const;

  /// set_temporary_password gives an active account a password for `policies.admin.temporary_password_lifetime`, which
  /// has to be changed at the next sign-in (R36). The owner is told by mail, without it.
  /// Order:   actor, permission, policy, mail budget, hash, commit.
  [[nodiscard]] Result<SetTemporaryPasswordOutcome> set_temporary_password(const Actor& actor, const AccountId& account,
                                                                           TemporaryPassword wanted) const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
