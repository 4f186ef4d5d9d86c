#include <ostiary/web/session_cookie.hpp>

#include <fmt/format.h>

#include "cookie_octets.hpp"
#include <ostiary/base/ascii.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t name_length_max = 64;

bool is_cookie_name(std::string_view text) {
  return !text.empty() && text.size() <= name_length_max &&
         std::ranges::all_of(text, [](char c) { return ascii::is_letter_or_digit(c) || c == '-' || c == '_'; });
}

}  // namespace

Result<SessionCookie> SessionCookie::create(const SessionCookieOptions& options) {
  if (!is_cookie_name(options.name)) {
    return Errc::invalid_configuration;
  }
  if (options.transport == CookieTransport::plain_http_insecurely) {
    return SessionCookie("insecure-" + options.name, "HttpOnly; SameSite=Lax");
  }
  return SessionCookie("__Host-" + options.name, "Secure; HttpOnly; SameSite=Lax");
}

Result<std::string> SessionCookie::set(const SecretString& token, Duration max_age) const {
  if (!web::is_cookie_value(token.reveal())) {
    return Errc::malformed_token;
  }
  if (name_.size() + 1 + token.size() > bytes_max) {
    return Errc::text_too_long;
  }
  return line(token.reveal(), std::max(max_age, Duration::zero()));
}

std::string SessionCookie::clear() const { return line({}, Duration::zero()); }

std::string SessionCookie::line(std::string_view value, Duration max_age) const {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(max_age).count();
  return fmt::format("{}={}; Path=/; Max-Age={}; {}", name_, value, seconds, attributes_);
}

}  // namespace ostiary::inline v0
