#include <ostiary/web/fetch_metadata.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace ostiary;

namespace {

using Header = std::optional<std::string_view>;
const std::vector<std::string> own{"https://portal.acme.example", "https://app.acme.example:8443"};

FetchVerdict post(Header site, Header origin) {
  return judge_fetch({.method = "POST", .sec_fetch_site = site, .origin = origin}, own);
}

}  // namespace

TEST_CASE("S361: a POST of the own pages is allowed") {
  CHECK(post("same-origin", "https://portal.acme.example") == FetchVerdict::allowed);
  CHECK(post("same-origin", "https://app.acme.example:8443") == FetchVerdict::allowed);
  CHECK(post("same-origin", {}) == FetchVerdict::allowed);
  CHECK(post("none", {}) == FetchVerdict::allowed);
  CHECK(post({}, "https://portal.acme.example") == FetchVerdict::allowed);
  CHECK(post({}, {}) == FetchVerdict::allowed);
}

TEST_CASE("S361: a POST that another site made is refused, whichever header tells") {
  for (const std::string_view site : {"cross-site", "same-site", "", "Same-Origin", "same-origin, cross-site", "odd"}) {
    CAPTURE(std::string(site));
    CHECK(post(site, {}) == FetchVerdict::foreign);
    CHECK(post(site, "https://portal.acme.example") == FetchVerdict::foreign);
  }
  for (const std::string_view origin :
       {"null", "", "https://evil.example", "http://portal.acme.example", "https://portal.acme.example:444",
        "https://portal.acme.example.evil.example", "https://evil.portal.acme.example", "https://portal.acme.example/",
        "https://PORTAL.acme.example", "https://portal.acme.example, https://evil.example", "portal.acme.example"}) {
    CAPTURE(std::string(origin));
    CHECK(post({}, origin) == FetchVerdict::foreign);
    CHECK(post("same-origin", origin) == FetchVerdict::foreign);
  }
}

TEST_CASE("S361: the null origin is refused even where somebody configured it") {
  const std::vector<std::string> careless{"null"};
  CHECK(judge_fetch({.method = "POST", .origin = "null"}, careless) == FetchVerdict::foreign);
}

TEST_CASE("S360: links from other sites may GET; every other method is judged") {
  for (const std::string_view method : {"GET", "HEAD", "OPTIONS"}) {
    CHECK(judge_fetch({.method = method, .sec_fetch_site = "cross-site", .origin = "null"}, own) ==
          FetchVerdict::allowed);
  }
  for (const std::string_view method : {"POST", "PUT", "PATCH", "DELETE", "get", "GETX", "", "QUERY"}) {
    CHECK(judge_fetch({.method = method, .sec_fetch_site = "cross-site"}, own) == FetchVerdict::foreign);
  }
}
