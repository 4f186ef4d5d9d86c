#include "unicode.hpp"

#include <algorithm>
#include <memory>

#include <utf8proc.h>

#include <ostiary/base/ascii.hpp>

namespace ostiary::inline v0::unicode {
namespace {

constexpr utf8proc_int32_t line_separator = 0x2028;
constexpr utf8proc_int32_t paragraph_separator = 0x2029;

const utf8proc_uint8_t* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

bool is_noncharacter(utf8proc_int32_t code) noexcept {
  constexpr utf8proc_int32_t block_first = 0xfdd0;
  constexpr utf8proc_int32_t block_last = 0xfdef;
  return (code & 0xfffe) == 0xfffe || (code >= block_first && code <= block_last);
}

bool is_allowed(utf8proc_int32_t code) noexcept {
  return utf8proc_category(code) != UTF8PROC_CATEGORY_CC && code != line_separator && code != paragraph_separator &&
         !is_noncharacter(code);
}

// Reads one code point from the front of `text`, or a negative number where there is none.
utf8proc_int32_t next_code(std::string_view& text) noexcept {
  utf8proc_int32_t code = -1;
  const auto used = utf8proc_iterate(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &code);
  if (used <= 0) {
    return -1;
  }
  text.remove_prefix(static_cast<std::size_t>(used));
  return code;
}

struct FreeWiped {
  std::size_t size = 0;
  void operator()(utf8proc_uint8_t* text) const noexcept {
    secure_wipe(std::as_writable_bytes(std::span(text, size)));
    std::free(text);  // NOLINT(*-no-malloc): utf8proc allocated it
  }
};

using Mapped = std::unique_ptr<utf8proc_uint8_t, FreeWiped>;

// Null for malformed UTF-8.
Mapped map_bytes(std::string_view text, int options) {
  utf8proc_uint8_t* raw = nullptr;
  const auto size = utf8proc_map(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &raw,
                                 static_cast<utf8proc_option_t>(options));  // NOLINT(*EnumCastOutOfRange): flags
  return size < 0 ? Mapped() : Mapped(raw, FreeWiped{static_cast<std::size_t>(size)});
}

std::string_view view_of(const Mapped& mapped) {
  return {reinterpret_cast<const char*>(mapped.get()), mapped.get_deleter().size};
}

Result<SecretString> map(const SecretString& text, int options) {
  if (!is_clean(text.reveal())) {
    return Errc::malformed_text;
  }
  const auto mapped = map_bytes(text.reveal(), options);
  return mapped ? Result<SecretString>(SecretString(view_of(mapped))) : Errc::malformed_text;
}

bool is_of_word(utf8proc_int32_t code) noexcept {
  const auto category = utf8proc_category(code);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO &&
         (category <= UTF8PROC_CATEGORY_LO || category >= UTF8PROC_CATEGORY_ND);
}

}  // namespace

bool is_clean(std::string_view text) noexcept {
  if (ascii::is_ascii(text)) {
    return std::ranges::none_of(text, ascii::is_control);
  }
  while (!text.empty()) {
    const auto code = next_code(text);
    if (code < 0 || !is_allowed(code)) {
      return false;
    }
  }
  return true;
}

CodePoints survey(std::string_view text) noexcept {
  CodePoints points;
  if (ascii::is_ascii(text)) {
    points.count = text.size();
    points.capitals = static_cast<std::size_t>(std::ranges::count_if(text, ascii::is_upper));
    points.digits = static_cast<std::size_t>(std::ranges::count_if(text, ascii::is_digit));
    return points;
  }
  while (!text.empty()) {
    const auto code = next_code(text);
    if (code < 0) {
      break;
    }
    const auto category = utf8proc_category(code);
    ++points.count;
    if (category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT) {
      ++points.capitals;
    }
    if (category == UTF8PROC_CATEGORY_ND) {
      ++points.digits;
    }
  }
  return points;
}

Result<SecretString> nfc(const SecretString& text) {
  if (ascii::is_ascii(text.reveal()) && is_clean(text.reveal())) {
    return SecretString(text.reveal());
  }
  return map(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

Result<SecretString> fold_case(const SecretString& text) {
  return map(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
}

std::string clean_cut(std::string_view text, std::size_t bytes_max) {
  std::string out;
  while (!text.empty()) {
    const auto before = text;
    const auto code = next_code(text);
    if (code < 0) {
      text.remove_prefix(1);
    }
    const auto piece =
        code < 0 || !is_allowed(code) ? std::string_view("?") : before.substr(0, before.size() - text.size());
    if (out.size() + piece.size() > bytes_max) {
      break;
    }
    out += piece;
  }
  return out;
}

std::vector<std::string> folded_words(std::string_view text) {
  const auto mapped =
      map_bytes(text, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
  std::vector<std::string> words;
  if (!mapped) {
    return words;
  }
  auto rest = view_of(mapped);
  bool in_word = false;
  while (!rest.empty()) {
    const auto before = rest;
    const bool continues = is_of_word(next_code(rest));
    if (continues && !in_word) {
      words.emplace_back();
    }
    if (continues) {
      words.back() += before.substr(0, before.size() - rest.size());
    }
    in_word = continues;
  }
  return words;
}

std::string_view clean_front(std::string_view text, std::size_t bytes_max) noexcept {
  constexpr unsigned continuation_mask = 0xc0;
  constexpr unsigned continuation = 0x80;
  if (text.size() <= bytes_max) {
    return text;
  }
  auto end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & continuation_mask) == continuation) {
    --end;
  }
  return text.substr(0, end);
}

}  // namespace ostiary::inline v0::unicode
