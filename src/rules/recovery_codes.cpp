#include <ostiary/rules/recovery_codes.hpp>

#include <algorithm>
#include <bit>

#include "crypto/digest.hpp"
#include "factor_binding.hpp"
#include "sealed_value.hpp"
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t group_size = 4;
constexpr std::size_t bits_per_symbol = 5;
constexpr std::size_t code_size = recovery_code_symbols * bits_per_symbol / 8;
constexpr std::size_t digest_size = 32;

using Symbols = std::array<char, recovery_code_symbols>;

ByteArray<33> binding_of(const AccountId& account, const CredentialId& id) {
  return factor_binding(FactorSecret::recovery_codes, account, id);
}

// 15 bytes are 24 symbols of 5 bits each.
Symbols symbols_of(ByteView random) {
  Symbols out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::size_t value = 0;
    for (std::size_t bit = i * bits_per_symbol; bit < (i + 1) * bits_per_symbol; ++bit) {
      value = (value << 1U) | ((std::to_integer<std::size_t>(random[bit / 8]) >> (7 - bit % 8)) & 1U);
    }
    out[i] = alphabet[value];
  }
  return out;
}

void wipe(Symbols& symbols) { secure_wipe(std::as_writable_bytes(std::span(symbols))); }

SecretString shown(const Symbols& symbols) {
  std::array<char, recovery_code_length> text{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    if (i > 0 && i % group_size == 0) {
      text.at(at++) = '-';
    }
    text.at(at++) = symbols[i];
  }
  SecretString secret(std::string_view(text.data(), text.size()));
  secure_wipe(std::as_writable_bytes(std::span(text)));
  return secret;
}

// What a typed symbol stands for; 0 where it is none.
char symbol_of(char typed) noexcept {
  const char upper = typed >= 'a' && typed <= 'z' ? static_cast<char>(typed - 'a' + 'A') : typed;
  switch (upper) {
    case 'O':
      return '0';
    case 'I':
    case 'L':
      return '1';
    default:
      return alphabet.find(upper) == std::string_view::npos ? '\0' : upper;
  }
}

std::optional<Symbols> parse(std::string_view typed) {
  Symbols out{};
  std::size_t count = 0;
  for (const char c : typed) {
    if (c == ' ' || c == '-') {
      continue;
    }
    const char symbol = symbol_of(c);
    if (symbol == '\0' || count == out.size()) {
      return std::nullopt;
    }
    out.at(count++) = symbol;
  }
  return count == out.size() ? std::optional(out) : std::nullopt;
}

Result<crypto::Digest> digest_of(const Symbols& symbols) {
  return crypto::sha256(as_bytes(std::string_view(symbols.data(), symbols.size())));
}

}  // namespace

Result<NewRecoveryCodes> make_recovery_codes(const KeyRing& keys, const AccountId& account, std::uint8_t count,
                                             Fresh& fresh, Instant now) {
  OSTIARY_ASSERT(count >= 1 && count <= recovery_codes_count_max);
  NewRecoveryCodes made{.stored = {.id = fresh.id<CredentialId>(), .sealed = {}, .count = count, .made_at = now}};
  SecretBytes digests(count * digest_size);
  for (std::size_t i = 0; i < count; ++i) {
    const auto random = fresh.secret(code_size);
    auto symbols = symbols_of(random.reveal());
    made.codes.push_back(shown(symbols));
    const auto digest = digest_of(symbols);
    wipe(symbols);
    OSTIARY_TRY(const auto sure, digest);
    std::ranges::copy(sure, digests.writable().subspan(i * digest_size).begin());
  }
  OSTIARY_TRY(made.stored.sealed,
              seal_value(keys, KeyPurpose::factor, binding_of(account, made.stored.id), digests.reveal(), fresh));
  return made;
}

Result<std::optional<RecoveryCodeMatch>> match_recovery_code(const KeyRing& keys, const AccountId& account,
                                                             const RecoveryCodes& codes, std::string_view typed) {
  OSTIARY_TRY(const auto digests, open_value(keys, KeyPurpose::factor, binding_of(account, codes.id), codes.sealed));
  if (digests.size() != codes.count * digest_size) {
    return Errc::sealed_value_broken;
  }
  auto symbols = parse(typed);
  if (!symbols) {
    return std::optional<RecoveryCodeMatch>();
  }
  const auto digest = digest_of(*symbols);
  wipe(*symbols);
  OSTIARY_TRY(const auto sure, digest);
  std::optional<RecoveryCodeMatch> match;
  for (std::uint8_t i = 0; i < codes.count; ++i) {
    if (crypto::equal_constant_time(sure, digests.reveal().subspan(i * digest_size, digest_size))) {
      match = RecoveryCodeMatch{.index = i, .is_used = ((codes.used >> i) & 1U) != 0};
    }
  }
  return match;
}

Result<Bytes> reseal_recovery_codes(const KeyRing& keys, const AccountId& account, const RecoveryCodes& codes,
                                    Fresh& fresh) {
  const auto binding = binding_of(account, codes.id);
  OSTIARY_TRY(const auto digests, open_value(keys, KeyPurpose::factor, binding, codes.sealed));
  return seal_value(keys, KeyPurpose::factor, binding, digests.reveal(), fresh);
}

std::size_t recovery_codes_left(const std::optional<RecoveryCodes>& codes) noexcept {
  return codes ? codes->count - static_cast<std::size_t>(std::popcount(codes->used)) : 0;
}

}  // namespace ostiary::inline v0
