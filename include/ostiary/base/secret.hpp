#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include <ostiary/base/encoding.hpp>

namespace ostiary::inline v0 {

/// secure_wipe overwrites `memory` in a way that the compiler may not leave out.
OSTIARY_CORE_EXPORT void secure_wipe(std::span<std::byte> memory) noexcept;

/// SecretBytes holds bytes that must not be shown: it moves but does not copy, wipes what it held, and cannot be
/// printed, formatted or compared. Every exposure goes through `reveal()`, so `grep reveal` finds them all.
class OSTIARY_CORE_EXPORT SecretBytes {
 public:
  SecretBytes() noexcept = default;
  /// Copies `bytes`; wiping the source is the caller's part.
  explicit SecretBytes(ByteView bytes);
  /// Makes `size` zero bytes, to be written through `writable()`.
  explicit SecretBytes(std::size_t size);
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  [[nodiscard]] ByteView reveal() const noexcept { return {data_.get(), size_}; }
  [[nodiscard]] std::span<std::byte> writable() noexcept { return {data_.get(), size_}; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  bool operator==(const SecretBytes&) const = delete;

 private:
  std::unique_ptr<std::byte[]> data_;  // NOLINT(*-avoid-c-arrays): a sized buffer that is never moved in memory
  std::size_t size_ = 0;
};

/// SecretString is SecretBytes for text: a password, a PIN, a token. It never cuts or trims what it was given.
class OSTIARY_CORE_EXPORT SecretString {
 public:
  SecretString() noexcept = default;
  explicit SecretString(std::string_view text) : bytes_(as_bytes(text)) {}

  [[nodiscard]] std::string_view reveal() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }

  bool operator==(const SecretString&) const = delete;

 private:
  SecretBytes bytes_;
};

}  // namespace ostiary::inline v0
