#include <ostiary/rules/mime.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace ostiary;
using namespace std::chrono_literals;

namespace {

MimeMessage sample() {
  return {.from = EmailAddress::parse("portal@maple.example").value(),
          .from_name = "Maple Dental",
          .to = EmailAddress::parse("zoe@mail.example").value(),
          .to_name = "Zoé Bélanger",
          .subject = "Configurez votre compte",
          .text = "Bonjour,\n\nÀ bientôt\n",
          .html = "<p>Bonjour</p>\n",
          .message_id = "0123456789abcdef.1@maple.example",
          .date = std::chrono::sys_days(2026y / 8 / 4) + 10h + 5min + 9s,
          .language = Locale::parse("fr-CA").value()};
}

std::vector<std::string> lines_of(const std::string& message) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin < message.size()) {
    const auto end = message.find("\r\n", begin);
    REQUIRE(end != std::string::npos);
    lines.push_back(message.substr(begin, end - begin));
    begin = end + 2;
  }
  return lines;
}

std::vector<std::string> header_of(const std::string& message) {
  auto lines = lines_of(message);
  lines.erase(std::ranges::find(lines, std::string()), lines.end());
  return lines;
}

std::vector<std::string> field_names_of(const std::string& message) {
  std::vector<std::string> names;
  for (const auto& line : header_of(message)) {
    if (!line.starts_with(' ')) {
      names.push_back(line.substr(0, line.find(':')));
    }
  }
  return names;
}

const std::vector<std::string> expected_names{
    "Date",         "From",        "To", "Subject", "Message-ID", "Auto-Submitted", "Content-Language",
    "MIME-Version", "Content-Type"};

// The body that stands first, still encoded.
std::string text_part_of(const std::string& message) {
  const auto part = message.find("Content-Type: text/plain");
  const auto begin = message.find("\r\n\r\n", part) + 4;
  return message.substr(begin, message.find("\r\n--=_", begin) - begin);
}

std::string composed(const MimeMessage& message) {
  auto result = compose_mime(message);
  REQUIRE(result.has_value());
  return std::move(result).value();
}

}  // namespace

TEST_CASE("R72: a message is laid out as RFC 5322 and RFC 2045 ask") {
  CHECK(composed(sample()) ==
        "Date: Tue, 4 Aug 2026 10:05:09 +0000\r\n"
        "From: \"Maple Dental\" <portal@maple.example>\r\n"
        "To: =?UTF-8?Q?Zo=C3=A9_B=C3=A9langer?= <zoe@mail.example>\r\n"
        "Subject: Configurez votre compte\r\n"
        "Message-ID: <0123456789abcdef.1@maple.example>\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "Content-Language: fr-CA\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/alternative;\r\n"
        " boundary=\"=_d186bb530ea6c1a95f629ec84329b1b2\"\r\n"
        "\r\n"
        "--=_d186bb530ea6c1a95f629ec84329b1b2\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "Bonjour,\r\n"
        "\r\n"
        "=C3=80 bient=C3=B4t\r\n"
        "\r\n"
        "--=_d186bb530ea6c1a95f629ec84329b1b2\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "<p>Bonjour</p>\r\n"
        "\r\n"
        "--=_d186bb530ea6c1a95f629ec84329b1b2--\r\n");
}

TEST_CASE("R72: the same input gives the same bytes, and another Message-ID another boundary") {
  CHECK(composed(sample()) == composed(sample()));
  auto other = sample();
  other.message_id = "0123456789abcdef.2@maple.example";
  CHECK(text_part_of(composed(other)) == text_part_of(composed(sample())));
  const auto boundary = [](const std::string& message) { return message.substr(message.find("boundary="), 46); };
  CHECK(boundary(composed(other)) != boundary(composed(sample())));
}

