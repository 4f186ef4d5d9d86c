#include <ostiary/web/return_address.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace ostiary;

TEST_CASE("R77: a local page is kept as it is") {
  for (const std::string_view page : {"/",
                                      "/account",
                                      "/account/",
                                      "/a/b/c.html",
                                      "/a-b_c~d",
                                      "/search?q=maple+dental&page=2",
                                      "/a?next=/b",
                                      "/a#top",
                                      "/a?b#c?d/e",
                                      "/caf%C3%A9",
                                      "/a%20b",
                                      "/o:k/@me",
                                      "/a?u=http%3A%2F%2Fx",
                                      "/a?q=100%25",
                                      "/..a/b..",
                                      "/...",
                                      "/a;v=1",
                                      "/?",
                                      "/#",
                                      "/a?mail=jo@home.example"}) {
    CAPTURE(std::string(page));
    CHECK(safe_return_address(page, "/home") == page);
  }
}

TEST_CASE("S078: whatever could lead elsewhere is replaced by the default page") {
  const std::vector<std::string_view> bad{
      // S078's own list
      "//evil.example", "/\\evil.example", "\\/evil.example", "https:evil.example", "/%2f/evil.example",
      "/ /evil.example", "/\t/evil.example", "/\n/evil.example", "http://good@evil.example", "/////evil.example",
      "https://portal.acme.example/account", "http://portal.acme.example/account",
      // the class behind it
      "", "account", "evil.example", "?next=/x", "#x", "javascript:alert(1)", "data:text/html,x", "\\\\evil.example",
      "/\\/evil.example", " //evil.example", "\t//evil.example", "\n/account", "/account\r\nSet-Cookie: a=b",
      "/account%0d%0aSet-Cookie:a=b", "/account?x=%0d%0aSet-Cookie:a", "/account?x=%00", "/account#%0a",
      "/%5cevil.example", "/%5C%5Cevil.example", "/%2F/evil.example", "/%252f/evil.example", "/%25", "/a//b",
      "/.//evil.example", "/..//evil.example", "/./a", "/../a", "/a/..", "/a/.", "/%2e%2e/a", "/.%2e/a", "/%2e/a", "/%",
      "/%2", "/%zz", "/%%41", "/a?b\\c", "/a?b c", "/a?<script>", "/a\"b", "/a`b", "/a|b", "/a^b", "/a{b}", "/a[b]",
      "/caf\xc3\xa9", "/\xff", "/a\x7f", "/a#b#c", "/a?b=%", "//", "/%09/evil.example", "/\u3002evil.example",
      std::string_view("/a\0b", 4), "https://evil.example", "HTTPS://evil.example", "ftp://evil.example",
      "//evil.example/%2e%2e", "///", "http:/evil.example", "http:evil.example", "/\v/evil.example",
      "/\f/evil.example"};
  for (const auto address : bad) {
    CAPTURE(std::string(address));
    CHECK(safe_return_address(address, "/home") == "/home");
  }
}

TEST_CASE("S078: no byte but RFC 3986's own passes, at any place") {
  const std::string_view allowed_in_path =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@";
  for (int value = 0; value < 256; ++value) {
    const char c = static_cast<char>(value);
    const bool in_path = allowed_in_path.find(c) != std::string_view::npos;
    const bool in_query = in_path || c == '/' || c == '?';
    CAPTURE(value);
    CHECK((safe_return_address(std::string("/x") + c + "y") != "/") == (in_query || c == '#'));
    CHECK((safe_return_address(std::string("/x?") + c + "y") != "/") == (in_query || c == '#'));
    CHECK((safe_return_address(std::string("/x#") + c + "y") != "/") == in_query);
  }
}

TEST_CASE("S078: an address is bounded") {
  CHECK(safe_return_address("/" + std::string(return_address_bytes_max - 1, 'a')) != "/");
  CHECK(safe_return_address("/" + std::string(return_address_bytes_max, 'a')) == "/");
  CHECK(safe_return_address(std::string(1'000'000, '/')) == "/");
}

TEST_CASE("R77: the default page is the host's own and may be anywhere") {
  CHECK(safe_return_address("//evil.example") == "/");
  CHECK(safe_return_address("//evil.example", "https://portal.acme.example/") == "https://portal.acme.example/");
}
