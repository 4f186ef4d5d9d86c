#include "phc.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include <ostiary/base/ascii.hpp>

namespace ostiary::inline v0::crypto {
namespace {

constexpr std::size_t text_size_max = 256;

// Cursor takes pieces off the front of a text. Once one is missing or wrong it stays failed.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  Cursor& literal(std::string_view expected) {
    if (!rest_.starts_with(expected)) {
      failed_ = true;
      return *this;
    }
    rest_.remove_prefix(expected.size());
    return *this;
  }

  Cursor& number(std::uint32_t& out) {
    const auto length = static_cast<std::size_t>(std::ranges::find_if_not(rest_, ascii::is_digit) - rest_.begin());
    const auto digits = rest_.substr(0, length);
    const bool padded = digits.size() > 1 && digits.front() == '0';
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    failed_ = failed_ || padded || error != std::errc();
    rest_.remove_prefix(length);
    return *this;
  }

  Cursor& two_digits(std::uint32_t& out) {
    const auto digits = rest_.substr(0, 2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    failed_ = failed_ || digits.size() < 2 || error != std::errc() || end != digits.data() + digits.size();
    rest_.remove_prefix(digits.size());
    return *this;
  }

  Cursor& bcrypt_base64(PhcBytes& out, std::size_t size) {
    const auto text = rest_.substr(0, base64url_length(size));
    out.resize(size);
    failed_ = failed_ || !bcrypt_base64_decode(text, out);
    rest_.remove_prefix(text.size());
    return *this;
  }

  Cursor& base64(PhcBytes& out, std::size_t size_min) {
    const auto text = rest_.substr(0, rest_.find('$'));
    rest_.remove_prefix(text.size());
    const auto size = text.size() * 3 / 4;
    std::array<char, base64url_length(phc_field_size_max)> url{};
    // The alphabets differ in two characters; base64url_decode checks the rest.
    if (failed_ || size < size_min || size > phc_field_size_max || text.size() > url.size() ||
        text.find_first_of("-_") != std::string_view::npos) {
      failed_ = true;
      return *this;
    }
    std::ranges::copy(text, url.begin());
    std::ranges::replace(url, '+', '-');
    std::ranges::replace(url, '/', '_');
    out.resize(size);
    failed_ = !base64url_decode({url.data(), text.size()}, out);
    return *this;
  }

  [[nodiscard]] bool done() const noexcept { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

// Text grows on the stack: the string that is given away is the only heap call.
using Text = fmt::memory_buffer;

void append_base64(Text& out, ByteView bytes) {
  const auto begin = out.size();
  out.resize(begin + base64url_length(bytes.size()));
  const std::span text(out.data() + begin, out.size() - begin);
  base64url_encode(bytes, text);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
}

std::optional<KdfParameters> kind_named(std::string_view name) {
  if (name == "argon2id") {
    return Argon2Parameters{.type = Argon2Type::argon2id};
  }
  if (name == "argon2i") {
    return Argon2Parameters{.type = Argon2Type::argon2i};
  }
  if (name == "scrypt") {
    return ScryptParameters{};
  }
  if (name == "pbkdf2-sha256") {
    return Pbkdf2Parameters{.digest = Pbkdf2Digest::sha256};
  }
  if (name == "pbkdf2-sha512") {
    return Pbkdf2Parameters{.digest = Pbkdf2Digest::sha512};
  }
  if (name == "pbkdf2-sha1") {
    return Pbkdf2Parameters{.digest = Pbkdf2Digest::sha1};
  }
  if (name == "2b") {
    return BcryptParameters{.input = BcryptInput::password};
  }
  if (name == "2b-sha256") {
    return BcryptParameters{.input = BcryptInput::sha256_hex};
  }
  return std::nullopt;
}

struct ReadParameters {
  Cursor& cursor;

  void operator()(Argon2Parameters& out) const {
    cursor.literal("v=19$m=").number(out.memory_kib).literal(",t=").number(out.passes).literal(",p=").number(out.lanes);
  }
  void operator()(ScryptParameters& out) const {
    cursor.literal("ln=").number(out.log2_n).literal(",r=").number(out.block_size).literal(",p=").number(out.lanes);
  }
  void operator()(Pbkdf2Parameters& out) const { cursor.literal("i=").number(out.iterations); }
  void operator()(BcryptParameters& out) const { cursor.two_digits(out.cost); }
};

std::string_view digest_name(Pbkdf2Digest digest) noexcept {
  switch (digest) {
    case Pbkdf2Digest::sha256:
      return "sha256";
    case Pbkdf2Digest::sha512:
      return "sha512";
    case Pbkdf2Digest::sha1:
      return "sha1";
  }
  return "";
}

struct WriteParameters {
  Text& out;

  void operator()(const Argon2Parameters& in) const {
    fmt::format_to(std::back_inserter(out), "{}$v=19$m={},t={},p={}",
                   in.type == Argon2Type::argon2id ? "argon2id" : "argon2i", in.memory_kib, in.passes, in.lanes);
  }
  void operator()(const ScryptParameters& in) const {
    fmt::format_to(std::back_inserter(out), "scrypt$ln={},r={},p={}", in.log2_n, in.block_size, in.lanes);
  }
  void operator()(const Pbkdf2Parameters& in) const {
    fmt::format_to(std::back_inserter(out), "pbkdf2-{}$i={}", digest_name(in.digest), in.iterations);
  }
  void operator()(const BcryptParameters& in) const {
    fmt::format_to(std::back_inserter(out), "2b{}${:02}", in.input == BcryptInput::sha256_hex ? "-sha256" : "",
                   in.cost);
  }
};

}  // namespace

Result<PhcHash> parse_phc(std::string_view text) {
  if (text.size() > text_size_max || !text.starts_with('$')) {
    return Errc::malformed_password_hash;
  }
  const auto name = text.substr(1, text.find('$', 1) - 1);
  const auto kind = kind_named(name);
  if (!kind) {
    return Errc::malformed_password_hash;
  }
  PhcHash hash{.parameters = *kind, .salt = {}, .digest = {}};
  Cursor cursor(text.substr(1 + name.size()));
  cursor.literal("$");
  std::visit(ReadParameters{cursor}, hash.parameters);
  cursor.literal("$");
  if (std::holds_alternative<BcryptParameters>(hash.parameters)) {
    cursor.bcrypt_base64(hash.salt, bcrypt_salt_size).bcrypt_base64(hash.digest, bcrypt_digest_size);
  } else {
    cursor.base64(hash.salt, phc_salt_size_min).literal("$").base64(hash.digest, phc_digest_size_min);
  }
  if (!cursor.done() || !is_possible(hash.parameters)) {
    return Errc::malformed_password_hash;
  }
  return hash;
}

std::string write_phc(const PhcHash& hash) {
  Text out;
  out.push_back('$');
  std::visit(WriteParameters{out}, hash.parameters);
  out.push_back('$');
  if (std::holds_alternative<BcryptParameters>(hash.parameters)) {
    out.append(bcrypt_base64(hash.salt));
    out.append(bcrypt_base64(hash.digest));
    return fmt::to_string(out);
  }
  append_base64(out, hash.salt);
  out.push_back('$');
  append_base64(out, hash.digest);
  return fmt::to_string(out);
}

}  // namespace ostiary::inline v0::crypto