TEST_CASE("S315: a control character in a header value is refused, in whichever field it stands") {
  using namespace std::string_literals;
  const std::array hostile{"a\rb"s,          "a\nb"s,     "a\r\nBcc: evil@x.example"s,
                           "a\0b"s,          "a\tb"s,     "a\x1b[2J"s,
                           "a\x7f"s,         "a\u2028b"s, "a\u2029b"s,
                           "a\u0085b"s,      "a\xff"s,    "a\xc0\x8a"s,
                           "a\xed\xa0\x80"s, "a\r\n b"s,  "\r\n\r\nbody"s};
  const std::array fields{&MimeMessage::from_name, &MimeMessage::to_name, &MimeMessage::subject,
                          &MimeMessage::message_id};
  for (const auto& value : hostile) {
    for (const auto field : fields) {
      auto message = sample();
      message.*field = value;
      const auto result = compose_mime(message);
      REQUIRE_FALSE(result.has_value());
      CHECK(result.error() == Errc::malformed_mail_header);
    }
  }
}

TEST_CASE("S315: what only looks like an injection stays text, and no field is added") {
  for (const std::string_view value :
       {"%0d%0aBcc: evil@x.example", "Bcc: evil@x.example", "\" <evil@x.example>, \"", "a\\", "a@b, c@d", "(comment)",
        "; x=y", "=?UTF-8?Q?=0D=0ABcc:_evil@x.example?=", " "}) {
    auto message = sample();
    message.from_name = message.to_name = message.subject = value;
    CHECK(field_names_of(composed(message)) == expected_names);
  }
  CHECK(field_names_of(composed(sample())) == expected_names);
}

TEST_CASE("S315: a display name is quoted, so it cannot end early") {
  auto message = sample();
  message.from_name = R"(Dr. "Bo" \ <evil@x.example>)";
  CHECK(header_of(composed(message)).at(1) == R"(From: "Dr. \"Bo\" \\ <evil@x.example>" <portal@maple.example>)");
  message.from_name = "";
  CHECK(header_of(composed(message)).at(1) == "From: portal@maple.example");
}

TEST_CASE("S317: text that reads like an encoded word is encoded itself, and so is decoded once only") {
  auto message = sample();
  message.subject = "=?utf-8?q?a=40evil?=";
  CHECK(header_of(composed(message)).at(3) == "Subject: =?UTF-8?Q?=3D=3Futf=2D8=3Fq=3Fa=3D40evil=3F=3D?=");
  CHECK_FALSE(EmailAddress::parse("=?utf-8?q?a=40evil?=@x.example").has_value());
}

TEST_CASE("S317: only left@right of atoms and dots is a Message-ID") {
  for (const std::string_view id : {"", "a", "@", "a@", "@b", "a@b@c", "a b@c", "<a@b>", "a@b>", "a@[1.2.3.4]", ".a@b",
                                    "a.@b", "a..b@c", "a@b.", "é@b", "a,b@c", "\"a\"@b"}) {
    auto message = sample();
    message.message_id = id;
    const auto result = compose_mime(message);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error() == Errc::malformed_mail_header);
  }
  auto message = sample();
  message.message_id = std::string(240, 'a') + "@b.example";
  CHECK(compose_mime(message).has_value());
  message.message_id = std::string(241, 'a') + "@b.example";
  CHECK_FALSE(compose_mime(message).has_value());
}

TEST_CASE("S318: no header line is longer than 78 characters, and an encoded word never cuts a character in two") {
  for (std::size_t length = 0; length <= 300; ++length) {
    auto message = sample();
    for (std::size_t i = 0; i < length; ++i) {
      message.subject += length % 2 == 0 ? "é" : "x";
    }
    message.from_name = message.to_name = message.subject;
    for (const auto& line : header_of(composed(message))) {
      CHECK(line.size() <= 78);
      if (const auto word = line.find("=?UTF-8?Q?"); word != std::string::npos) {
        const auto end = line.find("?=", word + 10);
        REQUIRE(end != std::string::npos);
        CHECK(end + 2 - word <= 75);  // RFC 2047 §2
        CHECK(line.size() <= 76);
        CHECK(line.substr(word + 10).find("=C3") == line.substr(word + 10).find("=C3=A9"));
        CHECK_FALSE(line.substr(word + 10, end - word - 10).ends_with("=C3"));
      }
    }
  }
}

TEST_CASE("S318: the longest address stands on a line of its own, under 998 bytes") {
  auto message = sample();
  const std::string label(63, 'd');
  message.to = EmailAddress::parse(std::string(54, 'a') + "@" + label + "." + label + "." + label + ".example").value();
  message.to_name = std::string(60, 'n');
  const auto header = header_of(composed(message));
  CHECK(header.at(3) == " <" + message.to.as_typed() + ">");
  CHECK(std::ranges::all_of(header, [](const auto& line) { return line.size() < 300; }));
}

