#include <ostiary/web/cookie_header.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace ostiary;

TEST_CASE("R77: a cookie is found by its exact name") {
  CHECK(find_cookie("__Host-session=abc", "__Host-session") == "abc");
  CHECK(find_cookie("a=1; __Host-session=abc; b=2", "__Host-session") == "abc");
  CHECK(find_cookie("a=1;__Host-session=abc;b=2", "__Host-session") == "abc");
  CHECK(find_cookie(" \t__Host-session=abc \t", "__Host-session") == "abc");
  CHECK(find_cookie("s=a=b==", "s") == "a=b==");
  for (const std::string_view other :
       {"__host-session=abc", "__Host-session2=abc", "x__Host-session=abc", "__Host-session =abc", "__Host-session",
        "=__Host-session=abc", "a=__Host-session=abc", "\"__Host-session\"=abc", "\xc2\xa0__Host-session=abc", ""}) {
    CAPTURE(std::string(other));
    CHECK_FALSE(find_cookie(other, "__Host-session").has_value());
  }
  CHECK_FALSE(find_cookie("=abc", "").has_value());
}

TEST_CASE("S358: a name that occurs twice is refused, never picked") {
  CHECK_FALSE(find_cookie("s=abc; s=def", "s").has_value());
  CHECK_FALSE(find_cookie("s=abc; s=abc", "s").has_value());
  CHECK_FALSE(find_cookie("s=abc; x=1; s=", "s").has_value());
  CHECK_FALSE(find_cookie("s=\"; s=abc", "s").has_value());  // quotes do not hide a separator
  CHECK(find_cookie("s=abc; S=def; ss=ghi; s", "s") == "abc");
}

TEST_CASE("S358: values that no server set are no values") {
  const std::vector<std::string_view> bad{"s=",     "s=\"abc\"",  "s=a b",     "s=a,b",  "s=a\\b",
                                          "s=a\tb", "s=\xc3\xa9", "s=a\x7f",   "s=a\nb", std::string_view("s=a\0b", 5),
                                          "s=  ",   "s= abc\"",   "s=\xff\xfe"};
  for (const auto header : bad) {
    CAPTURE(std::string(header));
    CHECK_FALSE(find_cookie(header, "s").has_value());
  }
  // A malformed neighbour takes nothing away.
  CHECK(find_cookie("\xff\xfe=\x01;;; ;=;==;\"; s=abc;;", "s") == "abc");
}

TEST_CASE("S358: a thousand pairs and 64 kB are read, a byte more is not") {
  std::string header;
  for (int i = 0; i < 1000; ++i) {
    header += "c" + std::to_string(i) + "=v;;";
  }
  CHECK(find_cookie(header + " s=abc", "s") == "abc");
  CHECK(find_cookie(header, "c999") == "v");
  std::string full = "s=abc; x=";
  full.append(cookie_header_bytes_max - full.size(), 'y');
  CHECK(find_cookie(full, "s") == "abc");
  CHECK_FALSE(find_cookie(full + "y", "s").has_value());
  CHECK_FALSE(find_cookie(std::string(cookie_header_bytes_max, ';'), "s").has_value());
  CHECK_FALSE(find_cookie(std::string(cookie_header_bytes_max, '='), "s").has_value());
  CHECK_FALSE(find_cookie(std::string(cookie_header_bytes_max, '"'), "s").has_value());
}
