#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include <ostiary/base/email_address.hpp>
#include <ostiary/model/organization.hpp>
#include <ostiary/model/second_factor.hpp>

namespace ostiary::inline v0 {

enum class AccountStatus : std::uint8_t {
  invited = 1,  ///< No password yet; cannot sign in (R20).
  active,
  suspended,
  removed,
};

/// AddressPurpose says what an address is for (R19).
enum class AddressPurpose : std::uint8_t {
  designated =
      1,         ///< Welcome, reset and forgotten-login mails go here. Exactly one address of an account has it (R14).
  recovery = 2,  ///< Reset links go here too, once verified.
  sign_in = 4,   ///< May match a single sign-on.
  notification = 8,  ///< Copies of the host's own mails; grants nothing.
};

/// PurposeSet is a set of AddressPurpose.
class PurposeSet {
 public:
  PurposeSet() noexcept = default;
  PurposeSet(std::initializer_list<AddressPurpose> purposes) noexcept {
    for (const auto purpose : purposes) {
      add(purpose);
    }
  }
  [[nodiscard]] static PurposeSet from_bits(std::uint8_t bits) noexcept;

  void add(AddressPurpose purpose) noexcept { bits_ |= static_cast<std::uint8_t>(purpose); }
  void remove(AddressPurpose purpose) noexcept {
    bits_ = static_cast<std::uint8_t>(bits_ & ~static_cast<unsigned>(purpose));
  }
  [[nodiscard]] bool has(AddressPurpose purpose) const noexcept {
    return (bits_ & static_cast<unsigned>(purpose)) != 0;
  }
  [[nodiscard]] std::uint8_t bits() const noexcept { return bits_; }

  friend bool operator==(const PurposeSet&, const PurposeSet&) = default;

 private:
  std::uint8_t bits_ = 0;
};

inline PurposeSet PurposeSet::from_bits(std::uint8_t bits) noexcept {
  PurposeSet set;
  set.bits_ = bits;
  return set;
}

struct AccountAddress {
  EmailAddress address;
  PurposeSet purposes{};
  std::optional<Instant> verified_at{};
  Instant added_at{};
  PurposeSet wanted{};                   ///< What the owner asked for; `purposes` gets it once confirmed (R15, R19).
  std::optional<LinkId> confirmation{};  ///< The row of the link that confirms it.
};

/// RevocableChange is a change of the designated address that the notice's link can still take back (R15).
struct RevocableChange {
  LinkId link{};
  EmailAddress former;  ///< Designated before the change.
  Instant until{};      ///< The link is over by then, whenever it was mailed.
};

/// Password is what is kept of a password: a PHC string that cannot be turned back. `hash` is a hot field: only
/// UpgradeHash changes it while `id` stays, and a PutAccount with the same `id` never writes an older one back.
struct Password {
  CredentialId id{};
  std::string hash{};
  Instant set_at{};
  std::optional<Instant> temporary_until{};  ///< Set by a manager (R36): works while now < it, to choose a new one.
};

/// Pin is what is kept of a PIN: its Argon2id string, sealed to the account (R10).
struct Pin {
  Bytes sealed{};
  Instant set_at{};
};

/// Epochs are counters. What was made under an older one is void: sessions, links, remembered devices.
struct Epochs {
  std::uint32_t sessions = 1;
  std::uint32_t links = 1;
  std::uint32_t devices = 1;

  friend bool operator==(const Epochs&, const Epochs&) = default;
};

inline constexpr std::size_t addresses_count_max = 20;         // of one account
inline constexpr std::size_t revocable_changes_count_max = 5;  // of one account, at a time
inline constexpr std::size_t needed_clients_count_max = 16;    // of one account

/// Account is one person's access to one organisation, with everything that is decided and written together.
struct Account {
  AccountId id{};
  Version version = 0;  ///< Set by the store on read.
  OrganizationId organization{};
  LoginName login;  ///< Unique in the store: the domain is the organisation's (R12).
  AccountStatus status = AccountStatus::invited;
  Role role = Role::member;
  std::string display_name{};  ///< 1-200 bytes of clean UTF-8.
  std::optional<Locale> locale{};
  std::vector<AccountAddress> addresses{};   ///< At most `addresses_count_max`; none once removed.
  std::vector<RevocableChange> revocable{};  ///< At most `revocable_changes_count_max`, oldest first.
  std::optional<Password> password{};        ///< Empty until setup is complete.
  std::optional<Pin> pin{};
  std::optional<Authenticator> authenticator{};
  std::optional<Instant> email_codes_since{};     ///< A code by e-mail is a second factor of this account (R62).
  std::optional<RecoveryCodes> recovery_codes{};  ///< Only where there is a second factor.
  std::vector<std::string> needed_clients{};      ///< ClientApplication::id of those it cannot do without (R64).
  Epochs epochs{};
  std::string host_ref{};  ///< The host's own key, up to 64 bytes; unique where not empty (R76).
  Instant created_at{};
  std::optional<Instant> setup_completed_at{};
};

/// designated_address is where the account's own mails go. Every account that is not removed has one; one without is a
/// bug.
OSTIARY_CORE_EXPORT const EmailAddress& designated_address(const Account& account) noexcept;

/// has_second_factor says whether a sign-in asks for more than the password (R61).
[[nodiscard]] inline bool has_second_factor(const Account& account) noexcept {
  return account.authenticator.has_value() || account.email_codes_since.has_value();
}

/// marks_of gives the account's SecondFactorMarks, set_marks puts them in; each field only where its id is the account's.
[[nodiscard]] OSTIARY_CORE_EXPORT SecondFactorMarks marks_of(const Account& account) noexcept;
OSTIARY_CORE_EXPORT void set_marks(Account& account, const SecondFactorMarks& marks) noexcept;

/// AccountStanding is the part of an account that guards compare and the per-request path reads.
struct AccountStanding {
  AccountId id{};
  OrganizationId organization{};
  LoginName login;
  AccountStatus status = AccountStatus::removed;
  Role role = Role::member;
  Epochs epochs{};
};

OSTIARY_CORE_EXPORT AccountStanding standing_of(const Account& account);

/// AccountKeys are what a store must be able to find an account by.
struct AccountKeys {
  AccountStanding standing;
  std::string login{};                      ///< Canonical; unique.
  std::string host_ref{};                   ///< Unique where not empty.
  std::vector<std::string> addresses{};     ///< Canonical; shared freely between accounts (R17).
  std::vector<std::string> search_words{};  ///< Folded words of name and extension, ascending, each once (R29).
};

OSTIARY_CORE_EXPORT AccountKeys index_keys(const Account& account);

/// encode writes every field but `version`; decode reads what this or an earlier release wrote. A store keeps the body,
/// the version and the keys, so a field that a later release adds is lost by no store.
/// decode answers Errc::record_unreadable for anything else.
OSTIARY_CORE_EXPORT Bytes encode(const Account& account);
OSTIARY_CORE_EXPORT Result<Account> decode_account(ByteView body, Version version);

}  // namespace ostiary::inline v0