TEST_CASE("S318: a header value of 998 bytes is taken, one of 999 is not") {
  auto message = sample();
  message.subject = std::string(998, 's');
  CHECK(compose_mime(message).has_value());
  message.subject += 's';
  const auto result = compose_mime(message);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error() == Errc::malformed_mail_header);
}

TEST_CASE("S318: body lines are quoted-printable, and none is longer than 76 characters") {
  struct Case {
    std::string body;
    std::string encoded;
  };
  const std::string x70(70, 'x');
  for (const auto& [body, encoded] :
       std::vector<Case>{{"", ""},
                         {"a", "a"},
                         {"a=b", "a=3Db"},
                         {"a \nb\t\n", "a=20\r\nb=09\r\n"},
                         {"a\r\nb\r\n", "a\r\nb\r\n"},
                         {"\n\n", "\r\n\r\n"},
                         {"tab\tin", "tab\tin"},
                         {".\n..a\n", "=2E\r\n=2E.a\r\n"},
                         {"From me\nFrom: me\n", "=46rom me\r\nFrom: me\r\n"},
                         {"--=_d186bb530ea6c1a95f629ec84329b1b2", "--=3D_d186bb530ea6c1a95f629ec84329b1b2"},
                         {x70 + "123456", x70 + "123456"},
                         {x70 + "1234567", x70 + "12345=\r\n67"},
                         {x70 + "12345.7", x70 + "12345=\r\n=2E7"},
                         {x70 + "1234é", x70 + "1234=\r\n=C3=A9"},
                         {x70 + "123é", x70 + "123=\r\n=C3=A9"},
                         {x70 + "é", x70 + "=C3=A9"},
                         {x70 + "12345 ", x70 + "12345=\r\n=20"}}) {
    auto message = sample();
    message.text = body;
    CHECK(text_part_of(composed(message)) == encoded);
  }
}

TEST_CASE("S318: over all lengths no line passes 76 characters or begins with a dot") {
  for (const std::string_view unit : {"x", ".", "é", " ", "=", "\U0001F512", "From "}) {
    auto message = sample();
    for (int i = 0; i < 200; ++i) {
      message.text += unit;
      message.html = message.text + "\n" + message.text;
      const auto result = composed(message);
      CHECK(std::ranges::all_of(result, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
      const auto lines = lines_of(result);
      CHECK(std::ranges::all_of(lines, [](const auto& l) { return l.size() <= 76 && !l.starts_with('.'); }));
      CHECK(std::ranges::none_of(lines, [](const auto& l) { return l.starts_with("From ") || l.ends_with(' '); }));
    }
  }
}

TEST_CASE("R72: a body that is not UTF-8, or has a control character, is refused") {
  using namespace std::string_literals;
  for (const auto& body : {"a\0b"s, "a\rb"s, "a\r"s, "\x1b[31m"s, "\xff"s, "\xc3"s, "a\u2028b"s, "\f"s}) {
    auto message = sample();
    message.html = body;
    const auto result = compose_mime(message);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error() == Errc::malformed_text);
  }
}

TEST_CASE("R72: the date is RFC 5322's, in UTC, and stays in its years") {
  struct Case {
    Instant at;
    std::string text;
  };
  for (const auto& [at, text] : {Case{Instant{}, "Date: Thu, 1 Jan 1970 00:00:00 +0000"},
                                 Case{std::chrono::sys_days(2024y / 2 / 29) + 23h + 59min + 59s + 999ms,
                                      "Date: Thu, 29 Feb 2024 23:59:59 +0000"},
                                 Case{std::chrono::sys_days(1900y / 1 / 1), "Date: Mon, 1 Jan 1900 00:00:00 +0000"}}) {
    auto message = sample();
    message.date = at;
    CHECK(header_of(composed(message)).at(0) == text);
  }
  for (const Instant at : {Instant(std::chrono::sys_days(1900y / 1 / 1)) - 1ms,
                           Instant(std::chrono::sys_days(10000y / 1 / 1)), Instant::min(), Instant::max()}) {
    auto message = sample();
    message.date = at;
    CHECK_FALSE(compose_mime(message).has_value());
  }
}
