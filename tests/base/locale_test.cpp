#include <ostiary/base/locale.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace ostiary;

TEST_CASE("R72: a locale is a language with up to two subtags, English by default") {
  CHECK(Locale().tag() == "en");
  CHECK(Locale().language() == "en");
  for (const std::string_view tag : {"en", "fr", "fr-CA", "zh-Hant-TW", "deu", "es-419", "de-CH-12345678"}) {
    CHECK(Locale::parse(tag).value().tag() == tag);
  }
  CHECK(Locale::parse("FR-ca").value().language() == "fr");
  CHECK(Locale::parse("FR-ca").value().tag() == "FR-ca");
}

TEST_CASE("R72: what is no locale is refused, also what could leave a folder") {
  for (const std::string_view tag : {"", "e", "engl", "e1", "fr_CA", "fr-", "-fr", "fr--CA", "fr-C", "fr-123456789",
                                     "a-b-c", "zh-Hant-TW-x1", "../etc", "fr-CA ", " fr", "fr-C.", "\xc3\xa9n"}) {
    CAPTURE(std::string(tag));
    CHECK(Locale::parse(tag).error() == Errc::malformed_locale);
  }
  CHECK(Locale::parse(std::string_view("fr\0", 3)).error() == Errc::malformed_locale);
  CHECK(Locale::parse(std::string(1'000'000, '-')).error() == Errc::malformed_locale);
}
