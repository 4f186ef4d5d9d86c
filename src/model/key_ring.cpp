#include <ostiary/model/key_ring.hpp>

#include <algorithm>
#include <array>

#include "crypto/hkdf.hpp"
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t derived_size = 32;
constexpr std::size_t secret_size_min = 32;
constexpr std::size_t secret_size_max = 64;

std::string_view label_of(KeyPurpose purpose) noexcept {
  switch (purpose) {
    case KeyPurpose::link:
      return "ostiary/v1/link";
    case KeyPurpose::pin:
      return "ostiary/v1/pin";
    case KeyPurpose::audit:
      return "ostiary/v1/audit";
    case KeyPurpose::budget:
      return "ostiary/v1/budget";
    case KeyPurpose::csrf:
      return "ostiary/v1/csrf";
    case KeyPurpose::device:
      return "ostiary/v1/device";
    case KeyPurpose::decoy:
      return "ostiary/v1/decoy";
    case KeyPurpose::ceremony:
      return "ostiary/v1/ceremony";
    case KeyPurpose::audit_block:
      return "ostiary/v1/audit_block";
    case KeyPurpose::factor:
      return "ostiary/v1/factor";
  }
  return {};
}

bool is_usable(const Key& key) { return key.secret.size() >= secret_size_min && key.secret.size() <= secret_size_max; }

bool has_id_twice(const std::vector<Key>& keys) {
  return std::ranges::any_of(keys, [&](const Key& key) { return std::ranges::count(keys, key.id, &Key::id) > 1; });
}

}  // namespace

Result<std::shared_ptr<const KeyRing>> KeyRing::create(std::uint32_t current, std::vector<Key> keys) {
  if (keys.empty() || keys.size() > keys_count_max || !std::ranges::all_of(keys, is_usable) || has_id_twice(keys) ||
      std::ranges::count(keys, current, &Key::id) != 1) {
    return Errc::invalid_configuration;
  }
  std::vector<DerivedKeys> derived;
  for (const Key& key : keys) {
    SecretBytes bytes(key_purposes_count * derived_size);
    for (std::size_t i = 0; i < key_purposes_count; ++i) {
      const auto out = bytes.writable().subspan(i * derived_size, derived_size);
      OSTIARY_TRY(crypto::hkdf_sha256(key.secret.reveal(), label_of(static_cast<KeyPurpose>(i)), out));
    }
    derived.push_back({.id = key.id, .bytes = std::move(bytes)});
  }
  return std::shared_ptr<const KeyRing>(new KeyRing(current, std::move(derived)));
}

Result<ByteView> KeyRing::derived(std::uint32_t id, KeyPurpose purpose) const {
  const auto found = std::ranges::find(keys_, id, &DerivedKeys::id);
  if (found == keys_.end()) {
    return Errc::key_unknown;
  }
  return found->bytes.reveal().subspan(static_cast<std::size_t>(purpose) * derived_size, derived_size);
}

std::vector<std::uint32_t> KeyRing::ids() const {
  std::vector<std::uint32_t> ids{current_};
  for (const auto& key : keys_) {
    if (key.id != current_) {
      ids.push_back(key.id);
    }
  }
  return ids;
}

ByteView KeyRing::derived_current(KeyPurpose purpose) const {
  const auto found = derived(current_, purpose);
  OSTIARY_ASSERT(found.has_value());
  return found.assume_value();
}

ByteView KeyRing::derived_oldest(KeyPurpose purpose) const {
  const auto found = derived(std::ranges::min_element(keys_, {}, &DerivedKeys::id)->id, purpose);
  OSTIARY_ASSERT(found.has_value());
  return found.assume_value();
}

KeySource::KeySource(std::shared_ptr<const KeyRing> ring) : ring_(std::move(ring)) { OSTIARY_ASSERT(ring_ != nullptr); }

std::shared_ptr<const KeyRing> KeySource::current() const {
  const std::lock_guard lock(mutex_);
  return ring_;
}

void KeySource::swap(std::shared_ptr<const KeyRing> ring) {
  OSTIARY_ASSERT(ring != nullptr);
  const std::lock_guard lock(mutex_);
  ring_ = std::move(ring);
}

}  // namespace ostiary::inline v0
