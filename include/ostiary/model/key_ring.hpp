#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <ostiary/base/result.hpp>
#include <ostiary/base/secret.hpp>

namespace ostiary::inline v0 {

/// KeyPurpose separates the keys that are derived from one key of the ring (HKDF-SHA-256, a label for each).
enum class KeyPurpose : std::uint8_t { link, pin, audit, budget, csrf, device, decoy, ceremony, audit_block, factor };
inline constexpr std::size_t key_purposes_count = 10;

/// Key is one secret of the ring: 32-64 bytes from a random source, under an id that is never given to another.
struct Key {
  std::uint32_t id = 0;  ///< Ids ascend: a later key has a higher id than every key before it.
  SecretBytes secret{};
};

/// KeyRing is the host's master keys, immutable once made. New values are made under the current key; values made under
/// any key of the ring keep working. It is the crown jewel: who has it can make any link.
class OSTIARY_CORE_EXPORT KeyRing {
 public:
  static constexpr std::size_t keys_count_max = 16;

  /// create answers Errc::invalid_configuration for no key, more than `keys_count_max`, a key of another length, the
  /// same id twice, or a `current` that is not among them.
  [[nodiscard]] static Result<std::shared_ptr<const KeyRing>> create(std::uint32_t current, std::vector<Key> keys);

  [[nodiscard]] std::uint32_t current() const noexcept { return current_; }
  /// ids gives the ids of all keys, the current one first.
  [[nodiscard]] std::vector<std::uint32_t> ids() const;
  /// derived gives the 32 bytes for `purpose` under key `id`, or Errc::key_unknown. The view lives as long as the ring.
  [[nodiscard]] Result<ByteView> derived(std::uint32_t id, KeyPurpose purpose) const;
  [[nodiscard]] ByteView derived_current(KeyPurpose purpose) const;
  /// derived_oldest is under the key with the lowest id: the same before and after another is added and made current.
  [[nodiscard]] ByteView derived_oldest(KeyPurpose purpose) const;

 private:
  struct DerivedKeys {
    std::uint32_t id = 0;
    SecretBytes bytes;  // key_purposes_count × 32
  };
  KeyRing(std::uint32_t current, std::vector<DerivedKeys> keys) : current_(current), keys_(std::move(keys)) {}

  std::uint32_t current_;
  std::vector<DerivedKeys> keys_;
};

/// KeySource hands out the ring that is in force. `swap` replaces it at run time: add a new key everywhere first, then
/// make it current (R73). Safe from many threads; a running operation keeps the ring that it began with.
class OSTIARY_CORE_EXPORT KeySource {
 public:
  explicit KeySource(std::shared_ptr<const KeyRing> ring);

  [[nodiscard]] std::shared_ptr<const KeyRing> current() const;
  void swap(std::shared_ptr<const KeyRing> ring);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const KeyRing> ring_;
};

}  // namespace ostiary::inline v0
