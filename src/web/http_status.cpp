#include <ostiary/web/http_status.hpp>

#include <algorithm>

#include <ostiary/base/error.hpp>

namespace ostiary::inline v0 {

HttpStatus http_status_of(const std::error_code& error) noexcept {
  constexpr std::chrono::seconds retry_after{1};
  if (!error) {
    return {.code = 200};
  }
  if (error == Errc::actor_revoked) {
    return {.code = 401};
  }
  if (error == ErrorKind::caller) {
    return {.code = 400};
  }
  if (error == ErrorKind::transient) {
    return {.code = 503, .retry_after = retry_after};
  }
  if (error == ErrorKind::peer) {
    return {.code = 502};
  }
  return {.code = 500};
}

HttpStatus http_status_of(HttpRefusal refusal) noexcept {
  switch (refusal) {
    case HttpRefusal::not_signed_in:
      return {.code = 401};
    case HttpRefusal::foreign_request:
    case HttpRefusal::not_allowed:
      return {.code = 403};
    case HttpRefusal::not_found:
      return {.code = 404};
    case HttpRefusal::changed:
      return {.code = 409};
    case HttpRefusal::link_not_working:
      return {.code = 410};
    case HttpRefusal::flaws:
      return {.code = 422};
  }
  return {.code = 500};
}

HttpStatus http_status_throttled(Duration retry_after) noexcept {
  constexpr std::chrono::seconds least{1};
  return {.code = 429, .retry_after = std::max(std::chrono::ceil<std::chrono::seconds>(retry_after), least)};
}

}  // namespace ostiary::inline v0
