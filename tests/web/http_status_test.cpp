#include <ostiary/web/http_status.hpp>

#include <doctest/doctest.h>

#include <ostiary/base/error.hpp>

using namespace ostiary;
using namespace std::chrono_literals;

TEST_CASE("R77: an error's kind is its status") {
  CHECK(http_status_of(Errc::malformed_login_name) == HttpStatus{.code = 400});
  CHECK(http_status_of(Errc::out_of_order) == HttpStatus{.code = 400});
  CHECK(http_status_of(Errc::store_unavailable) == HttpStatus{.code = 503, .retry_after = 1s});
  CHECK(http_status_of(Errc::hasher_busy) == HttpStatus{.code = 503, .retry_after = 1s});
  CHECK(http_status_of(Errc::key_unknown) == HttpStatus{.code = 500});
  CHECK(http_status_of(Errc::peer_unreachable) == HttpStatus{.code = 502});
  CHECK(http_status_of(std::make_error_code(std::errc::no_space_on_device)) == HttpStatus{.code = 500});
  CHECK(http_status_of(std::error_code(9999, error_category())) == HttpStatus{.code = 500});
  CHECK(http_status_of(std::error_code()) == HttpStatus{.code = 200});
}

TEST_CASE("R77: an expected no has its status") {
  CHECK(http_status_of(HttpRefusal::not_signed_in).code == 401);
  CHECK(http_status_of(HttpRefusal::foreign_request).code == 403);
  CHECK(http_status_of(HttpRefusal::not_allowed).code == 403);
  CHECK(http_status_of(HttpRefusal::not_found).code == 404);
  CHECK(http_status_of(HttpRefusal::changed).code == 409);
  CHECK(http_status_of(HttpRefusal::link_not_working).code == 410);
  CHECK(http_status_of(HttpRefusal::flaws).code == 422);
}

TEST_CASE("R70: a throttled caller is told when to come back, never earlier than it is let in") {
  CHECK(http_status_throttled(60s) == HttpStatus{.code = 429, .retry_after = 60s});
  CHECK(http_status_throttled(1ms) == HttpStatus{.code = 429, .retry_after = 1s});
  CHECK(http_status_throttled(1001ms) == HttpStatus{.code = 429, .retry_after = 2s});
  CHECK(http_status_throttled(0ms) == HttpStatus{.code = 429, .retry_after = 1s});
  CHECK(http_status_throttled(-5s) == HttpStatus{.code = 429, .retry_after = 1s});
}
