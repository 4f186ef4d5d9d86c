#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <system_error>

#include <ostiary/base/clock.hpp>

namespace ostiary::inline v0 {

/// HttpStatus is a status code and, where there is one, the Retry-After header's value.
struct HttpStatus {
  int code = 500;
  std::optional<std::chrono::seconds> retry_after{};

  friend bool operator==(const HttpStatus&, const HttpStatus&) = default;
};

/// http_status_of gives the status for an operation's error, by its ErrorKind: caller 400 (Errc::actor_revoked 401),
/// transient 503 with a Retry-After of one second, configuration 500, peer 502. An error that is not the library's is
/// 500; no error is 200. Show the caller none of the error's text: log it.
[[nodiscard]] OSTIARY_CORE_EXPORT HttpStatus http_status_of(const std::error_code& error) noexcept;

/// HttpRefusal is an expected "no" as HTTP knows it. Which outcome is which is the host's choice where one status would
/// tell a stranger more than the outcome does (R71): answer what the service's outcome says, no more.
enum class HttpRefusal : std::uint8_t {
  not_signed_in,     ///< 401: no session, an ended one, or the wrong login and password.
  foreign_request,   ///< 403: the CSRF token or `judge_fetch` refused it.
  not_allowed,       ///< 403
  not_found,         ///< 404: also for what lies in another organisation (R30).
  changed,           ///< 409: the record is not the version that the page showed.
  link_not_working,  ///< 410: expired, used, superseded or never made.
  flaws,             ///< 422: the password or PIN breaks rules; the page lists them.
};

[[nodiscard]] OSTIARY_CORE_EXPORT HttpStatus http_status_of(HttpRefusal refusal) noexcept;

/// http_status_throttled is 429 with `retry_after` rounded up to whole seconds, one at least.
[[nodiscard]] OSTIARY_CORE_EXPORT HttpStatus http_status_throttled(Duration retry_after) noexcept;

}  // namespace ostiary::inline v0
