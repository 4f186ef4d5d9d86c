#include <ostiary/model/session.hpp>

#include "codec.hpp"

namespace ostiary::inline v0 {
namespace {
constexpr std::uint8_t format = 1;
}

Bytes encode(const Session& session) {
  codec::Writer out(format);
  out.id(session.id)
      .id(session.account)
      .raw(session.digest)
      .text(session.client_id)
      .text(session.network)
      .text(session.user_agent)
      .instant(session.created_at)
      .instant(session.authenticated_at)
      .instant(session.ends_at);
  return std::move(out).finish();
}

Result<Session> decode_session(ByteView body) {
  codec::Reader in(body, format);
  Session session;
  session.id = in.id<SessionId>();
  session.account = in.id<AccountId>();
  session.digest = in.array<32>();
  session.client_id = in.text();
  session.network = in.text();
  session.user_agent = in.text();
  session.created_at = in.instant();
  session.authenticated_at = in.instant();
  session.ends_at = in.instant();
  OSTIARY_TRY(in.finish());
  return session;
}

}  // namespace ostiary::inline v0
