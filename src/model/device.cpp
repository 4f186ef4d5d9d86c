#include <ostiary/model/device.hpp>

#include "codec.hpp"

namespace ostiary::inline v0 {
namespace {
constexpr std::uint8_t format = 2;
}

Bytes encode(const Device& device) {
  codec::Writer out(format);
  out.id(device.id)
      .id(device.account)
      .number(device.epoch)
      .text(device.network)
      .text(device.user_agent)
      .instant(device.created_at);
  out.optional(device.remembered,
               [&](const RememberedFactor& factor) { out.instant(factor.proved_at).instant(factor.until); });
  return std::move(out).finish();
}

Result<Device> decode_device(ByteView body) {
  codec::Reader in(body, format);
  Device device;
  device.id = in.id<DeviceId>();
  device.account = in.id<AccountId>();
  device.epoch = in.number<std::uint32_t>();
  device.network = in.text();
  device.user_agent = in.text();
  device.created_at = in.instant();
  if (in.format() >= 2) {
    device.remembered = in.optional([&] {
      RememberedFactor factor{.proved_at = in.instant()};
      factor.until = in.instant();
      return factor;
    });
  }
  OSTIARY_TRY(in.finish());
  return device;
}

}  // namespace ostiary::inline v0
