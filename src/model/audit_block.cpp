#include <ostiary/model/audit_block.hpp>

#include "codec.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::uint8_t format = 1;

}  // namespace

Bytes encode(const AuditBlock& block) {
  codec::Writer out(format);
  out.optional(block.stream, [&](const OrganizationId& organization) { out.id(organization); });
  out.number(block.number).raw(block.previous).number(block.events).raw(block.digest).instant(block.closed_at);
  return std::move(out).finish();
}

Result<AuditBlock> decode_audit_block(ByteView body) {
  codec::Reader in(body, format);
  AuditBlock block;
  block.stream = in.optional([&] { return in.id<OrganizationId>(); });
  block.number = in.number<std::uint64_t>();
  block.previous = in.array<32>();
  block.events = in.number<std::uint32_t>();
  block.digest = in.array<32>();
  block.closed_at = in.instant();
  OSTIARY_TRY(in.finish());
  return block;
}

}  // namespace ostiary::inline v0
