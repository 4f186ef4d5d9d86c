#include <ostiary/rules/password_policy.hpp>

#include <algorithm>
#include <optional>

#include "base/unicode.hpp"
#include <ostiary/base/ascii.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t length_max_least = 64;
constexpr std::size_t length_max_most = 256;
constexpr std::size_t word_length_min = 5;  // of a context word that may not even be a part of the password

// UTF-8 has at most 4 bytes a code point, and NFC makes at most 4 code points into one.
static_assert(password_bytes_max >= length_max_most * 4 * 4);

// nfc_of gives `text` in NFC: the text itself where it is ASCII, otherwise what `owner` holds from then on.
std::optional<std::string_view> nfc_of(const SecretString& text, SecretString& owner) {
  if (ascii::is_ascii(text.reveal())) {
    return unicode::is_clean(text.reveal()) ? std::optional(text.reveal()) : std::nullopt;
  }
  auto composed = unicode::nfc(text);
  if (!composed) {
    return std::nullopt;
  }
  owner = std::move(composed).value();
  return owner.reveal();
}

bool is_too_big(const SecretString& text) { return text.size() > password_bytes_max; }

bool is_confirmed(const NewPassword& entry) {
  if (entry.password.reveal() == entry.confirmation.reveal()) {
    return true;
  }
  if (is_too_big(entry.password) || is_too_big(entry.confirmation)) {
    return false;
  }
  SecretString owner;
  SecretString owner_of_confirmation;
  const auto password = nfc_of(entry.password, owner);
  const auto confirmation = nfc_of(entry.confirmation, owner_of_confirmation);
  return password && confirmation && *password == *confirmation;
}

// Both are folded, but for ASCII letters, whose case is left out here.
bool is_or_contains(std::string_view password, std::string_view word) {
  if (unicode::survey(word).count < word_length_min) {
    return !word.empty() && ascii::equals_ignoring_case(password, word);
  }
  return !std::ranges::search(password, word, {}, ascii::to_lower, ascii::to_lower).empty();
}

bool is_or_contains_any(std::string_view password, std::span<const std::string_view> words) {
  SecretString folded_password;
  if (!ascii::is_ascii(password)) {
    if (auto folded = unicode::fold_case(SecretString(password))) {
      folded_password = std::move(folded).value();
      password = folded_password.reveal();
    }
  }
  return std::ranges::any_of(words, [&](std::string_view word) {
    if (ascii::is_ascii(word)) {
      return is_or_contains(password, word);
    }
    const auto folded = unicode::fold_case(SecretString(word));
    return folded && is_or_contains(password, folded.value().reveal());
  });
}

std::vector<PasswordFlaw> check_counts(const PasswordPolicy& policy, std::size_t length_min,
                                       const unicode::CodePoints& points) {
  std::vector<PasswordFlaw> flaws;
  if (points.count < length_min) {
    flaws.push_back({.code = PasswordFlawCode::length_min, .required = length_min, .actual = points.count});
  }
  if (points.count > policy.length_max) {
    flaws.push_back({.code = PasswordFlawCode::length_max, .required = policy.length_max, .actual = points.count});
  }
  if (points.capitals < policy.capitals_min) {
    flaws.push_back(
        {.code = PasswordFlawCode::capitals_min, .required = policy.capitals_min, .actual = points.capitals});
  }
  if (points.digits < policy.digits_min) {
    flaws.push_back({.code = PasswordFlawCode::digits_min, .required = policy.digits_min, .actual = points.digits});
  }
  return flaws;
}

}  // namespace

Result<void> validate(const PasswordPolicy& policy) {
  const auto length_min_least = std::min(policy.length_min, policy.length_min_with_second_factor);
  const auto length_min_most = std::max(policy.length_min, policy.length_min_with_second_factor);
  if (length_min_least == 0 || length_min_most > policy.length_max || policy.length_max < length_max_least ||
      policy.length_max > length_max_most || policy.capitals_min > policy.length_max ||
      policy.digits_min > policy.length_max - policy.capitals_min) {
    return Errc::invalid_configuration;
  }
  return success();
}

std::string_view password_flaw_name(PasswordFlawCode code) noexcept {
  switch (code) {
    case PasswordFlawCode::mismatch:
      return "mismatch";
    case PasswordFlawCode::malformed_text:
      return "malformed_text";
    case PasswordFlawCode::length_min:
      return "length_min";
    case PasswordFlawCode::length_max:
      return "length_max";
    case PasswordFlawCode::capitals_min:
      return "capitals_min";
    case PasswordFlawCode::digits_min:
      return "digits_min";
    case PasswordFlawCode::context_word:
      return "context_word";
    case PasswordFlawCode::blocklisted:
      return "blocklisted";
    case PasswordFlawCode::unchanged:
      return "unchanged";
  }
  return "unknown";
}

std::vector<std::string_view> password_context(const Account& account, const Organization& organization) {
  std::vector<std::string_view> words{account.login.canonical(), organization.name};
  for (const auto& address : account.addresses) {
    words.push_back(address.address.local_part());
  }
  return words;
}

std::vector<PasswordFlaw> check_password(const PasswordPolicy& policy, const NewPassword& entry) {
  if (!is_confirmed(entry)) {
    return {{.code = PasswordFlawCode::mismatch}};
  }
  if (is_too_big(entry.password)) {  // refused before the costly composition
    const auto length = unicode::survey(entry.password.reveal()).count;
    return {{.code = PasswordFlawCode::length_max, .required = policy.length_max, .actual = length}};
  }
  SecretString owner;
  const auto password = nfc_of(entry.password, owner);
  if (!password) {
    return {{.code = PasswordFlawCode::malformed_text}};
  }
  const auto length_min = entry.second_factor ? policy.length_min_with_second_factor : policy.length_min;
  auto flaws = check_counts(policy, length_min, unicode::survey(*password));
  if (policy.refuse_context_words && is_or_contains_any(*password, entry.context_words)) {
    flaws.push_back({.code = PasswordFlawCode::context_word});
  }
  if (policy.refuse_blocklisted && entry.blocklisted) {
    flaws.push_back({.code = PasswordFlawCode::blocklisted});
  }
  return flaws;
}

Result<SecretString> normalize_password(const SecretString& password) {
  if (is_too_big(password)) {
    return Errc::text_too_long;
  }
  return unicode::nfc(password);
}

}  // namespace ostiary::inline v0
