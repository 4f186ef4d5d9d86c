#include <algorithm>
#include <regex>

#include "fuzz/fuzz.hpp"
#include <ostiary/base/ascii.hpp>
#include <ostiary/base/email_address.hpp>

namespace ostiary::fuzz {
namespace {

// The documented subset in another language than the library's: atoms and dots, then two or more DNS labels.
bool is_address(std::string_view text) {
  static const std::regex form(
      "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
      "([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)");
  constexpr std::size_t length_max = 254;
  const auto last_label = text.substr(text.rfind('.') + 1);  // npos + 1 is 0
  return text.size() <= length_max && text.find('@') <= 64 && text.find("=?") >= text.find('@') &&
         !std::ranges::all_of(last_label, ascii::is_digit) && std::regex_match(text.begin(), text.end(), form);
}

}  // namespace

bool email_address(std::string_view input) {
  const auto address = EmailAddress::parse(input);
  must(address.has_value() == is_address(input), "what is an address is taken, and nothing else");
  if (!address) {
    must(address.assume_error() == Errc::malformed_email_address, "an address is refused as malformed");
    return false;
  }
  const auto& parsed = address.value();
  must(parsed.as_typed() == input, "it is mailed as typed");
  must(parsed.canonical() == ascii::lower(input), "without ASCII case, nothing else is folded");
  const auto again = EmailAddress::parse(parsed.canonical());
  must(again && again.value() == parsed && again.value().canonical() == parsed.canonical(), "canonical is canonical");
  must(std::string(parsed.local_part()) + '@' + std::string(parsed.domain()) == parsed.canonical(),
       "the parts are the whole");
  return true;
}

}  // namespace ostiary::fuzz
