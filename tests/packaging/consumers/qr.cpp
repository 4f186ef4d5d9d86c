// Draws a QR code both ways.
#include <cstdio>

#include <ostiary/adapters/qr_code.hpp>

int main() {
  const auto svg = ostiary::make_qr_svg("https://example.org/", {.title = "Example"});
  const auto text = ostiary::make_qr_text("https://example.org/");
  if (!svg || !text) {
    return 1;
  }
  std::printf("qr: %zu bytes of SVG\n", svg.value().size());
  return svg.value().find("<path") == std::string::npos || text.value().empty() ? 1 : 0;
}
