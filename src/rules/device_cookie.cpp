#include <ostiary/rules/device_cookie.hpp>

#include <algorithm>

#include "crypto/aead.hpp"
#include "crypto/digest.hpp"
#include "model/codec.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::uint8_t format = 1;
constexpr std::size_t entry_size = 16 + 16 + 8;
constexpr std::size_t plain_size_max = 1 + 1 + (device_entries_count_max * entry_size);
constexpr std::size_t sealed_size_max = 1 + 4 + crypto::aead_nonce_size + 4 + plain_size_max + crypto::aead_tag_size;
static_assert(base64url_length(sealed_size_max) == device_cookie_length_max);

Result<ByteArray<16>> digest_of(const LoginName& login) {
  OSTIARY_TRY(const auto digest, crypto::sha256(as_bytes(login.canonical())));
  ByteArray<16> out{};
  std::ranges::copy(ByteView(digest).first<16>(), out.begin());
  return out;
}

Bytes encode(const std::vector<DeviceEntry>& entries) {
  codec::Writer out(format);
  out.number(static_cast<std::uint8_t>(entries.size()));
  for (const DeviceEntry& entry : entries) {
    out.raw(entry.login).id(entry.device).instant(entry.ends_at);
  }
  return std::move(out).finish();
}

Result<std::vector<DeviceEntry>> decode(ByteView plain) {
  codec::Reader in(plain, format);
  std::vector<DeviceEntry> entries(std::min<std::size_t>(in.number<std::uint8_t>(), device_entries_count_max));
  for (DeviceEntry& entry : entries) {
    entry.login = in.array<16>();
    entry.device = in.id<DeviceId>();
    entry.ends_at = in.instant();
  }
  OSTIARY_TRY(in.finish());
  return entries;
}

Result<std::vector<DeviceEntry>> open(const KeyRing& keys, std::string_view cookie) {
  if (cookie.size() > device_cookie_length_max) {
    return Errc::malformed_token;
  }
  Bytes sealed(cookie.size() * 3 / 4);
  if (!base64url_decode(cookie, sealed)) {
    return Errc::malformed_token;
  }
  codec::Reader in(sealed, format);
  const auto key_id = in.number<std::uint32_t>();
  const auto nonce = in.array<crypto::aead_nonce_size>();
  const auto body = in.bytes();
  OSTIARY_TRY(in.finish());
  OSTIARY_TRY(const auto key, keys.derived(key_id, KeyPurpose::device));
  OSTIARY_TRY(const auto plain, crypto::aead_open(key, nonce, {}, body));
  return decode(plain.reveal());
}

}  // namespace

std::vector<DeviceEntry> open_device_cookie(const KeyRing& keys, std::string_view cookie, Instant now) {
  auto opened = open(keys, cookie);
  if (!opened) {
    // Also for Errc::key_unknown, which is a configuration error everywhere else (R73): a cookie that is not known costs
    // its bearer a notice and the stricter budgets, while an error would let anybody who writes a number into a cookie
    // fail his sign-in with an alarm for the operator, and would shut out every browser once an old key is gone.
    return {};
  }
  auto& entries = opened.assume_value();
  std::erase_if(entries, [&](const DeviceEntry& entry) { return entry.ends_at <= now; });
  return std::move(entries);
}

Result<std::optional<DeviceEntry>> find_device_entry(const std::vector<DeviceEntry>& entries, const LoginName& login) {
  OSTIARY_TRY(const auto digest, digest_of(login));
  const auto found = std::ranges::find(entries, digest, &DeviceEntry::login);
  return found == entries.end() ? std::nullopt : std::optional(*found);
}

Result<SecretString> renew_device_cookie(const KeyRing& keys, std::vector<DeviceEntry> entries, const LoginName& login,
                                         const DeviceId& device, Instant ends_at, Fresh& fresh) {
  OSTIARY_TRY(const auto digest, digest_of(login));
  std::erase_if(entries, [&](const DeviceEntry& entry) { return entry.login == digest; });
  entries.insert(entries.begin(), {.login = digest, .device = device, .ends_at = ends_at});
  entries.resize(std::min(entries.size(), device_entries_count_max));
  const auto nonce = fresh.secret(crypto::aead_nonce_size);
  OSTIARY_TRY(const auto sealed,
              crypto::aead_seal(keys.derived_current(KeyPurpose::device), nonce.reveal(), {}, encode(entries)));
  codec::Writer out(format);
  out.number(keys.current()).raw(nonce.reveal()).bytes(sealed);
  return SecretString(base64url_encode(std::move(out).finish()));
}

}  // namespace ostiary::inline v0
