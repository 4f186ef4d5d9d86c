#include <ostiary/base/locale.hpp>

#include <ostiary/base/ascii.hpp>

namespace ostiary::inline v0 {

Result<Locale> Locale::parse(std::string_view text) {
  constexpr std::size_t subtags_max = 3;
  std::string_view rest = text;
  for (std::size_t i = 0; i < subtags_max; ++i) {
    const auto dash = rest.find('-');
    const auto subtag = rest.substr(0, dash);
    const std::size_t length_max = i == 0 ? 3 : 8;
    const bool clean = std::ranges::all_of(subtag, i == 0 ? ascii::is_letter : ascii::is_letter_or_digit);
    if (subtag.size() < 2 || subtag.size() > length_max || !clean) {
      return Errc::malformed_locale;
    }
    if (dash == std::string_view::npos) {
      return Locale(std::string(text));
    }
    rest.remove_prefix(dash + 1);
  }
  return Errc::malformed_locale;
}

std::string Locale::language() const { return ascii::lower(std::string_view(tag_).substr(0, tag_.find('-'))); }

}  // namespace ostiary::inline v0
