#pragma once

#include <ostiary/rules/sign_out.hpp>
#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0 {

/// SessionView is one session as its owner sees it. The id is not the token's secret (S362).
struct SessionView {
  SessionId id{};
  std::string client_id{};
  std::string network{};
  std::string user_agent{};
  Instant created_at{};
  Instant last_seen_at{};
  ThisSession is_this = ThisSession::ends;  ///< `stays` for the session that asks.
};

/// Sessions checks, lists and ends sessions. Const and safe from many threads.
class OSTIARY_CORE_EXPORT Sessions {
 public:
  explicit Sessions(const Environment& env) : env_(env) {}
  explicit Sessions(const Environment&& env) = delete;

  /// check says who bears `token`: the per-request path.
  ///
  /// Returns: SignedIn, or SessionRefused; of a session that lives and does not meet `demand` with
  ///          SessionRefusal::reauthentication_required: check it without the demand, and ask for SecondFactor::step_up.
  ///          A token that is not even well-formed is refused without a store call.
  /// Store:   one read; and one commit (TouchSession) at most every idle_limit / 20. A touch that fails is left for the
  ///          next request.
  /// Errors:  store_unavailable, record_unreadable, crypto_failure. An error is not a "no", and never a "yes".
  [[nodiscard]] Result<SessionVerdict> check(std::string_view token, const ProofDemand& demand = {}) const;

  /// list gives the owner's live sessions, oldest first.
  [[nodiscard]] Result<std::vector<SessionView>> list(const SignedIn& owner) const;

  /// end ends one session of the owner's own: this one (sign-out) or another. Errors: actor_revoked where the owner's
  /// own proof no longer holds, and the store's.
  [[nodiscard]] Result<SessionEnd> end(const SignedIn& owner, const SessionId& id) const;

  /// end_all ends every session of the owner, or every other; on every node at once. Gives what was ended (R68).
  /// `owner` is spent by it: check the token again for a proof under the new epoch.
  [[nodiscard]] Result<Effects> end_all(const SignedIn& owner, ThisSession this_session) const;

 private:
  [[nodiscard]] Result<SessionVerdict> judge(std::string_view token, const ProofDemand& demand) const;

  const Environment& env_;
};

}  // namespace ostiary::inline v0
