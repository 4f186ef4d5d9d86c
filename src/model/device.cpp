#include <ostiary/model/device.hpp>

#include "codec.hpp"

namespace ostiary::inline v0 {
namespace {
constexpr std::uint8_t format = 1;
}

Bytes encode(const Device& device) {
  codec::Writer out(format);
  out.id(device.id)
      .id(device.account)
      .number(device.epoch)
      .text(device.network)
      .text(device.user_agent)
      .instant(device.created_at);
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
  OSTIARY_TRY(in.finish());
  return device;
}

}  // namespace ostiary::inline v0
