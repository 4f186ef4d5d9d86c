#pragma once

#include <doctest/doctest.h>

#include <ostiary/base/encoding.hpp>
#include <ostiary/base/result.hpp>

namespace ostiary::testing_internal {

/// sweep_record damages `body` in every way a single fault can, and checks what `reencode` (decode, then encode) makes
/// of it: a cut or lengthened record, and one of another format, is unreadable; a record with one byte changed is
/// either unreadable or says exactly what it holds, so that nothing is invented or lost on the way.
template <class Reencode>
void sweep_record(const Bytes& body, Reencode reencode) {
  REQUIRE(reencode(body).has_value());
  CHECK(hex_encode(reencode(body).value()) == hex_encode(body));
  for (std::size_t size = 0; size < body.size(); ++size) {
    CAPTURE(size);
    CHECK(reencode(ByteView(body).first(size)).error() == Errc::record_unreadable);
  }
  auto longer = body;
  longer.push_back(std::byte{0});
  CHECK(reencode(longer).error() == Errc::record_unreadable);
  const auto own = std::to_integer<unsigned>(body.front());
  for (const unsigned format : {0U, own - 1, own + 1, 255U}) {  // one of an earlier format ends before
    auto other = body;
    other.front() = static_cast<std::byte>(format);
    CHECK(reencode(other).error() == Errc::record_unreadable);
  }
  auto changed = body;
  for (std::size_t at = 0; at < body.size(); ++at) {
    for (unsigned flip = 1; flip < 256; ++flip) {
      changed[at] = body[at] ^ static_cast<std::byte>(flip);
      const Result<Bytes> again = reencode(changed);
      const bool holds = again ? again.value() == changed : again.error() == Errc::record_unreadable;
      if (!holds) {  // an assertion for each of the many thousand would be slow
        CAPTURE(at);
        CAPTURE(flip);
        CHECK(holds);
      }
    }
    changed[at] = body[at];
  }
}

}  // namespace ostiary::testing_internal
