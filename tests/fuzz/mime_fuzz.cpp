#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "fuzz/fuzz.hpp"
#include <ostiary/rules/mime.hpp>

namespace ostiary::fuzz {
namespace {

constexpr std::string_view header_names =
    "Date From To Subject Message-ID Auto-Submitted Content-Language MIME-Version Content-Type ";

// Takes what stands before the next unit separator (a control character, so that no accepted field has one).
std::string_view take(std::string_view& input) {
  const auto end = input.find('\x1f');
  const auto field = input.substr(0, end);
  input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
  return field;
}

EmailAddress address_or(std::string_view text, std::string_view otherwise) {
  auto address = EmailAddress::parse(text);
  return address ? std::move(address).value() : EmailAddress::parse(otherwise).value();
}

MimeMessage message_of(std::string_view input) {
  MimeMessage message{.from = address_or(take(input), "from@acme.example"),
                      .from_name = {},
                      .to = address_or(take(input), "to@maple.example")};
  message.from_name = take(input);
  message.to_name = take(input);
  message.subject = take(input);
  message.message_id = take(input);
  const auto date = take(input);
  std::int64_t seconds = 0;
  std::from_chars(date.data(), date.data() + date.size(), seconds);
  constexpr std::int64_t seconds_max = 1'000'000'000'000;  // past the year 9999; a bound, so that no product overflows
  message.date = Instant(std::chrono::seconds(std::clamp(seconds, -seconds_max, seconds_max)));
  message.text = take(input);
  message.html = input;
  return message;
}

int digit_of(char c) {
  const std::string digits = "0123456789ABCDEF";
  const auto at = digits.find(c);
  must(at != std::string::npos, "an escape is two capital hexadecimal digits");
  return static_cast<int>(at);
}

// RFC 2045 §6.7 and, with `_` for a blank, the Q encoding of RFC 2047 §4.2.
std::string decoded(std::string_view text, char blank) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i] == blank ? ' ' : text[i];
      continue;
    }
    must(i + 2 < text.size(), "an escape is whole");
    if (text.substr(i, 3) != "=\r\n") {
      out += static_cast<char>(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2]));
    }
    i += 2;
  }
  return out;
}

// A header's value as a mail program shows it: encoded words decoded, the blanks between two of them dropped.
std::string shown(std::string_view value) {
  constexpr std::string_view begin = "=?UTF-8?Q?";
  if (!value.starts_with(begin)) {
    return std::string(value);
  }
  std::string out;
  while (value.starts_with(begin)) {
    const auto end = value.find("?=", begin.size());
    must(end != std::string_view::npos, "an encoded word ends");
    must(end + 2 <= 75, "an encoded word has at most 75 characters");
    out += decoded(value.substr(begin.size(), end - begin.size()), '_');
    value.remove_prefix(end + 2);
    value.remove_prefix(value.starts_with("\r\n =?") ? 3 : 0);
  }
  must(value.empty(), "nothing follows the encoded words");
  return out;
}

// A display name: a quoted string, or encoded words.
std::string shown_name(std::string_view phrase) {
  if (!phrase.starts_with('"')) {
    return shown(phrase);
  }
  must(phrase.size() >= 2 && phrase.ends_with('"'), "a quoted string ends");
  std::string out;
  for (std::size_t i = 1; i + 1 < phrase.size(); ++i) {
    i += phrase[i] == '\\' ? 1U : 0U;
    out += phrase[i];
  }
  return out;
}

void check_mailbox(std::string_view value, const EmailAddress& address, const std::string& name) {
  if (name.empty()) {
    must(value == address.as_typed(), "an address without a name stands alone");
    return;
  }
  const auto angle = '<' + address.as_typed() + '>';
  must(value.ends_with(angle), "the address stands last");
  value.remove_suffix(angle.size());
  must(value.ends_with(" ") || value.ends_with("\r\n "), "the name and the address are apart");
  value.remove_suffix(value.ends_with("\r\n ") ? 3 : 1);
  must(shown_name(value) == name, "the name is shown as it was given");
}

struct Field {
  std::string name;
  std::string value;  // with its folds
};

