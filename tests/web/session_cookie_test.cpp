#include <ostiary/web/session_cookie.hpp>

#include <doctest/doctest.h>

#include <ostiary/web/cookie_header.hpp>

using namespace ostiary;
using namespace std::chrono_literals;

TEST_CASE("S354: the session cookie has the __Host- prefix and every attribute that keeps it") {
  const auto cookie = SessionCookie::create().value();
  CHECK(cookie.name() == "__Host-session");
  CHECK(cookie.set(SecretString("dG9rZW4"), 8h).value() ==
        "__Host-session=dG9rZW4; Path=/; Max-Age=28800; Secure; HttpOnly; SameSite=Lax");
}

TEST_CASE("S345: the cookie is cleared with the same attributes") {
  CHECK(SessionCookie::create().value().clear() ==
        "__Host-session=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");
}

TEST_CASE("R77: another name for the pre-login secret") {
  const auto cookie = SessionCookie::create({.name = "before_sign-in2"}).value();
  CHECK(cookie.set(SecretString("x"), 1h).value() ==
        "__Host-before_sign-in2=x; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax");
}

TEST_CASE("S354: the device cookie has a name of its own and lives as long as the device is known") {
  const auto cookie = SessionCookie::create({.name = "device"}).value();
  CHECK(cookie.set(SecretString("AQAAAAE"), std::chrono::days(180)).value() ==
        "__Host-device=AQAAAAE; Path=/; Max-Age=15552000; Secure; HttpOnly; SameSite=Lax");
}

TEST_CASE("S354: plain HTTP swaps the name, so that no secure server ever reads an insecure cookie") {
  const auto cookie = SessionCookie::create({.transport = CookieTransport::plain_http_insecurely}).value();
  CHECK(cookie.set(SecretString("dG9rZW4"), 90s).value() ==
        "insecure-session=dG9rZW4; Path=/; Max-Age=90; HttpOnly; SameSite=Lax");
  CHECK(cookie.clear() == "insecure-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
  CHECK_FALSE(find_cookie("insecure-session=dG9rZW4", SessionCookie::create().value().name()).has_value());
}

TEST_CASE("Max-Age is whole seconds and never negative") {
  const auto cookie = SessionCookie::create().value();
  const auto with = [&](Duration max_age) { return cookie.set(SecretString("t"), max_age).value(); };
  CHECK(with(1999ms) == "__Host-session=t; Path=/; Max-Age=1; Secure; HttpOnly; SameSite=Lax");
  CHECK(with(999ms) == "__Host-session=t; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");
  CHECK(with(-1h) == "__Host-session=t; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");
}

TEST_CASE("R77: a token cannot smuggle an attribute or a header in") {
  const auto cookie = SessionCookie::create().value();
  for (const std::string_view token : {"", "a; Domain=evil.example", "a b", "a\r\nSet-Cookie: x=y", "\"a\"", "a,b",
                                       "a\\", "\xc3\xa9", "a\x7f", "a\t"}) {
    CAPTURE(std::string(token));
    CHECK(cookie.set(SecretString(token), 1h).error() == Errc::malformed_token);
  }
}

TEST_CASE("S356: name and value take 4096 bytes at most") {
  const auto cookie = SessionCookie::create().value();
  const auto room = SessionCookie::bytes_max - std::string_view("__Host-session=").size();
  CHECK(cookie.set(SecretString(std::string(room, 'a')), 1h).has_value());
  CHECK(cookie.set(SecretString(std::string(room + 1, 'a')), 1h).error() == Errc::text_too_long);
}

TEST_CASE("a cookie name of other characters is a configuration error") {
  CHECK(SessionCookie::create({.name = std::string(64, 'a')}).has_value());
  for (const auto& name : {std::string(), std::string("a b"), std::string("a;"), std::string("a=b"), std::string("a\n"),
                           std::string("\xc3\xa9"), std::string(65, 'a'), std::string("a\0", 2)}) {
    CHECK(SessionCookie::create({.name = name}).error() == Errc::invalid_configuration);
  }
}
