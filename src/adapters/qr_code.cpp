#include <ostiary/adapters/qr_code.hpp>

#include <algorithm>
#include <qrcodegen.hpp>
#include <stdexcept>
#include <vector>

#include <ostiary/base/ascii.hpp>

namespace ostiary::inline v0 {
namespace {

using qrcodegen::QrCode;
using qrcodegen::QrSegment;

constexpr int quiet_zone = 4;  // modules; ISO/IEC 18004 §9.1

Result<QrCode> encode(std::string_view text) {
  if (text.empty()) {
    return Errc::malformed_text;
  }
  try {
    return QrCode::encodeSegments({QrSegment::makeBytes({text.begin(), text.end()})}, QrCode::Ecc::MEDIUM);
  } catch (const std::length_error&) {
    return Errc::text_too_long;
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// One subpath for each run of dark modules in a row.
std::string path_of(const QrCode& code) {
  std::string path;
  const int size = code.getSize();
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      const int begin = x;
      while (code.getModule(x, y)) {  // light outside of the code
        ++x;
      }
      if (x > begin) {
        const auto width = std::to_string(x - begin);
        path += 'M';
        path += std::to_string(begin + quiet_zone);
        path += ' ';
        path += std::to_string(y + quiet_zone);
        path += 'h';
        path += width;
        path += "v1h-";
        path += width;
        path += 'z';
      }
    }
  }
  return path;
}

std::string_view half_blocks(bool upper, bool lower) noexcept {
  if (upper) {
    return lower ? "\u2588" : "\u2580";
  }
  return lower ? "\u2584" : " ";
}

}  // namespace

Result<std::string> make_qr_svg(std::string_view text, const QrLook& look) {
  if (look.title.empty() || std::ranges::any_of(look.title, ascii::is_control)) {
    return Errc::malformed_text;
  }
  if (look.module_px == 0) {
    return Errc::value_not_allowed;
  }
  OSTIARY_TRY(const auto code, encode(text));
  const int modules = code.getSize() + 2 * quiet_zone;
  const auto side = std::to_string(modules);
  const auto pixels = std::to_string(modules * look.module_px);
  const auto title = escaped(look.title);
  std::string svg;
  for (const std::string_view piece :
       {std::string_view(R"(<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label=")"), std::string_view(title),
        std::string_view(R"(" width=")"), std::string_view(pixels), std::string_view(R"(" height=")"),
        std::string_view(pixels), std::string_view(R"(" viewBox="0 0 )"), std::string_view(side), std::string_view(" "),
        std::string_view(side), std::string_view(R"(" shape-rendering="crispEdges"><title>)"), std::string_view(title),
        std::string_view(R"(</title><rect width="100%" height="100%" fill="#fff"/><path fill="#000" d=")")}) {
    svg += piece;
  }
  svg += path_of(code);
  svg += R"("/></svg>)";
  return svg;
}

Result<std::string> make_qr_text(std::string_view text) {
  OSTIARY_TRY(const auto code, encode(text));
  std::string out;
  const int end = code.getSize() + quiet_zone;
  for (int y = -quiet_zone; y < end; y += 2) {
    out += "\x1b[30;107m";
    for (int x = -quiet_zone; x < end; ++x) {
      out += half_blocks(code.getModule(x, y), code.getModule(x, y + 1));
    }
    out += "\x1b[0m\n";
  }
  return out;
}

}  // namespace ostiary::inline v0
