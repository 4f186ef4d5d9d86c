#include <regex>

#include "fuzz/fuzz.hpp"
#include <ostiary/base/ascii.hpp>
#include <ostiary/base/login_name.hpp>

namespace ostiary::fuzz {
namespace {

// R12 in another language than the library's.
bool is_login_name(std::string_view text) {
  static const std::regex form(
      "[A-Za-z0-9]([A-Za-z0-9._-]{0,30}[A-Za-z0-9])?@[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?");
  constexpr std::size_t length_max = 32 + 1 + 63;
  return text.size() <= length_max && text.find("..") == std::string_view::npos &&
         std::regex_match(text.begin(), text.end(), form);
}

void check_parts(const LoginName& name) {
  must(std::string(name.extension()) + '@' + std::string(name.domain()) == name.canonical(), "the parts are the whole");
  const auto domain = Domain::parse(name.domain());
  must(domain && domain.value().canonical() == name.domain(), "the domain is a domain");
  const auto made = LoginName::make(name.extension(), domain.value(), ExtensionAlphabet::letters_digits);
  must(made && made.value() == name, "the parts make the same login name");
  const bool digits = std::ranges::all_of(name.extension(), ascii::is_digit);
  must(LoginName::make(name.extension(), domain.value(), ExtensionAlphabet::digits).has_value() == digits,
       "an organisation of digits takes digits only");
}

}  // namespace

bool login_name(std::string_view input) {
  const auto name = LoginName::parse(input);
  must(name.has_value() == is_login_name(input), "what is a login name is taken, and nothing else");
  if (!name) {
    must(name.assume_error() == Errc::malformed_login_name, "a login name is refused as malformed");
    return false;
  }
  const auto& parsed = name.value();
  must(parsed.as_typed() == input, "it is kept as typed");
  must(parsed.canonical() == ascii::lower(input), "without ASCII case, nothing else is folded");
  const auto again = LoginName::parse(parsed.canonical());
  must(again && again.value() == parsed && again.value().canonical() == parsed.canonical(), "canonical is canonical");
  check_parts(parsed);
  return true;
}

}  // namespace ostiary::fuzz
