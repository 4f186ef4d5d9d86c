#pragma once

#include <ostiary/rules/factor_profile.hpp>
#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0 {

/// FactorEntry is what a form about the second factor brought.
struct FactorEntry {
  SecretString current_password{};
  std::optional<FactorProof> proof{};  ///< Of the present second factor, where there is one.
  ClientContext client;
};

/// FactorConfirmation is what the page with the QR code brought (R60).
struct FactorConfirmation {
  std::string_view ticket{};  ///< EnrolmentOffer::ticket.
  SecretString code{};        ///< Of the new authenticator.
  FactorEntry entry;
};

/// FactorStatus is what the owner's page shows of the second factor.
struct FactorStatus {
  std::optional<Instant> authenticator_since{};
  std::optional<Instant> email_codes_since{};
  EmailCodes email_codes = EmailCodes::off;  ///< Whether the host offers them.
  std::size_t recovery_codes_left = 0;
  std::optional<Instant> due{};             ///< The organisation requires one from then on (R56).
  std::vector<ClientConflict> conflicts{};  ///< Applications that do not go with a second factor, or keep it off (R64).
};

using BeginFactorOutcome = std::variant<EnrolmentOffer, ClientsRefuse>;
using ConfirmOutcome = std::variant<FactorEnabled, FactorRefused, FactorProofRequired, ClientsRefuse, TicketRefused,
                                    CurrentPasswordRefused, Throttled>;
using DisableOutcome = std::variant<FactorDisabled, FactorRefused, FactorProofRequired, FactorAbsent, FactorDemanded,
                                    CurrentPasswordRefused, Throttled>;
using MakeRecoveryCodesOutcome = std::variant<RecoveryCodesMade, FactorRefused, FactorProofRequired, FactorAbsent,
                                              CurrentPasswordRefused, Throttled>;
using ProveOutcome = std::variant<SessionProved, FactorRefused, FactorProofRequired, CurrentPasswordRefused, Throttled>;
using SendCodeOutcome = std::variant<FactorCodeQueued, FactorAbsent, Throttled>;

/// SecondFactor is an owner's work on the own second factor (R56-R66). Const and safe from many threads.
///
/// Owner:   as Profile: each deciding commit checks the owner's session again; Errc::actor_revoked where it ended.
/// Proofs:  a change asks for the current password and, where there is a second factor, for a proof of it. A wrong one is
///          audited, and changes nothing. Passwords are charged as in Profile; codes to the account over all its sessions:
///          15 at once, and 15 a day (S259: apart from passwords, and from sign-ins).
/// After:   a factor that is switched on, replaced or off ends other sessions and remembered devices; this session goes
///          on and counts as proved now (R65). The owner is told by mail. `owner` is spent by it: check the token again for
///          a proof under the new epoch.
/// Errors:  hasher_busy, conflict, entropy_unavailable and the store's: try again. sealed_value_broken, key_unknown: the
///          present secret does not open; an operator has to look.
class OSTIARY_CORE_EXPORT SecondFactor {
 public:
  explicit SecondFactor(const Environment& env) : env_(env) {}
  explicit SecondFactor(const Environment&& env) = delete;

  [[nodiscard]] Result<FactorStatus> status(const SignedIn& owner) const;

  /// begin makes a new authenticator for the page with the QR code (R59). Nothing is stored, and nothing is active,
  /// until `confirm`: for 10 minutes, in this session only.
  [[nodiscard]] Result<BeginFactorOutcome> begin(const SignedIn& owner) const;
  /// confirm switches it on, in place of an older one (R60). Errors: malformed_token — not one of our tickets: no store
  /// call was made.
  [[nodiscard]] Result<ConfirmOutcome> confirm(const SignedIn& owner, const FactorConfirmation& confirmation) const;

  /// send_code mails a code to the designated address (R62): the first one, to switch codes by e-mail on, or a proof.
  /// FactorAbsent where the host does not offer them. Charged as a mail that an owner has sent.
  [[nodiscard]] Result<SendCodeOutcome> send_code(const SignedIn& owner, const ClientContext& client) const;
  /// enable_email_codes makes them a factor of an owner who types one back.
  [[nodiscard]] Result<ConfirmOutcome> enable_email_codes(const SignedIn& owner, const SecretString& code,
                                                          const FactorEntry& entry) const;

  /// disable switches one factor off, by any proof (R66). FactorDemanded where it is the last, and the organisation
  /// requires one.
  [[nodiscard]] Result<DisableOutcome> disable(const SignedIn& owner, FactorMethod which,
                                               const FactorEntry& entry) const;

  /// make_recovery_codes makes new recovery codes; the older ones work no more.
  [[nodiscard]] Result<MakeRecoveryCodesOutcome> make_recovery_codes(const SignedIn& owner,
                                                                     const FactorEntry& entry) const;

  /// step_up makes the session proved anew, for what Sessions::check demands a ProofDemand of: by a code, or by the
  /// password where the account has no second factor.
  [[nodiscard]] Result<ProveOutcome> step_up(const SignedIn& owner, const FactorEntry& entry) const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
