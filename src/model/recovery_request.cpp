#include <ostiary/model/recovery_request.hpp>

#include "codec.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::uint8_t format = 1;

}  // namespace

std::string_view recovery_kind_name(RecoveryKind kind) noexcept {
  switch (kind) {
    case RecoveryKind::reset_password:
      return "reset_password";
    case RecoveryKind::login_names:
      return "login_names";
  }
  return "unknown";
}

Bytes encode(const RecoveryRequest& request) {
  codec::Writer out(format);
  out.id(request.id).number(request.kind).text(request.address.as_typed());
  out.text(request.client.network).text(request.client.user_agent);
  out.instant(request.created_at).instant(request.ends_at);
  return std::move(out).finish();
}

Result<RecoveryRequest> decode_recovery_request(ByteView body) {
  codec::Reader in(body, format);
  const auto id = in.id<RecoveryRequestId>();
  const auto kind = in.choice(RecoveryKind::reset_password, RecoveryKind::login_names);
  auto address = in.parsed(EmailAddress::parse);
  if (!address) {
    return Errc::record_unreadable;
  }
  RecoveryRequest request{.id = id, .kind = kind, .address = std::move(address).value()};
  request.client.network = in.text();
  request.client.user_agent = in.text();
  request.created_at = in.instant();
  request.ends_at = in.instant();
  OSTIARY_TRY(in.finish());
  return request;
}

}  // namespace ostiary::inline v0
