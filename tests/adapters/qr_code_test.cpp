#include <ostiary/adapters/qr_code.hpp>

#include <charconv>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace ostiary;

namespace {

using Modules = std::vector<std::vector<bool>>;

constexpr std::string_view uri =
    "otpauth://totp/Maple%20Dental:201%40acme?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Maple%20Dental";
const QrLook look{.title = "Scan this with your authenticator app"};

std::string svg_of(std::string_view text, const QrLook& how = look) { return make_qr_svg(text, how).value(); }

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

int number_at(std::string_view text, std::size_t& at) {
  int value = 0;
  const char* const end = std::from_chars(text.data() + at, text.data() + text.size(), value).ptr;
  at = static_cast<std::size_t>(end - text.data());
  return value;
}

// What the picture shows, quiet zone and all: from its one path, "M4 4h7v1h-7z…".
Modules modules_of(const std::string& svg) {
  auto at = svg.find("viewBox=\"0 0 ") + 13;
  const auto side = static_cast<std::size_t>(number_at(svg, at));
  Modules modules(side, std::vector<bool>(side));
  for (at = svg.find(" d=\"") + 4; svg.at(at) == 'M';) {
    const int x = number_at(svg, ++at);
    const int y = number_at(svg, ++at);
    const int width = number_at(svg, ++at);
    const auto rest = "v1h-" + std::to_string(width) + "z";
    REQUIRE(svg.substr(at, rest.size()) == rest);
    at += rest.size();
    for (int i = x; i < x + width; ++i) {
      modules.at(static_cast<std::size_t>(y)).at(static_cast<std::size_t>(i)) = true;
    }
  }
  return modules;
}

// The same from half blocks.
Modules modules_of_text(std::string_view text) {
  constexpr std::string_view colours = "\x1b[30;107m";
  constexpr std::string_view reset = "\x1b[0m\n";
  Modules modules;
  while (!text.empty()) {
    REQUIRE(text.starts_with(colours));
    text.remove_prefix(colours.size());
    std::vector<bool> upper;
    std::vector<bool> lower;
    while (!text.starts_with(reset)) {
      const bool blank = text.starts_with(' ');
      const auto glyph = text.substr(0, blank ? 1 : 3);
      upper.push_back(glyph == "\u2580" || glyph == "\u2588");
      lower.push_back(glyph == "\u2584" || glyph == "\u2588");
      REQUIRE((blank || upper.back() || lower.back()));
      text.remove_prefix(glyph.size());
    }
    text.remove_prefix(reset.size());
    modules.push_back(std::move(upper));
    modules.push_back(std::move(lower));
  }
  return modules;
}

}  // namespace

TEST_CASE("R59: the picture has a role and a text alternative, and nothing that a strict policy refuses") {
  const auto svg = svg_of(uri);
  CHECK(svg.starts_with(R"(<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Scan this with your )"
                        R"(authenticator app" width=")"));
  CHECK(svg.ends_with("\"/></svg>"));
  CHECK(count(svg, "<title>Scan this with your authenticator app</title>") == 1);
  CHECK(count(svg, "<path ") == 1);
  CHECK(count(svg, "http") == 1);  // the namespace
  for (const std::string_view word : {"style", "script", "href", "url(", "<image", "<use", " on", "GEZD", "otpauth"}) {
    CAPTURE(std::string(word));
    CHECK(count(svg, word) == 0);
  }
}

TEST_CASE("a title is escaped; an empty one or one with control characters is refused") {
  const auto svg = svg_of(uri, {.title = "<b>\"Maple\" & Sons</b> 'x' \xc3\xa9"});
  constexpr std::string_view escaped = "&lt;b&gt;&quot;Maple&quot; &amp; Sons&lt;/b&gt; 'x' \xc3\xa9";
  CHECK(count(svg, "aria-label=\"" + std::string(escaped) + "\"") == 1);
  CHECK(count(svg, "<title>" + std::string(escaped) + "</title>") == 1);
  CHECK(make_qr_svg(uri, {}).error() == Errc::malformed_text);
  CHECK(make_qr_svg(uri, {.title = "a\nb"}).error() == Errc::malformed_text);
  CHECK(make_qr_svg(uri, {.title = std::string_view("a\0b", 3)}).error() == Errc::malformed_text);
}

TEST_CASE("a quiet zone of four modules lies around the code, whose finder patterns stand in three corners") {
  const auto modules = modules_of(svg_of(uri));
  const auto side = modules.size();
  CHECK((side - 8 - 17) % 4 == 0);
  for (std::size_t i = 0; i < side; ++i) {
    for (const std::size_t edge : {std::size_t{0}, std::size_t{3}, side - 4, side - 1}) {
      CHECK_FALSE(modules.at(edge).at(i));
      CHECK_FALSE(modules.at(i).at(edge));
    }
  }
  for (const auto& [top, left] :
       std::vector<std::pair<std::size_t, std::size_t>>{{4, 4}, {4, side - 11}, {side - 11, 4}}) {
    for (std::size_t i = 0; i < 7; ++i) {
      CHECK(modules.at(top).at(left + i));
      CHECK(modules.at(top + 6).at(left + i));
      CHECK(modules.at(top + i).at(left));
      CHECK(modules.at(top + i).at(left + 6));
    }
    CHECK_FALSE(modules.at(top + 1).at(left + 1));
    CHECK(modules.at(top + 3).at(left + 3));
  }
}

TEST_CASE("a terminal is shown what the picture shows") {
  auto expected = modules_of(svg_of(uri));
  expected.emplace_back(expected.size());  // the lower half of the last line
  CHECK(modules_of_text(make_qr_text(uri).value()) == expected);
}

TEST_CASE("a module is as wide as asked, and not nothing") {
  const auto side = modules_of(svg_of(uri)).size();
  for (const std::uint16_t width : {std::uint16_t{1}, std::uint16_t{4}, std::uint16_t{65535}}) {
    const auto pixels = "=\"" + std::to_string(side * width) + "\" ";
    const auto svg = svg_of(uri, {.title = "QR", .module_px = width});
    CHECK(count(svg, " width" + pixels) == 1);
    CHECK(count(svg, " height" + pixels) == 1);
  }
  CHECK(make_qr_svg(uri, {.title = "QR", .module_px = 0}).error() == Errc::value_not_allowed);
}

TEST_CASE("a text that does not fit is an error, as is an empty one; the longest that fits is not") {
  CHECK(modules_of(svg_of(std::string(2331, 'a'))).size() == 177 + 8);
  CHECK(make_qr_svg(std::string(2332, 'a'), look).error() == Errc::text_too_long);
  CHECK(make_qr_text(std::string(2332, 'a')).error() == Errc::text_too_long);
  CHECK(make_qr_svg("", look).error() == Errc::malformed_text);
  CHECK(make_qr_text("").error() == Errc::malformed_text);
}

TEST_CASE("every byte of a text counts, zeros too") {
  using namespace std::string_view_literals;
  CHECK(svg_of("a\0b"sv) != svg_of("a"));
  CHECK(svg_of("a\0b"sv) != svg_of("a\0c"sv));
}
