#include <ostiary/base/email_address.hpp>

#include <ostiary/base/ascii.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t address_length_max = 254;
constexpr std::size_t local_length_max = 64;
constexpr std::size_t label_length_max = 63;

// RFC 5322 §3.2.3 atext.
bool is_atom_character(char c) {
  return ascii::is_letter_or_digit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_local_part(std::string_view text) {
  if (text.empty() || text.size() > local_length_max || text.front() == '.' || text.back() == '.') {
    return false;
  }
  // "=?" begins an RFC 2047 encoded word, which some servers decode into another address (S317).
  if (text.find("..") != std::string_view::npos || text.find("=?") != std::string_view::npos) {
    return false;
  }
  return std::ranges::all_of(text, [](char c) { return c == '.' || is_atom_character(c); });
}

bool is_label(std::string_view text) {
  if (text.empty() || text.size() > label_length_max || text.front() == '-' || text.back() == '-') {
    return false;
  }
  return std::ranges::all_of(text, [](char c) { return c == '-' || ascii::is_letter_or_digit(c); });
}

bool is_mail_domain(std::string_view text) {
  std::size_t labels = 0;
  std::string_view label;
  while (true) {
    const auto dot = text.find('.');
    label = text.substr(0, dot);
    if (!is_label(label)) {
      return false;
    }
    ++labels;
    if (dot == std::string_view::npos) {
      break;
    }
    text.remove_prefix(dot + 1);
  }
  // An all-digit last label would be an IP address.
  return labels >= 2 && !std::ranges::all_of(label, ascii::is_digit);
}

}  // namespace

Result<EmailAddress> EmailAddress::parse(std::string_view text) {
  const auto at = text.rfind('@');
  if (text.size() > address_length_max || at == std::string_view::npos || !is_local_part(text.substr(0, at)) ||
      !is_mail_domain(text.substr(at + 1))) {
    return Errc::malformed_email_address;
  }
  return EmailAddress(std::string(text), ascii::lower(text));
}

std::string_view EmailAddress::local_part() const noexcept {
  return std::string_view(canonical_).substr(0, canonical_.rfind('@'));
}

std::string_view EmailAddress::domain() const noexcept {
  return std::string_view(canonical_).substr(canonical_.rfind('@') + 1);
}

}  // namespace ostiary::inline v0
