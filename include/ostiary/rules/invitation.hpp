#pragma once

#include <ostiary/rules/admin_rules.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/mail_intent.hpp>

namespace ostiary::inline v0 {

/// NewAccount is an account that somebody else asks for, as typed.
struct NewAccount {
  std::string extension{};     ///< Becomes extension@domain (R12).
  std::string display_name{};  ///< 1-200 bytes of clean UTF-8.
  std::string email{};         ///< The designated address (R14).
  Role role = Role::member;
  std::string locale{};    ///< A language tag, or empty for the organisation's.
  std::string host_ref{};  ///< Up to 64 bytes, or empty. For the host and its staff: a manager may not set it.
};

/// InputFlaw names a field of a request and what is wrong with it; every flaw is reported, not the first.
struct InputFlaw {
  std::string_view field{};  ///< "extension", "email", ...
  std::error_code error{};   ///< Of ErrorKind::caller; its message says how to mend it.
  std::size_t entry = 0;     ///< Of a list: which one of it, from 0.
};

/// InputRefused has every flaw of a request, each with its field's name.
struct InputRefused {
  std::vector<InputFlaw> flaws{};
};

/// NewOrganization is an organisation with its first manager, as typed.
struct NewOrganization {
  std::string domain{};
  std::string name{};  ///< 1-200 bytes of clean UTF-8.
  std::string support_contact{};
  std::string locale{};  ///< A language tag, or empty for English.
  ExtensionAlphabet extension_alphabet = ExtensionAlphabet::digits;
  NewAccount manager{};
};

/// ParsedAccount is a NewAccount that has the right form.
struct ParsedAccount {
  LoginName login;
  std::string display_name{};
  EmailAddress email;
  Role role = Role::member;
  std::optional<Locale> locale{};
  std::string host_ref{};
};

struct ParsedOrganization {
  Organization organization;  ///< Without id.
  ParsedAccount manager;
};

/// parse_new_account gives the parsed account, or every flaw.
[[nodiscard]] OSTIARY_CORE_EXPORT std::variant<ParsedAccount, std::vector<InputFlaw>> parse_new_account(
    const NewAccount& account, const Domain& domain, ExtensionAlphabet alphabet);
/// parse_new_organization gives the parsed organisation, or every flaw; the manager's fields are named "manager.…".
[[nodiscard]] OSTIARY_CORE_EXPORT std::variant<ParsedOrganization, std::vector<InputFlaw>> parse_new_organization(
    const NewOrganization& request);

struct Invited {
  AccountId account{};
  LoginName login;
  MailId welcome_mail{};
};

struct OrganizationCreated {
  OrganizationId organization{};
  Invited manager;
};

/// decide_invitation makes an invited account with its welcome mail: PutAccount, PutLink, PutMailIntent and two events
/// (R20, R21), all or nothing.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<Invited> decide_invitation(const Actor& actor, ParsedAccount parsed,
                                                                      const Organization& organization,
                                                                      const MailPolicy& policy, Fresh& fresh,
                                                                      Instant now);

/// decide_organization makes an organisation with its first manager, who is invited.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<OrganizationCreated> decide_organization(const Actor& actor,
                                                                                    ParsedOrganization request,
                                                                                    const MailPolicy& policy,
                                                                                    Fresh& fresh, Instant now);

enum class WelcomeSkip : std::uint8_t {
  setup_complete = 1,  ///< R24: a completed account is not welcomed again.
  suspended,
};

struct WelcomeQueued {
  MailId mail{};
};

struct WelcomeSkipped {
  WelcomeSkip reason = WelcomeSkip::setup_complete;
};

using WelcomeOutcome = std::variant<WelcomeQueued, WelcomeSkipped>;

/// decide_welcome_mail sends a new welcome mail to an account that is still invited; the older link is superseded when
/// the new mail is handed over. `stored` is the account's setup link. A skip is audited too.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<WelcomeOutcome> decide_welcome_mail(
    const Actor& actor, const Account& account, const Organization& organization, const std::optional<Link>& stored,
    const MailPolicy& policy, Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
