#include <ostiary/model/recovery_request.hpp>

#include <doctest/doctest.h>

#include "codec_sweep.hpp"

using namespace ostiary;

namespace {

Instant at(std::int64_t seconds) { return Instant(std::chrono::seconds(seconds)); }

RecoveryRequest full_request() {
  return {.id = RecoveryRequestId::make(at(1), ByteArray<10>{std::byte{1}}),
          .kind = RecoveryKind::login_names,
          .address = EmailAddress::parse("Zoe@Mail.example").value(),
          .client = {.network = "192.0.2.1", .user_agent = "Browser/1"},
          .created_at = at(10),
          .ends_at = at(11),
          .lease = Lease{.token = LeaseToken::make(at(2), ByteArray<10>{std::byte{2}}), .until = at(12)}};
}

Result<Bytes> reencode(ByteView body) {
  OSTIARY_TRY(const auto request, decode_recovery_request(body));
  return encode(request);
}

}  // namespace

TEST_CASE("R31: a recovery request comes back as it was written, but for its lease") {
  const auto request = full_request();
  const auto back = decode_recovery_request(encode(request)).value();
  CHECK(back.id == request.id);
  CHECK(back.kind == RecoveryKind::login_names);
  CHECK(back.address.as_typed() == "Zoe@Mail.example");
  CHECK(back.client.network == "192.0.2.1");
  CHECK(back.client.user_agent == "Browser/1");
  CHECK(back.created_at == at(10));
  CHECK(back.ends_at == at(11));
  CHECK_FALSE(back.lease.has_value());
}

TEST_CASE("a damaged recovery request is unreadable, never another request") {
  testing_internal::sweep_record(encode(full_request()), reencode);
}
