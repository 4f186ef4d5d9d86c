#include <ostiary/rules/totp.hpp>

#include <algorithm>
#include <array>
#include <span>

#include "crypto/digest.hpp"
#include "crypto/hotp.hpp"
#include <ostiary/base/ascii.hpp>
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::uint8_t digits_min = 6;
constexpr std::uint8_t digits_max = 8;
constexpr std::chrono::seconds period_min(15);
constexpr std::chrono::seconds period_max(120);
constexpr std::size_t typed_length_max = 64;
constexpr std::size_t candidates_max = 2 * totp_skew_max + 1;

struct Hash {
  crypto::HotpHash hash;
  std::size_t size;  // of its digest
};

std::optional<Hash> hash_of(TotpAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case TotpAlgorithm::sha1:
      return Hash{.hash = crypto::HotpHash::sha1, .size = 20};
    case TotpAlgorithm::sha256:
      return Hash{.hash = crypto::HotpHash::sha256, .size = 32};
    case TotpAlgorithm::sha512:
      return Hash{.hash = crypto::HotpHash::sha512, .size = 64};
  }
  return std::nullopt;
}

// A code as text: leading zeros count (S246).
struct CodeText {
  std::array<char, digits_max> digits{};
  std::size_t size = 0;

  CodeText(std::uint32_t value, std::uint8_t count) noexcept : size(count) {
    for (std::size_t i = size; i > 0; --i, value /= 10) {
      digits.at(i - 1) = static_cast<char>('0' + value % 10);
    }
  }
  [[nodiscard]] std::string_view view() const noexcept { return {digits.data(), size}; }
};

Result<crypto::HotpHash> check(const SecretBytes& key, const TotpParameters& parameters) {
  const auto hash = hash_of(parameters.algorithm);
  if (!hash || !is_valid(parameters) || key.size() < totp_key_size_min || key.size() > totp_key_size_max) {
    return Errc::invalid_configuration;
  }
  return hash->hash;
}

// The length in bytes of the white space that `text` begins with: ASCII's, no-break and ideographic.
std::size_t space_length(std::string_view text) noexcept {
  for (const std::string_view space : {" ", "\t", "\r", "\n", "\xc2\xa0", "\xe3\x80\x80"}) {
    if (text.starts_with(space)) {
      return space.size();
    }
  }
  return 0;
}

// The digit that `text` begins with, ASCII or full-width (U+FF10 to U+FF19); what was read is taken off `text`.
std::optional<char> take_digit(std::string_view& text) noexcept {
  constexpr std::string_view full_width = "\xef\xbc";
  constexpr unsigned full_width_zero = 0x90;
  if (ascii::is_digit(text.front())) {
    const char digit = text.front();
    text.remove_prefix(1);
    return digit;
  }
  if (text.size() > full_width.size() && text.starts_with(full_width)) {
    const unsigned value = static_cast<unsigned char>(text[full_width.size()]) - full_width_zero;
    if (value < 10) {
      text.remove_prefix(full_width.size() + 1);
      return static_cast<char>('0' + value);
    }
  }
  return std::nullopt;
}

}  // namespace

bool is_valid(const TotpParameters& parameters) noexcept {
  return hash_of(parameters.algorithm) && parameters.digits >= digits_min && parameters.digits <= digits_max &&
         parameters.period >= period_min && parameters.period <= period_max;
}

Result<void> validate(const TotpPolicy& policy) {
  if (!is_valid(policy.parameters) || policy.skew > totp_skew_max) {
    return Errc::invalid_configuration;
  }
  return success();
}

SecretBytes make_totp_secret(TotpAlgorithm algorithm, Fresh& fresh) {
  const auto hash = hash_of(algorithm);
  OSTIARY_ASSERT(hash.has_value());
  return fresh.secret(hash->size);
}

TotpStep totp_step(const TotpParameters& parameters, Instant now) noexcept {
  const auto since = now.time_since_epoch();
  if (!is_valid(parameters) || since < parameters.period) {
    return 0;
  }
  return static_cast<TotpStep>(since / parameters.period);
}

Result<SecretString> totp_code(const SecretBytes& key, const TotpParameters& parameters, TotpStep step) {
  OSTIARY_TRY(const auto hash, check(key, parameters));
  std::array<std::uint32_t, 1> value{};
  OSTIARY_TRY(crypto::hotp_values(hash, key.reveal(), step, value));
  return SecretString(CodeText(value.front(), parameters.digits).view());
}

std::optional<std::string> normalize_totp_code(std::string_view typed, std::uint8_t digits) {
  if (typed.size() > typed_length_max) {
    return std::nullopt;
  }
  std::string code;
  bool after_hyphen = false;
  while (!typed.empty()) {
    if (const auto length = space_length(typed); length > 0) {
      typed.remove_prefix(length);
    } else if (typed.front() == '-' && !code.empty() && !after_hyphen) {
      typed.remove_prefix(1);
      after_hyphen = true;
    } else if (const auto digit = take_digit(typed)) {
      code += *digit;
      after_hyphen = false;
    } else {
      return std::nullopt;
    }
  }
  if (code.size() != digits || after_hyphen) {
    return std::nullopt;
  }
  return code;
}

Result<std::optional<TotpStep>> match_totp(const SecretBytes& key, const TotpParameters& parameters,
                                           std::string_view code, Instant now, TotpStep newer_than, std::uint8_t skew) {
  OSTIARY_ASSERT(skew <= totp_skew_max);
  OSTIARY_TRY(const auto hash, check(key, parameters));
  const TotpStep present = totp_step(parameters, now);
  if (present == 0 || code.size() != parameters.digits || !std::ranges::all_of(code, ascii::is_digit)) {
    return std::nullopt;
  }
  const TotpStep first = present - std::min<TotpStep>(present, skew);
  std::array<std::uint32_t, candidates_max> values{};
  const auto candidates = std::span(values).first(present + skew - first + 1);
  OSTIARY_TRY(crypto::hotp_values(hash, key.reveal(), first, candidates));
  // The oldest step that matches and may be used, chosen without a branch: 0 is none.
  TotpStep matched = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const TotpStep step = first + i;
    const CodeText candidate(candidates[i], parameters.digits);
    const bool equal = crypto::equal_constant_time(as_bytes(candidate.view()), as_bytes(code));
    const auto taken =
        static_cast<TotpStep>(equal) & static_cast<TotpStep>(step > newer_than) & static_cast<TotpStep>(matched == 0);
    matched |= step & (0 - taken);
  }
  return matched == 0 ? std::optional<TotpStep>() : matched;
}

}  // namespace ostiary::inline v0
