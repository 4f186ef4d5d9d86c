#include <ostiary/rules/password_import.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "crypto/phc.hpp"
#include <ostiary/base/ascii.hpp>

namespace ostiary::inline v0 {
namespace {

using crypto::KdfParameters;

constexpr std::size_t text_size_max = 512;
using Fields = std::vector<std::string_view>;

Fields split(std::string_view text) {
  Fields fields;
  while (true) {
    const auto at = text.find('$');
    fields.push_back(text.substr(0, at));
    if (at == std::string_view::npos) {
      return fields;
    }
    text.remove_prefix(at + 1);
  }
}

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

// base64 of RFC 4648 §4, padded or not, and passlib's, which has '.' for '+'.
std::optional<Bytes> base64_of(std::string_view text) {
  const auto padding = text.size() - std::min(text.size(), text.find_last_not_of('=') + 1);
  if (padding > 2 || (padding > 0 && text.size() % 4 != 0)) {
    return std::nullopt;
  }
  std::string digits(text.substr(0, text.size() - padding));
  if (digits.find_first_of("-_") != std::string::npos) {
    return std::nullopt;
  }
  std::ranges::replace(digits, '+', '-');
  std::ranges::replace(digits, '.', '-');
  std::ranges::replace(digits, '/', '_');
  Bytes out(digits.size() * 3 / 4);
  if (!base64url_decode(digits, out)) {
    return std::nullopt;
  }
  return out;
}

// Every way in ends here: what the store could not read back is malformed.
Result<std::string> stored(const KdfParameters& parameters, const std::optional<Bytes>& salt,
                           const std::optional<Bytes>& digest) {
  if (!salt || !digest || salt->size() > crypto::phc_field_size_max || digest->size() > crypto::phc_field_size_max) {
    return Errc::malformed_password_hash;
  }
  auto text = crypto::write_phc(
      {.parameters = parameters, .salt = crypto::PhcBytes(*salt), .digest = crypto::PhcBytes(*digest)});
  OSTIARY_TRY(crypto::parse_phc(text));
  return text;
}

Bytes bytes_of(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

Result<std::string> import_bcrypt(const Fields& fields, crypto::BcryptInput input) {
  constexpr std::size_t salt_length = 22;
  constexpr std::size_t length = 53;
  if (fields.size() != 4 || fields[2].size() != 2 || !ascii::is_digit(fields[2][0]) || fields[3].size() != length) {
    return Errc::malformed_password_hash;
  }
  const auto cost = number_of(fields[2]);
  // Some libraries leave rubbish in the bits of the salt's last character that stand for nothing.
  std::string salt_text(fields[3].substr(0, salt_length));
  constexpr std::string_view digits = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const auto last = digits.find(salt_text.back());
  if (!cost || last == std::string_view::npos) {
    return Errc::malformed_password_hash;
  }
  salt_text.back() = digits[last & 0x30U];
  Bytes salt(crypto::bcrypt_salt_size);
  Bytes digest(crypto::bcrypt_digest_size);
  if (!crypto::bcrypt_base64_decode(salt_text, salt) ||
      !crypto::bcrypt_base64_decode(fields[3].substr(salt_length), digest)) {
    return Errc::malformed_password_hash;
  }
  return stored(crypto::BcryptParameters{.input = input, .cost = *cost}, std::move(salt), std::move(digest));
}

bool is_bcrypt(const Fields& fields) {
  return fields.size() >= 2 && fields[0].empty() && (fields[1] == "2a" || fields[1] == "2b" || fields[1] == "2y");
}

std::optional<crypto::Pbkdf2Digest> pbkdf2_digest_of(std::string_view name) {
  if (name == "pbkdf2" || name == "pbkdf2-sha1" || name == "pbkdf2_sha1") {
    return crypto::Pbkdf2Digest::sha1;
  }
  if (name == "pbkdf2-sha256" || name == "pbkdf2_sha256") {
    return crypto::Pbkdf2Digest::sha256;
  }
  if (name == "pbkdf2-sha512") {
    return crypto::Pbkdf2Digest::sha512;
  }
  return std::nullopt;
}

// $pbkdf2-sha256$i=1000$salt$digest, ...$i=1000,l=32$..., and passlib's ...$1000$...
Result<std::string> import_pbkdf2(const Fields& fields) {
  if (fields.size() != 5) {
    return Errc::malformed_password_hash;
  }
  auto cost = fields[2];
  auto digest = base64_of(fields[4]);
  if (cost.starts_with("i=")) {
    cost.remove_prefix(2);
    if (const auto comma = cost.find(','); comma != std::string_view::npos) {
      if (!digest || cost.substr(comma) != fmt::format(",l={}", digest->size())) {
        return Errc::malformed_password_hash;
      }
      cost = cost.substr(0, comma);
    }
  }
  const auto iterations = number_of(cost);
  if (!iterations) {
    return Errc::malformed_password_hash;
  }
  return stored(crypto::Pbkdf2Parameters{.digest = *pbkdf2_digest_of(fields[1]), .iterations = *iterations},
                base64_of(fields[3]), digest);
}

// Argon2 and scrypt: as we write them, but for padding.
Result<std::string> import_phc(std::string_view text) {
  const auto fields = split(text);
  if (fields.size() < 5) {
    return Errc::malformed_password_hash;
  }
  auto salt = base64_of(fields[fields.size() - 2]);
  auto digest = base64_of(fields.back());
  const auto head = text.substr(0, text.size() - fields.back().size() - fields[fields.size() - 2].size() - 1);
  // The parameters are read with a blank salt and digest: what stands in them is spelled anew.
  OSTIARY_TRY(const auto parsed,
              crypto::parse_phc(std::string(head) + std::string(22, 'A') + "$" + std::string(43, 'A')));
  return stored(parsed.parameters, salt, digest);
}

// pbkdf2_sha256$1000$salt$digest: the salt is text, not base64.
Result<std::string> import_django_pbkdf2(const Fields& fields) {
  const auto iterations = fields.size() == 4 ? number_of(fields[1]) : std::nullopt;
  if (!iterations) {
    return Errc::malformed_password_hash;
  }
  return stored(crypto::Pbkdf2Parameters{.digest = *pbkdf2_digest_of(fields[0]), .iterations = *iterations},
                bytes_of(fields[2]), base64_of(fields[3]));
}

// scrypt$16384$salt$8$5$digest
Result<std::string> import_django_scrypt(const Fields& fields) {
  if (fields.size() != 6) {
    return Errc::malformed_password_hash;
  }
  const auto n = number_of(fields[1]);
  const auto block_size = number_of(fields[3]);
  const auto lanes = number_of(fields[4]);
  if (!n || !block_size || !lanes || !std::has_single_bit(*n)) {
    return Errc::malformed_password_hash;
  }
  return stored(
      crypto::ScryptParameters{
          .log2_n = static_cast<std::uint32_t>(std::countr_zero(*n)), .block_size = *block_size, .lanes = *lanes},
      bytes_of(fields[2]), base64_of(fields[5]));
}

std::uint32_t big_endian_at(ByteView bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (const auto byte : bytes.subspan(at, 4)) {
    value = (value << 8U) | std::to_integer<std::uint32_t>(byte);
  }
  return value;
}

Bytes copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

// What a blob holds, of whatever sizes it says.
struct Unpacked {
  KdfParameters parameters;
  Bytes salt;
  Bytes digest;
};

// ASP.NET Core Identity. Version 2: 0, salt of 16, subkey of 32, PBKDF2 of SHA-1 in 1,000 iterations.
// Version 3: 1, then as 32-bit big-endian numbers the PRF, the iterations and the salt's length; salt; subkey.
std::optional<Unpacked> identity_of(std::string_view text) {
  constexpr std::size_t v2_salt = 16;
  constexpr std::size_t v2_size = 1 + v2_salt + 32;
  constexpr std::size_t v3_head = 13;
  const auto blob = text.size() % 4 == 0 ? base64_of(text) : std::nullopt;
  if (!blob || blob->empty()) {
    return std::nullopt;
  }
  const ByteView bytes(*blob);
  if (bytes[0] == std::byte{0} && bytes.size() == v2_size) {
    return Unpacked{.parameters = crypto::Pbkdf2Parameters{.digest = crypto::Pbkdf2Digest::sha1, .iterations = 1000},
                    .salt = copy_of(bytes.subspan(1, v2_salt)),
                    .digest = copy_of(bytes.subspan(1 + v2_salt))};
  }
  if (bytes[0] != std::byte{1} || bytes.size() < v3_head) {
    return std::nullopt;
  }
  constexpr std::array prfs{crypto::Pbkdf2Digest::sha1, crypto::Pbkdf2Digest::sha256, crypto::Pbkdf2Digest::sha512};
  const auto prf = big_endian_at(bytes, 1);
  const auto salt_size = big_endian_at(bytes, 9);
  if (prf >= prfs.size() || salt_size > bytes.size() - v3_head) {
    return std::nullopt;
  }
  return Unpacked{.parameters = crypto::Pbkdf2Parameters{.digest = prfs.at(prf), .iterations = big_endian_at(bytes, 5)},
                  .salt = copy_of(bytes.subspan(v3_head, salt_size)),
                  .digest = copy_of(bytes.subspan(v3_head + salt_size))};
}

struct Kind {
  std::string_view prefix;
  std::string_view name;
};

// In this order: the first whose prefix fits. Those before "unknown" that no import_ function takes are refused by name.
constexpr std::array kinds{
    Kind{"$argon2id$", "Argon2id"},
    Kind{"$argon2i$", "Argon2i"},
    Kind{"$argon2d$", "Argon2d"},
    Kind{"$scrypt$", "scrypt"},
    Kind{"$pbkdf2$", "PBKDF2"},
    Kind{"$pbkdf2-sha1$", "PBKDF2"},
    Kind{"$pbkdf2-sha256$", "PBKDF2"},
    Kind{"$pbkdf2-sha512$", "PBKDF2"},
    Kind{"$bcrypt-sha256$", "passlib bcrypt-sha256"},
    Kind{"$2a$", "bcrypt"},
    Kind{"$2b$", "bcrypt"},
    Kind{"$2y$", "bcrypt"},
    Kind{"$2b-sha256$", "bcrypt of SHA-256"},
    Kind{"$2x$", "bcrypt of a faulty implementation ($2x$)"},
    Kind{"$2$", "bcrypt of the first version ($2$)"},
    Kind{"$1$", "MD5-crypt"},
    Kind{"$apr1$", "Apache MD5-crypt"},
    Kind{"$P$", "phpass (MD5)"},
    Kind{"$H$", "phpass (MD5)"},
    Kind{"$S$", "Drupal SHA-512"},
    Kind{"$5$", "SHA-256-crypt"},
    Kind{"$6$", "SHA-512-crypt"},
    Kind{"$7$", "scrypt-crypt ($7$)"},
    Kind{"$y$", "yescrypt"},
    Kind{"pbkdf2_sha256$", "Django PBKDF2"},
    Kind{"pbkdf2_sha1$", "Django PBKDF2"},
    Kind{"scrypt$", "Django scrypt"},
    Kind{"argon2$", "Django Argon2"},
    Kind{"bcrypt$$", "Django bcrypt"},
    Kind{"bcrypt_sha256$$", "Django bcrypt-sha256"},
    Kind{"md5$", "Django MD5"},
    Kind{"unsalted_md5$", "Django unsalted MD5"},
    Kind{"sha1$", "Django SHA-1"},
    Kind{"unsalted_sha1$", "Django unsalted SHA-1"},
    Kind{"crypt$", "Django DES crypt"},
    Kind{"{", "LDAP scheme"},
    Kind{"*", "MySQL SHA-1"},
};

bool is_hexadecimal(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return ascii::is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}

std::string_view digest_kind(std::string_view text) {
  switch (is_hexadecimal(text) ? text.size() : 0) {
    case 32:
      return "MD5 or NT hash in hexadecimal";
    case 40:
      return "SHA-1 in hexadecimal";
    case 64:
      return "SHA-256 in hexadecimal";
    case 128:
      return "SHA-512 in hexadecimal";
    default:
      return "unknown";
  }
}

}  // namespace

std::string_view password_hash_kind(std::string_view text) {
  const auto* const found =
      std::ranges::find_if(kinds, [&](const Kind& kind) { return text.starts_with(kind.prefix); });
  if (found != kinds.end()) {
    return found->name;
  }
  if (const auto named = digest_kind(text); named != "unknown") {
    return named;
  }
  return text.size() <= text_size_max && identity_of(text) ? "ASP.NET Core Identity" : "unknown";
}

Result<std::string> import_password_hash(std::string_view text) {
  if (text.empty() || text.size() > text_size_max) {
    return Errc::unsupported_hash;
  }
  const auto fields = split(text);
  if (is_bcrypt(fields)) {
    return import_bcrypt(fields, crypto::BcryptInput::password);
  }
  if (text.starts_with("$2b-sha256$")) {  // our own, out of another ostiary
    return import_bcrypt(fields, crypto::BcryptInput::sha256_hex);
  }
  if (text.starts_with("$argon2id$") || text.starts_with("$argon2i$") || text.starts_with("$scrypt$")) {
    return import_phc(text);
  }
  if (text.starts_with("$pbkdf2") && pbkdf2_digest_of(fields[1])) {
    return import_pbkdf2(fields);
  }
  if (fields[0] == "pbkdf2_sha256" || fields[0] == "pbkdf2_sha1") {
    return import_django_pbkdf2(fields);
  }
  if (fields[0] == "scrypt") {
    return import_django_scrypt(fields);
  }
  if (text.starts_with("argon2$argon2i")) {
    return import_phc(text.substr(std::string_view("argon2").size()));
  }
  for (const auto& [prefix, input] : {std::pair{std::string_view("bcrypt$"), crypto::BcryptInput::password},
                                      std::pair{std::string_view("bcrypt_sha256$"), crypto::BcryptInput::sha256_hex}}) {
    if (text.starts_with(prefix) && is_bcrypt({fields.begin() + 1, fields.end()})) {
      return import_bcrypt({fields.begin() + 1, fields.end()}, input);
    }
  }
  if (const auto identity = identity_of(text)) {
    return stored(identity->parameters, identity->salt, identity->digest);
  }
  return Errc::unsupported_hash;
}

}  // namespace ostiary::inline v0
