#pragma once

#include <ostiary/rules/factor_sign_in.hpp>
#include <ostiary/rules/password_choice.hpp>
#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0 {

/// PasswordSignIn is what a sign-in form brought.
struct PasswordSignIn {
  std::string_view login_name{};  ///< As typed.
  const SecretString& password;
  ClientContext client;
  std::string_view device_cookie{};  ///< SignInSuccess::device_cookie as this browser sends it back; empty for none.
};

/// PasswordChoice is what the page brought that PasswordChangeRequired led to (R36).
struct PasswordChoice {
  std::string_view ticket{};  ///< PasswordChangeRequired::ticket.
  SecretString password{};
  SecretString confirmation{};
  ClientContext client;
  std::string_view device_cookie{};  ///< As in PasswordSignIn.
};

/// FactorSignIn is what the page brought that SecondFactorRequired led to (R61).
struct FactorSignIn {
  std::string_view ticket{};  ///< SecondFactorRequired::ticket.
  FactorProof proof{};
  RememberDevice remember = RememberDevice::no;
  ClientContext client;
  std::string_view device_cookie{};  ///< As in PasswordSignIn.
};

/// EnrolmentSignIn is what the page brought that EnrolmentRequired led to (R56).
struct EnrolmentSignIn {
  std::string_view ticket{};  ///< EnrolmentOffer::ticket.
  SecretString code{};        ///< Of the new authenticator.
  ClientContext client;
  std::string_view device_cookie{};  ///< As in PasswordSignIn.
};

using SignInOutcome = std::variant<SignInSuccess, PasswordChangeRequired, SecondFactorRequired, EnrolmentRequired,
                                   FactorUnsupported, SignInRefused, Throttled>;
using ChoosePasswordOutcome = std::variant<PasswordChosen, SecondFactorRequired, EnrolmentRequired, FactorUnsupported,
                                           TicketRefused, CredentialsRefused, Throttled>;
using SendFactorCodeOutcome = std::variant<FactorCodeQueued, FactorRefused, TicketRefused, Throttled>;
using WithFactorOutcome = std::variant<SignInSuccess, FactorRefused, TicketRefused, Throttled>;
using WithEnrolmentOutcome = std::variant<EnrolledAndSignedIn, FactorRefused, TicketRefused, Throttled>;

/// SignIn begins sessions. Const and safe from many threads.
class OSTIARY_CORE_EXPORT SignIn {
 public:
  explicit SignIn(const Environment& env) : env_(env) {}
  explicit SignIn(const Environment&& env) = delete;

  /// with_password signs in by login name and password (R11).
  ///
  /// Returns: SignInSuccess with the session's token; PasswordChangeRequired, and no session, for a temporary password
  ///          that is right and has not ended (R36); SecondFactorRequired, EnrolmentRequired or FactorUnsupported, and no
  ///          session, where the password is right and not enough (R56, R61, R64); SignInRefused for an unknown login, a wrong password, a
  ///          temporary one that has ended, an account that is invited, suspended or removed, an organisation that is
  ///          not active, all alike in content and in time (R71); Throttled before any hashing (R70).
  /// Budget:  one try of the known device that the cookie names for the login name; else, and where that is
  ///          refused or the device known no more, one of the network, of login and network, and of the login. Given
  ///          back by a success. A notice has a budget of its own, per account: where that is spent, the sign-in
  ///          succeeds without one.
  /// Device:  a cookie skips no password, and the second factor only where its owner had that remembered there (R66). A
  ///          sign-in without a known device mails a notice; each success gives a cookie
  ///          that is good for `policies.device.lifetime`.
  /// Time:    one hash, whether or not the login exists; two where an active account's stored hash is outdated and the
  ///          password right. A stored hash that cannot be verified is refused likewise; the observer is told.
  /// Store:   charge, find_account_by_login before and after the hash, find_organization_by_domain before it, commit; the
  ///          same for every refusal. With a cookie
  ///          for the login name find_device beside each read, and another charge where its tries are spent or it is
  ///          known no more. A right password of an active account also charges the notice that is due.
  /// Errors:  hasher_busy, store_unavailable, commit_unknown, contention, conflict, entropy_unavailable: try again.
  /// Source:  R11, R20, R70, R71, R74.
  [[nodiscard]] Result<SignInOutcome> with_password(const PasswordSignIn& request) const;

  /// choose_password puts a password of the owner's own in a temporary one's place and signs in with it, in one commit
  /// (R36). Every other session, device and pending link of the account ends, and a notice is mailed.
  ///
  /// Ticket:  works once, while now < its expires_at, and while the temporary password is the account's.
  /// Order:   ticket, budget (as of a link), account, policy, hashes, commit. A password that the policy refuses, or that
  ///          is the temporary one (PasswordFlawCode::unchanged), uses up nothing but the budget.
  /// Errors:  malformed_token — not one of our tickets: no store call was made. key_unknown — an operator removed a key
  ///          too early. Else as with_password.
  [[nodiscard]] Result<ChoosePasswordOutcome> choose_password(PasswordChoice request) const;

  /// with_factor signs in with the second factor (R61), after SecondFactorRequired of any way to sign in.
  ///
  /// Ticket:  works once, for 10 minutes, for the client application and program that it was given to, and while nothing
  ///          ended the account's sessions. TicketRefused after five wrong codes: start again at the password (S256).
  /// Budget:  five tries of the ticket by its id; then one of the known device that the cookie names for the account, or,
  ///          where that is refused or there is none, one of the network and of the account: at most 30 in any 24 hours
  ///          over all unknown devices. Given back by a success. A notice as with_password.
  /// Returns: FactorRefused for a code that is wrong, was used before, or is of a kind that the account has not, alike.
  /// Device:  RememberDevice::yes lets this browser go without the factor for `policies.factor.remembered_for`, until the
  ///          password or a factor changes or its owner ends the device.
  /// Errors:  malformed_token — not one of our tickets: no store call was made. sealed_value_broken, key_unknown — the
  ///          secret does not open: an operator has to look, nobody gets in meanwhile. Else as with_password.
  /// Source:  R61, R66, R70; S250-S259, S271-S273.
  [[nodiscard]] Result<WithFactorOutcome> with_factor(const FactorSignIn& request) const;

  /// send_factor_code has a code mailed to the account's designated address (R62), for FactorMethod::email_code. It works
  /// once. An older one works until this one is handed over. Charged as a mail that an owner has sent.
  [[nodiscard]] Result<SendFactorCodeOutcome> send_factor_code(std::string_view ticket,
                                                               const ClientContext& client) const;

  /// with_enrolment switches the offered authenticator on and signs in with it, in one commit (R56, R60). Other sessions
  /// and remembered devices end, notices are mailed. Ticket, budget and errors as with_factor.
  [[nodiscard]] Result<WithEnrolmentOutcome> with_enrolment(const EnrolmentSignIn& request) const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
