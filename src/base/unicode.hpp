#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <ostiary/base/result.hpp>
#include <ostiary/base/secret.hpp>

// What the library needs of Unicode, by utf8proc, with a short cut for ASCII that makes no heap call.
namespace ostiary::inline v0::unicode {

/// CodePoints counts what password rules ask about.
struct CodePoints {
  std::size_t count = 0;
  std::size_t capitals = 0;  // general categories Lu and Lt
  std::size_t digits = 0;    // Nd
};

/// is_clean says whether `text` is well-formed UTF-8 without control characters (category Cc, U+2028, U+2029) and
/// without non-characters.
[[nodiscard]] bool is_clean(std::string_view text) noexcept;
/// survey counts the code points of clean UTF-8.
[[nodiscard]] CodePoints survey(std::string_view text) noexcept;
/// nfc composes clean UTF-8; Errc::malformed_text for anything else.
[[nodiscard]] Result<SecretString> nfc(const SecretString& text);
/// fold_case is NFC and full case folding, for comparing names; Errc::malformed_text for anything but clean UTF-8.
[[nodiscard]] Result<SecretString> fold_case(const SecretString& text);
/// clean_cut keeps the longest front of `text` that is at most `bytes_max` bytes of clean UTF-8, with everything else
/// replaced by '?'. For what a stranger sent and an owner reads.
[[nodiscard]] std::string clean_cut(std::string_view text, std::size_t bytes_max);

/// folded_words gives each run of letters and digits (categories L and N), decomposed (NFKD), without marks and
/// case-folded, in order. Malformed UTF-8 gives none.
[[nodiscard]] std::vector<std::string> folded_words(std::string_view text);
/// clean_front is the longest front of well-formed `text` of at most `bytes_max` bytes that ends between code points.
[[nodiscard]] std::string_view clean_front(std::string_view text, std::size_t bytes_max) noexcept;

}  // namespace ostiary::inline v0::unicode
