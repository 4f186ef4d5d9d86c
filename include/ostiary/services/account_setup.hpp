#pragma once

#include <ostiary/rules/account_setup.hpp>
#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0 {

/// SetupPage is what the "complete setup" page may show to the bearer of a link that works.
struct SetupPage {
  std::string login_name{};
  std::string display_name{};
  std::string organization_name{};
  Instant expires_at{};
};

/// SetupEntry is what the page's form brought (R23).
struct SetupEntry {
  std::string_view token{};
  SecretString password{};
  SecretString confirmation{};
  SecretString pin{};
  ClientContext client;
};

using InspectOutcome = std::variant<SetupPage, LinkRefused>;
using SetupOutcome = std::variant<SetupCompleted, LinkRefused, CredentialsRefused, Throttled>;

/// AccountSetup completes invited accounts from the welcome mail's link. Const and safe from many threads.
class OSTIARY_CORE_EXPORT AccountSetup {
 public:
  explicit AccountSetup(const Environment& env) : env_(env) {}
  explicit AccountSetup(const Environment&& env) = delete;

  /// inspect says whether the link works, for the page's GET. It writes nothing, so a mail scanner may open the link
  /// any number of times (R22, S296).
  ///
  /// Errors:  malformed_token — not one of our links: no store call was made. key_unknown — an operator removed a key
  ///          too early. Else the store's.
  [[nodiscard]] Result<InspectOutcome> inspect(std::string_view token) const;

  /// redeem sets password and PIN together and makes the account active, in one commit that also consumes the link
  /// (R23). It signs nobody in.
  ///
  /// Order:   token, budget, link, policy, hashes, commit; a refusal consumes nothing but the budget. Of any number of
  ///          concurrent calls with one link, one wins.
  /// Errors:  as inspect; hasher_busy, entropy_unavailable: nothing was written, try again.
  [[nodiscard]] Result<SetupOutcome> redeem(SetupEntry entry) const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
