#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "base/unicode.hpp"
#include <ostiary/base/result.hpp>
#include <ostiary/rules/invitation.hpp>

// How forms about accounts are checked: every flaw of every field.
namespace ostiary::inline v0 {

inline constexpr std::size_t text_length_max = 200;

[[nodiscard]] inline std::error_code check_text(std::string_view text, std::size_t length_max) {
  if (text.size() > length_max) {
    return Errc::text_too_long;
  }
  return unicode::is_clean(text) ? std::error_code() : make_error_code(Errc::malformed_text);
}

[[nodiscard]] inline std::error_code check_name(std::string_view text) {
  return text.empty() ? make_error_code(Errc::malformed_text) : check_text(text, text_length_max);
}

/// InputFlaws notes the flaw of a field, if it has one.
class InputFlaws {
 public:
  void note(std::string_view field, std::error_code error) {
    if (error) {
      found_.push_back({.field = field, .error = error});
    }
  }
  template <class T>
  void note(std::string_view field, const Result<T>& result) {
    if (!result) {
      note(field, result.assume_error());
    }
  }
  [[nodiscard]] bool empty() const noexcept { return found_.empty(); }
  [[nodiscard]] std::vector<InputFlaw> take() { return std::move(found_); }

 private:
  std::vector<InputFlaw> found_;
};

}  // namespace ostiary::inline v0
