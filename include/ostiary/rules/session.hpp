#pragma once

#include <variant>

#include <ostiary/rules/session_token.hpp>

namespace ostiary::inline v0 {

/// SessionPolicy says how long a session lives: `idle_limit` without use, `absolute_limit` whatever its use.
struct SessionPolicy {
  Duration idle_limit = std::chrono::hours(12);
  Duration absolute_limit = std::chrono::days(30);
};

enum class SessionRefusal : std::uint8_t {
  unknown = 1,  ///< No such session, or another secret.
  ended,        ///< The account's sessions were ended: sign-out everywhere, a changed password.
  idle,         ///< Not used for `idle_limit`.
  expired,      ///< `absolute_limit` is over.
  account_inactive,
  organization_inactive,
  reauthentication_required,  ///< It lives, but its proof is older than this operation demands: SecondFactor::step_up.
};

/// ProofDemand is what an operation asks of a session besides that it lives: that everything its account asks for, the
/// second factor too, was proved less than `age_max` ago. Empty: at any time. A remembered device's proof is as old as
/// the code that was given there.
struct ProofDemand {
  std::optional<Duration> age_max{};
};

struct SessionRefused {
  SessionRefusal reason = SessionRefusal::unknown;
};

/// SignedIn proves that a session was checked: only judge_session and the sign-in make one. It speaks of the moment it
/// was made; what it allows is checked again by the commit that uses it.
class OSTIARY_CORE_EXPORT SignedIn {
 public:
  [[nodiscard]] const AccountStanding& account() const noexcept { return account_; }
  [[nodiscard]] const SessionId& session() const noexcept { return session_; }
  [[nodiscard]] const std::string& client_id() const noexcept { return client_id_; }
  [[nodiscard]] Instant authenticated_at() const noexcept { return authenticated_at_; }
  [[nodiscard]] Instant proved_at() const noexcept { return proved_at_; }

 private:
  SignedIn(AccountStanding account, const Session& session)
      : account_(std::move(account)),
        session_(session.id),
        client_id_(session.client_id),
        authenticated_at_(session.authenticated_at),
        proved_at_(session.proved_at) {}
  friend class SignedInMaker;

  AccountStanding account_;
  SessionId session_;
  std::string client_id_;
  Instant authenticated_at_;
  Instant proved_at_;
};

using SessionVerdict = std::variant<SignedIn, SessionRefused>;

/// session_end says why a session is over, or nothing while it lives. `epoch` is its account's.
/// Bounds:  alive while now < last_seen_at + idle_limit, now < created_at + absolute_limit and now < ends_at.
[[nodiscard]] OSTIARY_CORE_EXPORT std::optional<SessionRefusal> session_end(const Session& session, std::uint32_t epoch,
                                                                            const SessionPolicy& policy, Instant now);

/// judge_session says whether the bearer of `ticket` is signed in now. Pure: the per-request path of a host that loads
/// the facts its own way. A host that caches facts for t seconds lets an ended session live t seconds longer.
///
/// Facts:   what Store::find_session gave for `ticket.id`; absent is SessionRefusal::unknown.
/// Order:   the digest is compared first, in constant time, so that nobody learns anything about another's session.
[[nodiscard]] OSTIARY_CORE_EXPORT SessionVerdict judge_session(const SessionTicket& ticket,
                                                               const std::optional<SessionFacts>& facts,
                                                               const SessionPolicy& policy, Instant now,
                                                               const ProofDemand& demand = {});

}  // namespace ostiary::inline v0
