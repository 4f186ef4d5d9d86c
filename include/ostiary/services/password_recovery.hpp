#pragma once

#include <ostiary/rules/recovery.hpp>
#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0 {

/// RecoveryEntry is what the form "forgot password" or "forgot login name" brought.
struct RecoveryEntry {
  RecoveryKind kind = RecoveryKind::reset_password;
  std::string_view address{};  ///< As typed.
  ClientContext client;
};

/// ResetPage is what the page of a reset link that works may show to its bearer.
struct ResetPage {
  std::string login_name{};
  std::string display_name{};
  std::string organization_name{};
  Instant expires_at{};
};

/// ResetEntry is what that page's form brought.
struct ResetEntry {
  std::string_view token{};
  SecretString password{};
  SecretString confirmation{};
  ClientContext client;
};

using RecoveryOutcome = std::variant<RecoveryAccepted, Throttled>;
using ResetInspectOutcome = std::variant<ResetPage, LinkRefused>;
using ResetOutcome = std::variant<ResetCompleted, LinkRefused, CredentialsRefused, Throttled>;

/// PasswordRecovery helps those who forgot a password or a login name. Const and safe from many threads.
class OSTIARY_CORE_EXPORT PasswordRecovery {
 public:
  explicit PasswordRecovery(const Environment& env) : env_(env) {}
  explicit PasswordRecovery(const Environment&& env) = delete;

  /// request asks for a mail to whoever has the address; Outbox::deliver finds out whether anybody does, and mails a
  /// reset link (R31) or the login names (R34).
  ///
  /// Returns: RecoveryAccepted whatever the address; show one page: "if the address is known, a mail is on its way".
  /// Budget:  one of the network, one of the address; nothing gives it back, so that no success tells on another (S236).
  /// Store:   charge and commit, of one shape for every address; nothing is looked up (R71).
  /// Errors:  malformed_email_address — not the form of an address, whosever it is: no store call was made; ask to
  ///          mend it. Else the store's, and entropy_unavailable: nothing was asked for, try again.
  [[nodiscard]] Result<RecoveryOutcome> request(const RecoveryEntry& entry) const;

  /// inspect says whether a reset link works, for the page's GET. It writes nothing, so a mail scanner may open the link
  /// any number of times (S296). Show one page for every LinkRefused, and the same for an error malformed_token (S232).
  ///
  /// Errors:  malformed_token — not one of our links: no store call was made. key_unknown — an operator removed a key
  ///          too early. Else the store's.
  [[nodiscard]] Result<ResetInspectOutcome> inspect(std::string_view token) const;

  /// redeem sets the new password in one commit that also consumes the link, ends every session, device and pending link
  /// of the account, and asks for a notice to its designated address (R33). It activates nobody and signs nobody in.
  ///
  /// Order:   token, budget, link, policy, hash, commit; a refusal consumes nothing but the budget. Of any number of
  ///          concurrent calls with one link, one wins.
  /// Errors:  as inspect; hasher_busy, entropy_unavailable: nothing was written, try again.
  [[nodiscard]] Result<ResetOutcome> redeem(ResetEntry entry) const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
