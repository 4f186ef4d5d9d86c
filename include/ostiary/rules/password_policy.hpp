#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <ostiary/base/secret.hpp>
#include <ostiary/model/account.hpp>
#include <ostiary/model/organization.hpp>

namespace ostiary::inline v0 {

/// password_bytes_max bounds a password as typed: 256 code points take no more, in whatever form they were typed.
inline constexpr std::size_t password_bytes_max = 4096;

/// PasswordPolicy says which passwords an account may have. Characters are code points after NFC; a capital is of
/// category Lu or Lt, a digit of Nd (R1-R3). A value-initialised policy is `portal()`.
struct PasswordPolicy {
  std::size_t length_min = 8;
  std::size_t length_min_with_second_factor = 8;
  std::size_t length_max = 256;  ///< 64-256: NIST SP 800-63B-4 §3.1.1.2 asks for 64 or more.
  std::size_t capitals_min = 1;
  std::size_t digits_min = 1;
  bool refuse_blocklisted = true;    ///< Ask the host's Blocklist, where there is one.
  bool refuse_context_words = true;  ///< Refuse the login name and the like: see `password_context` (R4).

  /// portal is R1-R3. Its composition rules are what NIST SP 800-63B-4 §3.1.1.2 (5) and OWASP ASVS 5.0 6.2.5 forbid,
  /// and its length falls short of (1): choose it for the users' habits, `nist_800_63b` for the standards.
  [[nodiscard]] static PasswordPolicy portal() noexcept { return {}; }
  /// nist_800_63b is revision 4: 15 characters, 8 beside a second factor, no composition rules, a blocklist.
  [[nodiscard]] static PasswordPolicy nist_800_63b() noexcept {
    return {.length_min = 15, .capitals_min = 0, .digits_min = 0};
  }
};

/// validate answers Errc::invalid_configuration for a policy that no password can meet, or with `length_max` outside
/// 64-256 or a minimal length of 0.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<void> validate(const PasswordPolicy& policy);

/// NewPassword is what a form brought, and what is known about it.
struct NewPassword {
  SecretString password{};
  SecretString confirmation{};                        ///< The same, typed again (R9).
  std::span<const std::string_view> context_words{};  ///< From `password_context`.
  bool second_factor = false;                         ///< The account has one.
  bool blocklisted = false;                           ///< The Blocklist's answer.
};

/// PasswordFlawCode names a rule that a password breaks. The list only grows.
enum class PasswordFlawCode : std::uint8_t {
  mismatch = 1,    ///< The confirmation is another text. Reported alone: the policy was not asked (R9).
  malformed_text,  ///< Not UTF-8, or it has control characters. Reported alone: nothing in it can be counted.
  length_min,
  length_max,
  capitals_min,
  digits_min,
  context_word,  ///< It is the login name, a mail address's local part or the organisation's name, or holds a long one.
  blocklisted,
  unchanged,  ///< It is the password that it is to replace.
};

/// PasswordFlaw is one broken rule with the numbers a page needs: "length_min 8, length 5". Both are 0 where the rule
/// counts nothing.
struct PasswordFlaw {
  PasswordFlawCode code = PasswordFlawCode::malformed_text;
  std::size_t required = 0;
  std::size_t actual = 0;

  friend bool operator==(const PasswordFlaw&, const PasswordFlaw&) = default;
};

/// password_flaw_name is the stable text form, "length_min" of PasswordFlawCode::length_min.
[[nodiscard]] OSTIARY_CORE_EXPORT std::string_view password_flaw_name(PasswordFlawCode code) noexcept;

/// password_context gives the words that this account's password must not be: the login name, the local part of each
/// address, the organisation's name (R4). The views live as long as both records.
[[nodiscard]] OSTIARY_CORE_EXPORT std::vector<std::string_view> password_context(const Account& account,
                                                                                 const Organization& organization);

/// check_password gives every rule that `entry` breaks, or nothing.
///
/// Shape:  nothing is trimmed, cut or folded before it is counted. Password and confirmation are compared in NFC.
/// Words:  a context word counts where the password is that word, or contains one of 5 or more code points; both sides
///         in NFC and without case. An empty or malformed word matches nothing.
/// Cost:   no heap call for an ASCII password that breaks no rule, beside ASCII context words.
/// Errors: none; pure function.    Source: R1-R4, R9; NIST SP 800-63B-4 §3.1.1.2.
[[nodiscard]] OSTIARY_CORE_EXPORT std::vector<PasswordFlaw> check_password(const PasswordPolicy& policy,
                                                                           const NewPassword& entry);

/// normalize_password gives the form that is hashed, when a password is set and at each sign-in: NFC, and nothing else.
/// Errors: text_too_long above `password_bytes_max`; malformed_text for what check_password calls so. A sign-in answers
/// either as it answers a wrong password.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<SecretString> normalize_password(const SecretString& password);

}  // namespace ostiary::inline v0
