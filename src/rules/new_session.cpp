#include "new_session.hpp"

#include "base/unicode.hpp"
#include <ostiary/rules/session_token.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t secret_size = 32;
constexpr std::size_t client_id_length_max = 64;
constexpr std::size_t user_agent_length_max = 256;

}  // namespace

Result<NewSession> make_session(const Account& account, const ClientContext& client, const SessionPolicy& policy,
                                Fresh& fresh, Instant now) {
  const auto secret = fresh.secret(secret_size);
  Session session{.id = fresh.id<SessionId>(),
                  .account = account.id,
                  .epoch = account.epochs.sessions,
                  .client_id = unicode::clean_cut(client.client_id, client_id_length_max),
                  .network = client.network.text(),
                  .user_agent = unicode::clean_cut(client.user_agent, user_agent_length_max),
                  .created_at = now,
                  .authenticated_at = now,
                  .proved_at = now,
                  .last_seen_at = now,
                  .ends_at = now + policy.absolute_limit};
  OSTIARY_TRY(session.digest, session_digest(secret));
  auto token = make_session_token(session.id, secret);
  return NewSession{.session = std::move(session), .token = std::move(token)};
}

}  // namespace ostiary::inline v0
