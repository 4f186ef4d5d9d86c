#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

#include <ostiary/base/id.hpp>
#include <ostiary/base/result.hpp>

// The binary form of stored records: a format byte, then fields in order. Numbers are big-endian and of fixed width,
// texts have a 4-byte length in front. A later release raises the format and appends fields; `Reader::format` tells it
// which are there.
namespace ostiary::inline v0::codec {

template <class T>
concept Number = std::unsigned_integral<T> || std::is_enum_v<T>;

class Writer {
 public:
  /// `size` is how many bytes will be written, where that is known: one allocation then.
  explicit Writer(std::uint8_t format, std::size_t size = 0) {
    out_.reserve(size);
    number(format);
  }

  template <Number T>
  Writer& number(T value) {
    const auto wide = static_cast<std::uint64_t>(value);
    for (std::size_t i = sizeof(T); i-- > 0;) {
      out_.push_back(static_cast<std::byte>((wide >> (8 * i)) & 0xffU));
    }
    return *this;
  }
  Writer& instant(Instant at) { return number(static_cast<std::uint64_t>(at.time_since_epoch().count())); }
  Writer& raw(ByteView bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  Writer& bytes(ByteView bytes) { return number(static_cast<std::uint32_t>(bytes.size())).raw(bytes); }
  Writer& text(std::string_view text) { return bytes(as_bytes(text)); }
  template <class Tag>
  Writer& id(const Id<Tag>& id) {
    return raw(id.bytes());
  }
  /// optional writes whether there is a value, then lets `write` write it.
  template <class T, class Write>
  Writer& optional(const std::optional<T>& value, Write write) {
    number(static_cast<std::uint8_t>(value.has_value()));
    if (value) {
      write(*value);
    }
    return *this;
  }

  Bytes finish() && { return std::move(out_); }

 private:
  Bytes out_;
};

/// Reader never reads past the end: once a field is missing or wrong it stays failed, and what it gives is empty.
class Reader {
 public:
  Reader(ByteView body, std::uint8_t format_newest) : rest_(body), format_(number<std::uint8_t>()) {
    if (format_ == 0 || format_ > format_newest) {
      fail();
    }
  }

  [[nodiscard]] std::uint8_t format() const noexcept { return format_; }

  template <Number T>
  T number() {
    std::uint64_t wide = 0;
    for (const std::byte byte : take(sizeof(T))) {
      wide = (wide << 8U) | std::to_integer<std::uint64_t>(byte);
    }
    return static_cast<T>(wide);
  }
  /// choice reads an enumerator from `first` to `last`.
  template <class Enum>
  Enum choice(Enum first, Enum last) {
    const auto value = number<std::underlying_type_t<Enum>>();
    if (value < static_cast<std::underlying_type_t<Enum>>(first) ||
        value > static_cast<std::underlying_type_t<Enum>>(last)) {
      fail();
      return first;
    }
    return static_cast<Enum>(value);
  }
  Instant instant() { return Instant(Duration(static_cast<std::int64_t>(number<std::uint64_t>()))); }
  ByteView bytes() { return take(number<std::uint32_t>()); }
  std::string text() {
    const auto view = bytes();
    return {reinterpret_cast<const char*>(view.data()), view.size()};
  }
  template <std::size_t N>
  ByteArray<N> array() {
    ByteArray<N> out{};
    const auto view = take(N);
    std::copy(view.begin(), view.end(), out.begin());
    return out;
  }
  template <class IdType>
  IdType id() {
    return IdType(array<16>());
  }
  template <class Read>
  auto optional(Read read) -> std::optional<decltype(read())> {
    const auto present = number<std::uint8_t>();
    if (present > 1) {
      fail();
    }
    if (present == 0 || failed_) {
      return std::nullopt;
    }
    return read();
  }
  /// parsed reads a text and parses it with `parse`; a text that does not parse fails the record.
  template <class Parse>
  auto parsed(Parse parse) {
    auto result = parse(text());
    if (!result) {
      fail();
    }
    return result;
  }
  void fail() noexcept {
    failed_ = true;
    rest_ = {};
  }

  /// finish answers Errc::record_unreadable where a field failed or bytes are left.
  [[nodiscard]] Result<void> finish() const {
    if (failed_ || !rest_.empty()) {
      return Errc::record_unreadable;
    }
    return success();
  }

 private:
  ByteView take(std::size_t count) {
    if (failed_ || count > rest_.size()) {
      fail();
      return {};
    }
    const auto out = rest_.first(count);
    rest_ = rest_.subspan(count);
    return out;
  }

  ByteView rest_;
  bool failed_ = false;
  std::uint8_t format_ = 0;
};

}  // namespace ostiary::inline v0::codec
