#pragma once

#include <ostiary/base/client_context.hpp>
#include <ostiary/model/fresh.hpp>
#include <ostiary/rules/session.hpp>

namespace ostiary::inline v0 {

/// NewSession is a session that begins, and its bearer token.
struct NewSession {
  Session session{};
  SecretString token{};
};

/// make_session begins a session of the account under the sessions epoch that `account` has. Errors: crypto_failure.
[[nodiscard]] Result<NewSession> make_session(const Account& account, const ClientContext& client,
                                              const SessionPolicy& policy, Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
