#include <ostiary/base/id.hpp>

#include <algorithm>
#include <cstdint>

namespace ostiary::inline v0::detail {

IdBytes make_id(Instant at, const ByteArray<10>& random) noexcept {
  constexpr std::size_t time_bytes = 6;
  IdBytes id{};
  const auto milliseconds = static_cast<std::uint64_t>(at.time_since_epoch().count());
  for (std::size_t i = 0; i < time_bytes; ++i) {
    id.at(i) = static_cast<std::byte>((milliseconds >> (8 * (time_bytes - 1 - i))) & 0xffU);
  }
  std::ranges::copy(random, id.begin() + time_bytes);
  id[6] = (id[6] & std::byte{0x0f}) | std::byte{0x70};  // version 7
  id[8] = (id[8] & std::byte{0x3f}) | std::byte{0x80};  // RFC 9562 variant
  return id;
}

Result<IdBytes> parse_id(std::string_view text) {
  IdBytes bytes{};
  if (!hex_decode(text, bytes)) {
    return Errc::malformed_id;
  }
  return bytes;
}

}  // namespace ostiary::inline v0::detail
