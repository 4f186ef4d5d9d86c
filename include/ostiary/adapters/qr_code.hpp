#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <ostiary/base/result.hpp>
#include <ostiary/qr_export.hpp>

namespace ostiary::inline v0 {

/// QrLook says how a QR code stands on a page.
struct QrLook {
  std::string_view title{};     ///< The text alternative (WCAG 1.1.1), well-formed UTF-8: what is to be done with it.
  std::uint16_t module_px = 4;  ///< Width of a module in CSS pixels, at least 1.
};

/// make_qr_svg draws `text` as a QR code, to be put into a page as it is: an `svg` element with `role="img"`, its title,
/// and a quiet zone of 4 modules, dark on light whatever the page's colours. No script, no style, nothing to load, so any
/// Content-Security-Policy takes it.
///
/// Form:    byte mode, error correction M or better, the smallest version that holds the text.
/// Errors:  text_too_long above 2,331 bytes; malformed_text for an empty text, or a title that is empty or has control
///          characters; value_not_allowed for a `module_px` of 0.
/// Secrets: the picture says what the text says. qrcodegen's and this function's copies are not wiped.
/// Source:  R59; ISO/IEC 18004.
[[nodiscard]] OSTIARY_QR_EXPORT Result<std::string> make_qr_svg(std::string_view text, const QrLook& look);

/// make_qr_text draws the same for a terminal: UTF-8 half blocks, two modules a character, black on white by ANSI escape
/// codes, each line ended by a line feed. Errors and secrets: as make_qr_svg's.
[[nodiscard]] OSTIARY_QR_EXPORT Result<std::string> make_qr_text(std::string_view text);

}  // namespace ostiary::inline v0
