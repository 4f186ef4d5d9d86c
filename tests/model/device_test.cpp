#include <ostiary/model/device.hpp>

#include <doctest/doctest.h>

#include "codec_sweep.hpp"
#include "model/codec.hpp"

using namespace ostiary;

namespace {

Instant at(std::int64_t seconds) { return Instant(std::chrono::seconds(seconds)); }

Device full_device() {
  return {.id = DeviceId::make(at(1), ByteArray<10>{std::byte{1}}),
          .account = AccountId::make(at(2), ByteArray<10>{std::byte{2}}),
          .epoch = 5,
          .network = "192.0.2.1",
          .user_agent = "Browser/1",
          .created_at = at(10),
          .remembered = RememberedFactor{.proved_at = at(13), .until = at(14)},
          .last_seen_at = at(11),
          .ends_at = at(12)};
}

Result<Bytes> reencode(ByteView body) {
  OSTIARY_TRY(const auto device, decode_device(body));
  return encode(device);
}

}  // namespace

TEST_CASE("a device comes back as it was written, but for its hot fields") {
  const auto device = full_device();
  const auto back = decode_device(encode(device)).value();
  CHECK(back.id == device.id);
  CHECK(back.account == device.account);
  CHECK(back.epoch == 5);
  CHECK(back.network == "192.0.2.1");
  CHECK(back.user_agent == "Browser/1");
  CHECK(back.created_at == at(10));
  REQUIRE(back.remembered.has_value());
  CHECK(back.remembered->proved_at == at(13));
  CHECK(back.remembered->until == at(14));
  CHECK(back.last_seen_at == Instant());
  CHECK(back.ends_at == Instant());
  auto moved = device;
  moved.last_seen_at = at(99);
  moved.ends_at = at(100);
  CHECK(encode(moved) == encode(device));
}

TEST_CASE("R66: a device that remembers no factor comes back so, also one of before") {
  auto device = full_device();
  device.remembered.reset();
  CHECK_FALSE(decode_device(encode(device)).value().remembered.has_value());
  codec::Writer before(1);
  before.id(device.id).id(device.account).number(device.epoch).text(device.network).text(device.user_agent);
  const auto body = std::move(before.instant(device.created_at)).finish();
  CHECK(reencode(body).value() == encode(device));
}

TEST_CASE("a damaged device is unreadable, never another device") {
  testing_internal::sweep_record(encode(full_device()), reencode);
}