std::vector<Field> fields_of(std::string_view header) {
  std::vector<Field> fields;
  while (!header.empty()) {
    const auto end = header.find("\r\n");
    const auto line = header.substr(0, end);
    if (line.starts_with(' ')) {
      must(!fields.empty(), "the first line is no continuation");
      fields.back().value.append("\r\n").append(line);
    } else {
      const auto colon = line.find(": ");
      must(colon != std::string_view::npos, "a header line has a name");
      fields.push_back({.name = std::string(line.substr(0, colon)), .value = std::string(line.substr(colon + 2))});
    }
    header.remove_prefix(end + 2);
  }
  return fields;
}

void check_lines(std::string_view mail, const MimeMessage& message) {
  while (!mail.empty()) {
    const auto end = mail.find("\r\n");
    must(end != std::string_view::npos, "every line ends in CRLF");
    const auto line = mail.substr(0, end);
    must(std::ranges::all_of(line, [](char c) { return (c >= ' ' && c < 0x7f) || c == '\t'; }), "a line is ASCII");
    must(!line.starts_with('.') && !line.starts_with("From "), "no line begins as a relay might change it");
    const bool alone = line.find(message.from.as_typed()) != std::string_view::npos ||
                       line.find(message.to.as_typed()) != std::string_view::npos || line.starts_with("Message-ID: ");
    must(line.size() <= 78 || alone, "no line is too long");
    mail.remove_prefix(end + 2);
  }
}

// What a mail program makes of line ends.
std::string with_crlf(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
      continue;
    }
    out += text[i] == '\n' ? "\r\n" : std::string(1, text[i]);
  }
  return out;
}

// Splits at the boundary, which must stand exactly where the two parts begin and end.
void check_body(const std::string& body, const std::string& boundary, const MimeMessage& message) {
  const auto dashes = "--" + boundary;
  const auto second = body.find("\r\n" + dashes + "\r\n", dashes.size());
  must(body.starts_with(dashes + "\r\n") && second != std::string::npos && body.ends_with("\r\n" + dashes + "--\r\n"),
       "the boundary stands around the parts");
  const auto first = body.substr(0, second);
  const auto rest = body.substr(second + 2, body.size() - second - 2 - (dashes.size() + 6));
  must(first.find(boundary, dashes.size()) == std::string::npos &&
           rest.find(boundary, dashes.size()) == std::string::npos,
       "the boundary stands nowhere else");
  const auto content = [](const std::string& part) { return part.substr(part.find("\r\n\r\n") + 4); };
  must(first.find("text/plain") != std::string::npos && decoded(content(first), '\0') == with_crlf(message.text),
       "the text is shown as it was given");
  must(rest.find("text/html") != std::string::npos && decoded(content(rest), '\0') == with_crlf(message.html),
       "the HTML is shown as it was given");
}

void check_mail(const std::string& mail, const MimeMessage& message) {
  check_lines(mail, message);
  const auto header_end = mail.find("\r\n\r\n") + 2;
  const auto fields = fields_of(std::string_view(mail).substr(0, header_end));
  std::string names;
  for (const auto& field : fields) {
    names += field.name + ' ';
  }
  must(names == header_names, "the header has its fields, once each, and no other");
  check_mailbox(fields.at(1).value, message.from, message.from_name);
  check_mailbox(fields.at(2).value, message.to, message.to_name);
  must(shown(fields.at(3).value) == message.subject, "the subject is shown as it was given");
  must(fields.at(4).value == '<' + message.message_id + '>', "the Message-ID is the given one");
  const auto& type = fields.at(8).value;
  const auto boundary_begin = type.find('"') + 1;
  check_body(mail.substr(header_end + 2), type.substr(boundary_begin, type.rfind('"') - boundary_begin), message);
}

}  // namespace

// The input is from, to, their names, subject, Message-ID, date in seconds, text and HTML, with 0x1f between. A bad
// address becomes a fixed one.
bool mime(std::string_view input) {
  const auto message = message_of(input);
  const auto mail = compose_mime(message);
  if (!mail) {
    must(mail.assume_error() == Errc::malformed_mail_header || mail.assume_error() == Errc::malformed_text,
         "a mail is refused for its header or its text");
    return false;
  }
  must(compose_mime(message).value() == mail.value(), "equal input gives equal bytes");
  check_mail(mail.value(), message);
  return true;
}

}  // namespace ostiary::fuzz
