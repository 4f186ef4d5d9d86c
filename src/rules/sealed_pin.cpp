#include <ostiary/rules/sealed_pin.hpp>

#include "sealed_value.hpp"

namespace ostiary::inline v0 {

Result<Bytes> seal_pin_hash(const KeyRing& keys, const AccountId& account, std::string_view hash, Fresh& fresh) {
  return seal_value(keys, KeyPurpose::pin, account.bytes(), as_bytes(hash), fresh);
}

Result<SecretString> open_pin_hash(const KeyRing& keys, const AccountId& account, ByteView sealed) {
  OSTIARY_TRY(const auto plain, open_value(keys, KeyPurpose::pin, account.bytes(), sealed));
  const auto text = plain.reveal();
  return SecretString({reinterpret_cast<const char*>(text.data()), text.size()});
}

std::optional<std::uint32_t> pin_key_id(ByteView sealed) noexcept { return sealed_key_id(sealed); }

}  // namespace ostiary::inline v0
