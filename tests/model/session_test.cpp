#include <ostiary/model/session.hpp>

#include <doctest/doctest.h>

#include "codec_sweep.hpp"

using namespace ostiary;

namespace {

Instant at(std::int64_t seconds) { return Instant(std::chrono::seconds(seconds)); }

Session full_session() {
  Session session{.id = SessionId::make(at(1), ByteArray<10>{std::byte{1}}),
                  .account = AccountId::make(at(2), ByteArray<10>{std::byte{2}}),
                  .epoch = 5,
                  .client_id = "portal",
                  .network = "192.0.2.1",
                  .user_agent = "Browser/1",
                  .created_at = at(10),
                  .authenticated_at = at(11),
                  .proved_at = at(14),
                  .last_seen_at = at(12),
                  .ends_at = at(13)};
  session.digest.fill(std::byte{0xd1});
  return session;
}

Result<Bytes> reencode(ByteView body) {
  OSTIARY_TRY(const auto session, decode_session(body));
  return encode(session);
}

}  // namespace

TEST_CASE("a session comes back as it was written, but for its hot fields") {
  const auto session = full_session();
  const auto back = decode_session(encode(session)).value();
  CHECK(back.id == session.id);
  CHECK(back.account == session.account);
  CHECK(back.digest == session.digest);
  CHECK(back.client_id == "portal");
  CHECK(back.network == "192.0.2.1");
  CHECK(back.user_agent == "Browser/1");
  CHECK(back.created_at == at(10));
  CHECK(back.authenticated_at == at(11));
  CHECK(back.ends_at == at(13));
  CHECK(back.epoch == 0);
  CHECK(back.proved_at == Instant());
  CHECK(back.last_seen_at == Instant());
  auto moved = session;
  moved.epoch = 6;
  moved.proved_at = at(98);
  moved.last_seen_at = at(99);
  CHECK(encode(moved) == encode(session));
}

TEST_CASE("a damaged session is unreadable, never another session") {
  testing_internal::sweep_record(encode(full_session()), reencode);
}
