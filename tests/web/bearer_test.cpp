#include <ostiary/web/bearer.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace ostiary;

TEST_CASE("R77: a bearer token is read, whatever the scheme's case") {
  CHECK(bearer_token("Bearer abc") == "abc");
  CHECK(bearer_token("bearer abc") == "abc");
  CHECK(bearer_token("BEARER   abc") == "abc");
  CHECK(bearer_token("Bearer aZ09-._~+/==") == "aZ09-._~+/==");
  CHECK(bearer_token("Bearer " + std::string(100'000, 'a')).has_value());
}

TEST_CASE("R77: anything but one token behind the scheme is no token") {
  const std::vector<std::string_view> bad{"",
                                          "Bearer",
                                          "Bearer ",
                                          "Bearer  ",
                                          "Bear abc",
                                          "Bearerabc",
                                          "Bearer: abc",
                                          " Bearer abc",
                                          "Bearer abc ",
                                          "Bearer abc def",
                                          "Bearer abc, Bearer def",
                                          "Bearer abc,def",
                                          "Bearer\tabc",
                                          "Bearer \tabc",
                                          "Bearer a=b",
                                          "Bearer =",
                                          "Bearer ===",
                                          "Bearer \"abc\"",
                                          "Bearer abc\r\nX: y",
                                          "Bearer ab\xc3\xa9",
                                          "Bearer abc;",
                                          "Basic YTpi",
                                          "DPoP abc",
                                          std::string_view("Bearer abc\0", 11)};
  for (const auto header : bad) {
    CAPTURE(std::string(header));
    CHECK_FALSE(bearer_token(header).has_value());
  }
}
