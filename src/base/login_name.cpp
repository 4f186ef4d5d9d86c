#include <ostiary/base/login_name.hpp>

#include <ostiary/base/ascii.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t domain_length_max = 63;
constexpr std::size_t extension_length_max = 32;

// Letters and digits, with `inner` characters allowed anywhere but at either end, and no two dots in a row.
bool is_name(std::string_view text, std::size_t length_max, std::string_view inner) {
  if (text.empty() || text.size() > length_max) {
    return false;
  }
  if (!ascii::is_letter_or_digit(text.front()) || !ascii::is_letter_or_digit(text.back())) {
    return false;
  }
  return text.find("..") == std::string_view::npos && std::ranges::all_of(text, [&](char c) {
           return ascii::is_letter_or_digit(c) || inner.find(c) != std::string_view::npos;
         });
}

bool is_extension(std::string_view text, ExtensionAlphabet alphabet) {
  if (!is_name(text, extension_length_max, "._-")) {
    return false;
  }
  return alphabet == ExtensionAlphabet::letters_digits || std::ranges::all_of(text, ascii::is_digit);
}

}  // namespace

Result<Domain> Domain::parse(std::string_view text) {
  if (!is_name(text, domain_length_max, ".-")) {
    return Errc::malformed_domain;
  }
  return Domain(std::string(text), ascii::lower(text));
}

Result<LoginName> LoginName::parse(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || !is_extension(text.substr(0, at), ExtensionAlphabet::letters_digits) ||
      !is_name(text.substr(at + 1), domain_length_max, ".-")) {
    return Errc::malformed_login_name;
  }
  return LoginName(std::string(text), ascii::lower(text));
}

Result<LoginName> LoginName::make(std::string_view extension, const Domain& domain, ExtensionAlphabet alphabet) {
  if (!is_extension(extension, alphabet)) {
    return Errc::malformed_extension;
  }
  const auto typed = std::string(extension) + '@' + domain.as_typed();
  return LoginName(typed, ascii::lower(typed));
}

std::string_view LoginName::extension() const noexcept {
  return std::string_view(canonical_).substr(0, canonical_.find('@'));
}

std::string_view LoginName::domain() const noexcept {
  return std::string_view(canonical_).substr(canonical_.find('@') + 1);
}

}  // namespace ostiary::inline v0
