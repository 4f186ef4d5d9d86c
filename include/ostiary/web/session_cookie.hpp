#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <ostiary/base/clock.hpp>
#include <ostiary/base/result.hpp>
#include <ostiary/base/secret.hpp>

namespace ostiary::inline v0 {

enum class CookieTransport : std::uint8_t {
  https,
  plain_http_insecurely,  ///< For development on loopback only: no `Secure`, and so no `__Host-`. Anybody on the way
                          ///< reads the cookie, and any subdomain can set it.
};

struct SessionCookieOptions {
  std::string name = "session";  ///< 1-64 ASCII letters, digits, `-` and `_`; the prefix is put in front.
  CookieTransport transport = CookieTransport::https;
};

/// SessionCookie writes Set-Cookie values for a session's token, or under another name for a pre-login secret or for
/// SignInSuccess::device_cookie (`max_age` is DevicePolicy::lifetime): prefix `__Host-`, Secure, HttpOnly, SameSite=Lax,
/// Path=/, no Domain (OWASP ASVS 5.0 3.3.1-3.3.4). Immutable.
class OSTIARY_CORE_EXPORT SessionCookie {
 public:
  static constexpr std::size_t bytes_max = 4096;  ///< Of name and value; browsers drop more (S356).

  /// create answers Errc::invalid_configuration for another name than the options allow.
  [[nodiscard]] static Result<SessionCookie> create(const SessionCookieOptions& options = {});

  /// name is the cookie's full name, for `find_cookie`.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// set gives the Set-Cookie value that keeps `token` for `max_age`, rounded down to seconds; less than a second ends
  /// it at once. The text holds the token: never log it. Errors: malformed_token for a token that is empty or has
  /// characters that a cookie cannot; text_too_long above `bytes_max`.
  [[nodiscard]] Result<std::string> set(const SecretString& token, Duration max_age) const;
  /// clear gives the Set-Cookie value that ends the cookie, with the same attributes (S345). It does not end the
  /// session: do that first.
  [[nodiscard]] std::string clear() const;

 private:
  SessionCookie(std::string name, std::string_view attributes) : name_(std::move(name)), attributes_(attributes) {}
  [[nodiscard]] std::string line(std::string_view value, Duration max_age) const;

  std::string name_;
  std::string_view attributes_;  // static text
};

}  // namespace ostiary::inline v0
