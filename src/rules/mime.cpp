#include <ostiary/rules/mime.hpp>

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/unicode.hpp"
#include "crypto/digest.hpp"
#include <ostiary/base/ascii.hpp>
#include <ostiary/base/encoding.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t header_value_length_max = 998;
constexpr std::size_t header_line_length_max = 78;   // RFC 5322 §2.1.1
constexpr std::size_t encoded_line_length_max = 76;  // RFC 2047 §2, also RFC 2045 §6.7
constexpr std::string_view encoded_word_begin = "=?UTF-8?Q?";
constexpr std::string_view encoded_word_end = "?=";

std::string escaped(char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(c);
  return {'=', digits[value >> 4U], digits[value & 15U]};
}

// RFC 5322 §3.6.4 in the strict form of §3.2.3: atoms and dots around one '@'.
bool is_message_id(std::string_view text) {
  constexpr std::size_t length_max = 250;
  const auto at = text.find('@');
  if (text.size() > length_max || at == 0 || at == std::string_view::npos || at + 1 == text.size()) {
    return false;
  }
  const auto is_dot_atom = [](std::string_view part) {
    return part.front() != '.' && part.back() != '.' && part.find("..") == std::string_view::npos &&
           std::ranges::all_of(part, [](char c) {
             return ascii::is_letter_or_digit(c) ||
                    std::string_view(".!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
           });
  };
  return is_dot_atom(text.substr(0, at)) && is_dot_atom(text.substr(at + 1));
}

bool is_header_value(std::string_view text) {
  return text.size() <= header_value_length_max && unicode::is_clean(text);
}

bool is_body(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of("\t\n"), text.size());
    auto piece = text.substr(0, end);
    if (end < text.size() && text[end] == '\n' && piece.ends_with('\r')) {
      piece.remove_suffix(1);
    }
    if (!unicode::is_clean(piece)) {
      return false;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

// Text that may stand in a header as it is. "=?" would be read as the begin of an encoded word.
bool is_plain(std::string_view text, std::size_t room) {
  return text.size() <= room && !text.starts_with(' ') && !text.ends_with(' ') &&
         text.find("=?") == std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// The bytes of the first code point of clean UTF-8: an encoded word must not end inside one (RFC 2047 §5).
std::string_view first_code_point(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U) {
    ++size;
  }
  return text.substr(0, size);
}

// RFC 2047 §5 (3): the alphabet that is right in a phrase is right everywhere.
std::string q_encoded(std::string_view code_point) {
  std::string out;
  for (const char c : code_point) {
    if (c == ' ') {
      out += '_';
    } else if (ascii::is_letter_or_digit(c)) {
      out += c;
    } else {
      out += escaped(c);
    }
  }
  return out;
}

// Encoded words, one a line; `column` is where the first begins.
std::string encoded_words(std::string_view text, std::size_t column) {
  std::string out(encoded_word_begin);
  column += encoded_word_begin.size();
  while (!text.empty()) {
    const auto code_point = first_code_point(text);
    const auto piece = q_encoded(code_point);
    if (column + piece.size() + encoded_word_end.size() > encoded_line_length_max) {
      out.append(encoded_word_end).append("\r\n ").append(encoded_word_begin);
      column = 1 + encoded_word_begin.size();
    }
    out += piece;
    column += piece.size();
    text.remove_prefix(code_point.size());
  }
  return out.append(encoded_word_end);
}

std::string unstructured_field(std::string_view name, std::string_view value) {
  const std::string front = fmt::format("{}: ", name);
  return front +
         (is_plain(value, header_line_length_max - front.size()) ? std::string(value)
                                                                 : encoded_words(value, front.size())) +
         "\r\n";
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  return out + '"';
}

std::string mailbox_field(std::string_view name, std::string_view display_name, const EmailAddress& address) {
  std::string out = fmt::format("{}: ", name);
  if (display_name.empty()) {
    return out + address.as_typed() + "\r\n";
  }
  const auto phrase = quoted(display_name);
  out += is_plain(phrase, header_line_length_max - out.size()) ? phrase : encoded_words(display_name, out.size());
  const auto line_begin = out.rfind('\n') + 1;  // npos + 1 is 0
  const std::string angle = fmt::format("<{}>", address.as_typed());
  const bool fits = out.size() - line_begin + 1 + angle.size() <= encoded_line_length_max;
  return out + (fits ? " " : "\r\n ") + angle + "\r\n";
}

// RFC 5322 §3.3, in UTC.
std::string date_text(Instant at) {
  using namespace std::chrono;
  constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = floor<std::chrono::days>(at);
  const year_month_day date(day);
  const hh_mm_ss time(floor<seconds>(at - day));
  return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000", days.at(weekday(day).c_encoding()),
                     static_cast<unsigned>(date.day()), months.at(static_cast<unsigned>(date.month()) - 1),
                     static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

bool is_mail_date(Instant at) {
  using namespace std::chrono_literals;
  return at >= std::chrono::sys_days(1900y / 1 / 1) && at < std::chrono::sys_days(10000y / 1 / 1);
}

// One line of a body as quoted-printable (RFC 2045 §6.7). A dot or "From " at a line's begin is escaped too: careless
// relays change both.
void append_quoted_printable(std::string& out, std::string_view line) {
  std::size_t column = 0;
  while (!line.empty()) {
    const char c = line.front();
    const bool printable = (c >= '!' && c <= '~' && c != '=') || ((c == ' ' || c == '\t') && line.size() > 1);
    const bool guarded = column == 0 && (c == '.' || line.starts_with("From "));
    const std::string piece = printable && !guarded ? std::string(1, c) : escaped(c);
    const std::size_t room = encoded_line_length_max - (line.size() > 1 ? 1U : 0U);  // for the soft break's '='
    if (column + piece.size() > room) {
      out += "=\r\n";
      column = 0;
      continue;  // the same character again: at a line's begin it may need its guard
    }
    out += piece;
    column += piece.size();
    line.remove_prefix(1);
  }
}

std::string quoted_printable(std::string_view body) {
  std::string out;
  out.reserve(body.size() + body.size() / 8);
  while (!body.empty()) {
    const auto end = std::min(body.find('\n'), body.size());
    auto line = body.substr(0, end);
    if (end < body.size() && line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    append_quoted_printable(out, line);
    out += end < body.size() ? "\r\n" : "";
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return out;
}

// The line's end before a boundary belongs to the boundary (RFC 2046 §5.1.1).
std::string part(std::string_view boundary, std::string_view subtype, std::string_view body) {
  return fmt::format(
      "--{}\r\n"
      "Content-Type: text/{}; charset=utf-8\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n"
      "\r\n"
      "{}\r\n",
      boundary, subtype, quoted_printable(body));
}

}  // namespace

Result<std::string> compose_mime(const MimeMessage& message) {
  if (!is_header_value(message.from_name) || !is_header_value(message.to_name) || !is_header_value(message.subject) ||
      !is_message_id(message.message_id) || !is_mail_date(message.date)) {
    return Errc::malformed_mail_header;
  }
  if (!is_body(message.text) || !is_body(message.html)) {
    return Errc::malformed_text;
  }
  OSTIARY_TRY(const auto digest, crypto::sha256(as_bytes(message.message_id)));
  // "=_" is never found in quoted-printable text (RFC 2045 §6.7), so the boundary is never found in a body.
  const std::string boundary = "=_" + hex_encode(ByteView(digest).first(16));
  std::string out = fmt::format("Date: {}\r\n", date_text(message.date));
  out += mailbox_field("From", message.from_name, message.from);
  out += mailbox_field("To", message.to_name, message.to);
  out += unstructured_field("Subject", message.subject);
  out += fmt::format(
      "Message-ID: <{}>\r\n"
      "Auto-Submitted: auto-generated\r\n"
      "Content-Language: {}\r\n"
      "MIME-Version: 1.0\r\n"
      "Content-Type: multipart/alternative;\r\n"
      " boundary=\"{}\"\r\n"
      "\r\n",
      message.message_id, message.language.tag(), boundary);
  out += part(boundary, "plain", message.text) + part(boundary, "html", message.html);
  return out + fmt::format("--{}--\r\n", boundary);
}

}  // namespace ostiary::inline v0
