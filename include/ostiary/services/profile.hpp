#pragma once

#include <ostiary/rules/address_links.hpp>
#include <ostiary/rules/device_end.hpp>
#include <ostiary/rules/profile_edit.hpp>
#include <ostiary/services/account_setup.hpp>
#include <ostiary/services/organization_admin.hpp>

namespace ostiary::inline v0 {

/// PasswordChange is what the form of a new password brought (R39).
struct PasswordChange {
  SecretString current{};
  SecretString password{};
  SecretString confirmation{};  ///< The new one, typed again (R9).
  ClientContext client;
};

/// PinChange is what the form of a new PIN brought.
struct PinChange {
  SecretString current_password{};
  SecretString pin{};
  ClientContext client;
};

/// AddressEntry is what a form about one address brought.
struct AddressEntry {
  std::string_view address{};       ///< As typed.
  PurposeSet purposes{};            ///< Of add_address and set_purposes.
  SecretString current_password{};  ///< Empty where the form did not ask.
  ClientContext client;
};

/// AddressLinkPage is what the page behind a link about an address may show to the bearer of one that works.
struct AddressLinkPage {
  std::string login_name{};
  std::string organization_name{};
  EmailAddress address;  ///< That is confirmed, or designated again.
  PurposeSet wanted{};   ///< What the confirmed address gets.
  Instant expires_at{};
};

/// DeviceView is one known device as its owner sees it.
struct DeviceView {
  DeviceId id{};
  std::string network{};
  std::string user_agent{};
  Instant created_at{};
  Instant last_seen_at{};
  std::optional<Instant>
      remembered_until{};  ///< It goes without the second factor until then (R66); end_device ends it.
};

using EditProfileOutcome = std::variant<ProfileEdited, ProfileChanged, InputRefused>;
using ChangePasswordOutcome = std::variant<PasswordChanged, CredentialsRefused, CurrentPasswordRefused, Throttled>;
using ChangePinOutcome = std::variant<PinChanged, CredentialsRefused, CurrentPasswordRefused, Throttled>;
using AddressOutcome = std::variant<AddressSaved, AddressRefused, CurrentPasswordRefused, Throttled>;
using InspectAddressOutcome = std::variant<AddressLinkPage, LinkRefused>;
using ConfirmAddressOutcome = std::variant<AddressConfirmed, AddressRefused, LinkRefused, Throttled>;
using RevokeChangeOutcome = std::variant<AddressChangeRevoked, LinkRefused, Throttled>;

/// Profile is the view My Account: what an owner sees and changes of the own account (R40). Const and safe from many
/// threads. Sessions are seen and ended by `Sessions`.
///
/// Owner:   each deciding commit checks the owner's session again: one that ended meanwhile changes nothing, and the
///          answer is Errc::actor_revoked. That a session is not used from elsewhere is the host's part (CSRF).
/// Password: where one is asked for, a try is charged per account before it is compared, and given back where it is
///          right (R70). A wrong one is audited. An operation that asks for it says CurrentPasswordRefused with
///          `required` where none was given.
/// Errors:  hasher_busy, conflict, entropy_unavailable and the store's: try again.
class OSTIARY_CORE_EXPORT Profile {
 public:
  explicit Profile(const Environment& env) : env_(env) {}
  explicit Profile(const Environment&& env) = delete;

  /// view gives what the page shows.
  [[nodiscard]] Result<ProfilePage> view(const SignedIn& owner) const;

  /// edit writes display name and locale where nobody changed the account since the page was shown. Flaws: as
  /// parse_profile_edit.
  [[nodiscard]] Result<EditProfileOutcome> edit(const SignedIn& owner, const ProfileEdit& entry,
                                                const ClientContext& client) const;

  /// change_password sets a new password (R39). Mismatch and policy are judged first, before any charge or hash. This
  /// session stays; other sessions, known devices and pending links end. A notice goes to the designated address, and
  /// to the former ones of changes that can still be revoked.
  [[nodiscard]] Result<ChangePasswordOutcome> change_password(const SignedIn& owner, PasswordChange entry) const;

  /// change_pin sets a new PIN. The policy is judged first.
  [[nodiscard]] Result<ChangePinOutcome> change_pin(const SignedIn& owner, const PinChange& entry) const;

  /// add_address adds an address (R16) and mails it a link. It has no purpose until that is followed. The current
  /// password is asked for where it is to get more than `notification` (R19). Show address_advice with the form, always
  /// (R51). Budget of each mail: one of the organisation and one of the address.
  [[nodiscard]] Result<AddressOutcome> add_address(const SignedIn& owner, const AddressEntry& entry) const;
  /// request_designated mails a link to one of the account's addresses, which makes it the designated one (R15).
  [[nodiscard]] Result<AddressOutcome> request_designated(const SignedIn& owner, const AddressEntry& entry) const;
  /// send_confirmation mails the link that confirms an address again; the older one dies when it is handed over.
  [[nodiscard]] Result<AddressOutcome> send_confirmation(const SignedIn& owner, const AddressEntry& entry) const;
  /// set_purposes gives and takes `recovery`, `sign_in` and `notification`; of an unverified address what it has not
  /// waits for its confirmation. The current password is asked for where one of the first two is given or taken.
  [[nodiscard]] Result<AddressOutcome> set_purposes(const SignedIn& owner, const AddressEntry& entry) const;
  /// remove_address removes any address but the designated one; with the current password where it has, or waits for,
  /// more than `notification`.
  [[nodiscard]] Result<AddressOutcome> remove_address(const SignedIn& owner, const AddressEntry& entry) const;

  /// The page behind the link of a confirm_address mail, and its button. They need no session: the link is the proof
  /// of the one address that it was sent to. inspect writes nothing (S296). See decide_confirmation for what ends where
  /// the address becomes designated. Errors: malformed_token — not one of our links: no store call was made;
  /// key_unknown.
  [[nodiscard]] Result<InspectAddressOutcome> inspect_address_link(std::string_view token) const;
  [[nodiscard]] Result<ConfirmAddressOutcome> confirm_address(std::string_view token,
                                                              const ClientContext& client) const;

  /// The page behind the link of an address_changed mail, and its button: see decide_revocation. It works once, for 72
  /// hours, whatever became of password, sessions and later changes. Ask nothing of its bearer but the button.
  [[nodiscard]] Result<InspectAddressOutcome> inspect_address_change(std::string_view token) const;
  [[nodiscard]] Result<RevokeChangeOutcome> revoke_address_change(std::string_view token,
                                                                  const ClientContext& client) const;

  /// devices gives the owner's known devices, oldest first.
  [[nodiscard]] Result<std::vector<DeviceView>> devices(const SignedIn& owner) const;
  /// end_device makes one of them an unknown one; its sessions go on.
  [[nodiscard]] Result<DeviceEnd> end_device(const SignedIn& owner, const DeviceId& id,
                                             const ClientContext& client) const;
  [[nodiscard]] Result<DevicesEnded> end_all_devices(const SignedIn& owner, const ClientContext& client) const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
