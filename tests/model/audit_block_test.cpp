#include <ostiary/model/audit_block.hpp>

#include <doctest/doctest.h>

#include "codec_sweep.hpp"

using namespace ostiary;

namespace {

Instant at(std::int64_t seconds) { return Instant(std::chrono::seconds(seconds)); }

AuditBlock full_block() {
  AuditBlock block{.stream = OrganizationId::make(at(1), ByteArray<10>{std::byte{1}}),
                   .number = 0x0102'0304'0506'0708,
                   .events = 1'000,
                   .closed_at = at(10)};
  block.previous.fill(std::byte{0x11});
  block.digest.fill(std::byte{0x22});
  return block;
}

Result<Bytes> reencode(ByteView body) {
  OSTIARY_TRY(const auto block, decode_audit_block(body));
  return encode(block);
}

}  // namespace

TEST_CASE("R69: a block comes back as it was written, an organisation's and the system's") {
  auto block = full_block();
  const auto back = decode_audit_block(encode(block)).value();
  CHECK(back.stream == block.stream);
  CHECK(back.number == block.number);
  CHECK(back.previous == block.previous);
  CHECK(back.events == 1'000);
  CHECK(back.digest == block.digest);
  CHECK(back.closed_at == at(10));
  block.stream.reset();
  CHECK_FALSE(decode_audit_block(encode(block)).value().stream.has_value());
  CHECK(encode(block) != encode(full_block()));
}

TEST_CASE("a damaged block is unreadable, never another block") {
  testing_internal::sweep_record(encode(full_block()), reencode);
}
