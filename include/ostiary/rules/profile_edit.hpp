#pragma once

#include <ostiary/base/client_context.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/invitation.hpp>
#include <ostiary/rules/password_change.hpp>

namespace ostiary::inline v0 {

/// ProfileAddress is one address as its owner sees it.
struct ProfileAddress {
  EmailAddress address;
  PurposeSet purposes{};
  std::optional<Instant> verified_at{};
  Instant added_at{};
  PurposeSet wanted{};      ///< What it gets once it is confirmed.
  bool link_asked = false;  ///< A link that confirms it was asked for, and not followed so far.
};

/// ProfilePage is what the view My Account shows. No secret, and nothing that is made from one.
struct ProfilePage {
  AccountId account{};
  Version version = 0;  ///< Of the account: an edit brings it back.
  LoginName login;
  std::string display_name{};
  std::optional<Locale> locale{};  ///< Empty: the organisation's.
  Role role = Role::member;
  std::string organization_name{};
  std::vector<ProfileAddress> addresses{};
  std::optional<Instant> password_set_at{};
  std::optional<Instant> pin_set_at{};
};

[[nodiscard]] OSTIARY_CORE_EXPORT ProfilePage profile_page(const OwnerFacts& facts);

/// ProfileEdit is what the page's form brought.
struct ProfileEdit {
  Version version = 0;         ///< ProfilePage::version.
  std::string display_name{};  ///< 1-200 bytes of clean UTF-8.
  std::string locale{};        ///< A language tag, or empty for the organisation's.
};

/// ParsedProfileEdit is a ProfileEdit that has the right form.
struct ParsedProfileEdit {
  Version version = 0;
  std::string display_name{};
  std::optional<Locale> locale{};
};

/// parse_profile_edit gives the parsed edit, or every flaw: of "display_name" and "locale".
[[nodiscard]] OSTIARY_CORE_EXPORT std::variant<ParsedProfileEdit, std::vector<InputFlaw>> parse_profile_edit(
    const ProfileEdit& edit);

struct ProfileEdited {
  Version version = 0;  ///< From now on.
};

/// ProfileChanged: the account is not what the page showed. Nothing was written; show `current`.
struct ProfileChanged {
  ProfilePage current;
};

using ProfileEditOutcome = std::variant<ProfileEdited, ProfileChanged>;

/// decide_profile_edit writes the names where the account still has the version that the page showed.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<ProfileEditOutcome> decide_profile_edit(const SignedIn& owner,
                                                                                   const OwnerFacts& facts,
                                                                                   const ParsedProfileEdit& edit,
                                                                                   const ClientContext& client,
                                                                                   Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
