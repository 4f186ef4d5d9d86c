#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>

#include <ostiary/model/mail.hpp>

// How keys and rows are laid out: fields in order, numbers big-endian and of fixed width. So keys sort as their numbers
// do, and a range of keys is a range of times or of ids.
namespace host::lmdb {

using namespace ostiary;  // NOLINT(google-build-using-namespace): an example reads better so

template <class Tag>
ByteView bytes_of(const Id<Tag>& id) noexcept {
  return id.bytes();
}
template <std::size_t N>
ByteView bytes_of(const ByteArray<N>& bytes) noexcept {
  return bytes;
}

class Writer {
 public:
  Writer() { out_.reserve(64); }  // most keys, at once

  template <std::unsigned_integral T>
  Writer& number(T value) {
    for (std::size_t i = sizeof(T); i-- > 0;) {
      out_.push_back(static_cast<std::byte>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xffU));
    }
    return *this;
  }
  template <class Enum>
  Writer& choice(Enum value) {
    return number(static_cast<std::uint8_t>(value));
  }
  /// With its sign turned over, so that times before 1970 sort first.
  Writer& time(Instant at) { return number(static_cast<std::uint64_t>(at.time_since_epoch().count()) ^ sign_bit); }
  Writer& raw(ByteView bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  Writer& lease(const std::optional<Lease>& lease) {
    const auto held = lease.value_or(Lease());
    return number(std::uint8_t{lease.has_value()}).raw(bytes_of(held.token)).time(held.until);
  }
  /// A text in the middle of a row, after its length.
  Writer& text(std::string_view text) { return number(static_cast<std::uint32_t>(text.size())).raw(as_bytes(text)); }

  [[nodiscard]] Bytes finish() { return std::move(out_); }

  static constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63U;

 private:
  Bytes out_;
};

/// Reader never reads past the end: what is missing reads as zero or empty, and `is_whole` tells afterwards.
class Reader {
 public:
  explicit Reader(ByteView row) noexcept : rest_(row) {}

  template <std::unsigned_integral T>
  T number() {
    std::uint64_t wide = 0;
    for (const std::byte byte : take(sizeof(T))) {
      wide = (wide << 8U) | std::to_integer<std::uint64_t>(byte);
    }
    return static_cast<T>(wide);
  }
  /// An enumerator from `first` to `last`; a row with another was written by nobody that we know.
  template <class Enum>
  Enum choice(Enum first, Enum last) {
    const auto value = number<std::uint8_t>();
    if (value < static_cast<std::uint8_t>(first) || value > static_cast<std::uint8_t>(last)) {
      is_whole_ = false;
      return first;
    }
    return static_cast<Enum>(value);
  }
  Instant time() { return Instant(Duration(static_cast<std::int64_t>(number<std::uint64_t>() ^ Writer::sign_bit))); }
  template <std::size_t N>
  ByteArray<N> array() {
    ByteArray<N> out{};
    const auto bytes = take(N);
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
  }
  /// An Id, or a key of bytes.
  template <class IdType>
  IdType id() {
    return IdType(array<sizeof(IdType)>());
  }
  std::string text() {
    const auto bytes = take(number<std::uint32_t>());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  std::optional<Lease> lease() {
    const bool is_leased = number<std::uint8_t>() != 0;
    const Lease held{.token = id<LeaseToken>(), .until = time()};
    return is_leased ? std::optional(held) : std::nullopt;
  }
  ByteView rest() { return take(rest_.size()); }

  /// Nothing was missing, and nothing is left.
  [[nodiscard]] bool is_whole() const noexcept { return is_whole_ && rest_.empty(); }

 private:
  ByteView take(std::size_t count) {
    if (count > rest_.size()) {
      is_whole_ = false;
      rest_ = {};
      return {};
    }
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  ByteView rest_;
  bool is_whole_ = true;
};

}  // namespace host::lmdb
