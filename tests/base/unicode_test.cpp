#include "base/unicode.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace ostiary;
using unicode::clean_cut;

namespace {

std::string nfc(std::string_view text) { return std::string(unicode::nfc(SecretString(text)).value().reveal()); }
std::string folded(std::string_view text) {
  return std::string(unicode::fold_case(SecretString(text)).value().reveal());
}

}  // namespace

TEST_CASE("S192: clean is well-formed UTF-8 without control characters and non-characters") {
  for (const std::string_view text : {"", "plain ~", "\u00e9", "\u20ac", "\U0001F44D", "\U0010fffd", "\u0301", "\u200b",
                                      "\ufeff", "\ue000", "\ufffd", "\ufdcf", "\ufdf0", "\u00a0"}) {
    CAPTURE(std::string(text));
    CHECK(unicode::is_clean(text));
  }
  const std::vector<std::string_view> bad{"\x01",
                                          "a\nb",
                                          "\t",
                                          "\x7f",
                                          "\u0080",
                                          "\u009f",
                                          "\u2028",
                                          "\u2029",
                                          "\x80",
                                          "\xc3",
                                          "\xc3\x28",
                                          "\xc0\xaf",
                                          "\xc1\xbf",
                                          "\xe0\x9f\xbf",
                                          "\xed\xa0\x80",
                                          "\xed\xbf\xbf",
                                          "\xf0\x8f\xbf\xbf",
                                          "\xf4\x90\x80\x80",
                                          "\xf5\x80\x80\x80",
                                          "\xff",
                                          "\ufffe",
                                          "\uffff",
                                          "\U0001fffe",
                                          "\U0010ffff",
                                          "\ufdd0",
                                          "\ufdef",
                                          "\u00e9\n"};
  for (const auto text : bad) {
    CAPTURE(std::string(text));
    CHECK_FALSE(unicode::is_clean(text));
    CHECK(unicode::nfc(SecretString(text)).error() == Errc::malformed_text);
    CHECK(unicode::fold_case(SecretString(text)).error() == Errc::malformed_text);
  }
  CHECK_FALSE(unicode::is_clean(std::string_view("a\0b", 3)));
}

TEST_CASE("R1: survey counts code points, capitals and digits, in ASCII and beyond") {
  const auto ascii = unicode::survey("Ab1 Z9");
  CHECK(ascii.count == 6);
  CHECK(ascii.capitals == 2);
  CHECK(ascii.digits == 2);
  const auto wide = unicode::survey("\u00c9\u01c5b\u0663\u00b2\U0001F44D");
  CHECK(wide.count == 6);
  CHECK(wide.capitals == 2);
  CHECK(wide.digits == 1);
  CHECK(unicode::survey("").count == 0);
}

TEST_CASE("UAX #15: NFC composes, orders marks, and keeps compatibility characters") {
  CHECK(nfc("e\u0301") == "\u00e9");
  CHECK(nfc("\u1e9b\u0323") == "\u1e9b\u0323");  // UAX #15, figure 6
  CHECK(nfc("\ufb01") == "\ufb01");              // figure 6: the ligature stays
  CHECK(nfc("2\u2075") == "2\u2075");
  CHECK(nfc("\u2126") == "\u03a9");              // figure 4: the Ohm sign is a singleton
  CHECK(nfc("\u0073\u0307\u0323") == "\u1e69");  // figure 5: two marks, out of order
  CHECK(nfc("\u0958") == "\u0915\u093c");        // a composition exclusion
  CHECK(nfc("abc") == "abc");
}

TEST_CASE("folding is full, and NFC again afterwards") {
  CHECK(folded("ABC") == "abc");
  CHECK(folded("Stra\u00dfe") == "strasse");
  CHECK(folded("STRASSE") == "strasse");
  CHECK(folded("\u03a3\u03c2") == "\u03c3\u03c3");
  CHECK(folded("\u00c9") == "\u00e9");
  CHECK(folded("E\u0301") == "\u00e9");
  CHECK(folded("\u0131") == "\u0131");  // dotless i is not i
  CHECK(folded("\uff21") == "\uff41");  // full width stays full width
}

TEST_CASE("a stranger's text is cut between code points and cleaned") {
  CHECK(clean_cut("Mozilla/5.0", 256) == "Mozilla/5.0");
  CHECK(clean_cut("abc", 2) == "ab");
  CHECK(clean_cut("a\u00e9", 2) == "a");
  CHECK(clean_cut("a\u00e9", 3) == "a\u00e9");
  CHECK(clean_cut("a\r\nb", 256) == "a??b");
  CHECK(clean_cut("a\xff\xfe"
                  "b",
                  256) == "a??b");
  CHECK(clean_cut("a\u2028b", 256) == "a?b");
  CHECK(clean_cut("\xe2\x82", 256) == "??");
  CHECK(clean_cut("", 10).empty());
  CHECK(clean_cut("abc", 0).empty());
  CHECK(clean_cut(std::string(1'000'000, '\xff'), 256) == std::string(256, '?'));
}
