#include <ostiary/base/login_name.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace ostiary;

TEST_CASE("R12: a login name is extension@domain, compared without ASCII case and kept as typed") {
  const auto login = LoginName::parse("Desk.201@Acme").value();
  CHECK(login.as_typed() == "Desk.201@Acme");
  CHECK(login.canonical() == "desk.201@acme");
  CHECK(login.extension() == "desk.201");
  CHECK(login.domain() == "acme");
  CHECK(login == LoginName::parse("dESK.201@aCME").value());
  CHECK_FALSE(login == LoginName::parse("desk.202@acme").value());
  CHECK_FALSE(login == LoginName::parse("desk.201@acme2").value());
}

TEST_CASE("R12: what is no login name is refused") {
  const std::vector<std::string_view> bad{
      "",          "201",       "@acme",      "201@",          "201@@acme",    "201@acme@acme",   " 201@acme",
      "201@acme ", "201 @acme", "201@ac me",  "2/01@acme",     "-1@acme",      "1-@acme",         ".1@acme",
      "1.@acme",   "_1@acme",   "2..1@acme",  "201@-acme",     "201@acme-",    "201@.acme",       "201@acme.",
      "201@a..b",  "201@a_b",   "201@acme\n", "\xc3\xa9@acme", "201@\xc3\xa9", "201@acm\xc4\xb1", "\xef\xbc\x92@acme",
      "201%acme",  "201;@acme", "'@acme"};
  for (const auto text : bad) {
    CAPTURE(std::string(text));
    CHECK(LoginName::parse(text).error() == Errc::malformed_login_name);
  }
  CHECK(LoginName::parse(std::string_view("201\0@acme", 9)).error() == Errc::malformed_login_name);
}

TEST_CASE("R12: extensions take 32 characters and domains 63") {
  CHECK(LoginName::parse(std::string(32, '1') + "@" + std::string(63, 'a')).has_value());
  CHECK(LoginName::parse(std::string(33, '1') + "@acme").error() == Errc::malformed_login_name);
  CHECK(LoginName::parse("1@" + std::string(64, 'a')).error() == Errc::malformed_login_name);
  CHECK(LoginName::parse(std::string(1'000'000, '@')).error() == Errc::malformed_login_name);
}

TEST_CASE("R12: an extension is digits, unless the organisation widened its alphabet") {
  const auto domain = Domain::parse("Maple-Dental.example").value();
  CHECK(LoginName::make("201", domain).value().as_typed() == "201@Maple-Dental.example");
  CHECK(LoginName::make("201", domain).value().canonical() == "201@maple-dental.example");
  CHECK(LoginName::make("2a", domain).error() == Errc::malformed_extension);
  CHECK(LoginName::make("2a", domain, ExtensionAlphabet::letters_digits).value().canonical() ==
        "2a@maple-dental.example");
  CHECK(LoginName::make("2-a", domain, ExtensionAlphabet::letters_digits).has_value());
  for (const std::string_view extension : {"", "-a", "a@b", "a b", "\xc3\xa9"}) {
    CHECK(LoginName::make(extension, domain, ExtensionAlphabet::letters_digits).error() == Errc::malformed_extension);
  }
  CHECK(LoginName::make("", domain).error() == Errc::malformed_extension);
  CHECK(LoginName::make("\xd9\xa1", domain).error() == Errc::malformed_extension);
}

TEST_CASE("R12: whatever make gives, parse reads back") {
  const auto domain = Domain::parse("A.b-9").value();
  const auto made = LoginName::make("x_1", domain, ExtensionAlphabet::letters_digits).value();
  CHECK(LoginName::parse(made.as_typed()).value() == made);
}

TEST_CASE("a domain is letters, digits, hyphens and dots, compared without case") {
  CHECK(Domain::parse("Acme").value() == Domain::parse("aCME").value());
  CHECK(Domain::parse("Acme").value().as_typed() == "Acme");
  CHECK(Domain::parse("Acme").value().canonical() == "acme");
  CHECK(Domain::parse("a").has_value());
  CHECK(Domain::parse(std::string(63, 'a')).has_value());
  for (const auto& text : {std::string(), std::string("a_b"), std::string("-a"), std::string("a-"), std::string("a b"),
                           std::string("a@b"), std::string("a..b"), std::string(64, 'a'), std::string("a\0b", 3)}) {
    CHECK(Domain::parse(text).error() == Errc::malformed_domain);
  }
}
