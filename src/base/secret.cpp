#include <ostiary/base/secret.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace ostiary::inline v0 {

void secure_wipe(std::span<std::byte> memory) noexcept {
  if (!memory.empty()) {  // explicit_bzero may not be given a null pointer, even with length 0
    ::explicit_bzero(memory.data(), memory.size());
  }
}

SecretBytes::SecretBytes(ByteView bytes) : SecretBytes(bytes.size()) { std::ranges::copy(bytes, data_.get()); }

SecretBytes::SecretBytes(std::size_t size) : data_(std::make_unique<std::byte[]>(size)), size_(size) {}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    secure_wipe(writable());
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

SecretBytes::~SecretBytes() { secure_wipe(writable()); }

std::string_view SecretString::reveal() const noexcept {
  const auto bytes = bytes_.reveal();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace ostiary::inline v0
