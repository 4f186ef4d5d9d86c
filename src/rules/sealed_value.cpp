#include "sealed_value.hpp"

#include "crypto/aead.hpp"
#include "model/codec.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::uint8_t format = 1;
constexpr std::size_t frame_size = 1 + 4 + crypto::aead_nonce_size + 4;  // in front of what is sealed

struct SealedParts {
  std::uint32_t key_id = 0;
  ByteArray<crypto::aead_nonce_size> nonce{};
  ByteView body{};
};

std::optional<SealedParts> parse(ByteView sealed) {
  codec::Reader in(sealed, format);
  const SealedParts parts{
      .key_id = in.number<std::uint32_t>(), .nonce = in.array<crypto::aead_nonce_size>(), .body = in.bytes()};
  return in.finish() ? std::optional(parts) : std::nullopt;
}

}  // namespace

Result<Bytes> seal_value(const KeyRing& keys, KeyPurpose purpose, ByteView bound_to, ByteView plain, Fresh& fresh) {
  ByteArray<crypto::aead_nonce_size> nonce{};
  fresh.take(nonce);
  const auto body_size = plain.size() + crypto::aead_tag_size;
  codec::Writer head(format, frame_size + body_size);
  head.number(keys.current()).raw(nonce).number(static_cast<std::uint32_t>(body_size));
  auto out = std::move(head).finish();
  out.resize(frame_size + body_size);
  OSTIARY_TRY(crypto::aead_seal_into(keys.derived_current(purpose), nonce, bound_to, plain,
                                     std::span(out).subspan(frame_size)));
  return out;
}

Result<SecretBytes> open_value(const KeyRing& keys, KeyPurpose purpose, ByteView bound_to, ByteView sealed) {
  const auto parts = parse(sealed);
  if (!parts) {
    return Errc::sealed_value_broken;
  }
  OSTIARY_TRY(const auto key, keys.derived(parts->key_id, purpose));
  return crypto::aead_open(key, parts->nonce, bound_to, parts->body);
}

std::optional<std::uint32_t> sealed_key_id(ByteView sealed) noexcept {
  const auto parts = parse(sealed);
  return parts ? std::optional(parts->key_id) : std::nullopt;
}

}  // namespace ostiary::inline v0
