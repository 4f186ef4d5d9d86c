#include <ostiary/base/encoding.hpp>

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace ostiary;

namespace {

// Decodes into exactly `size` bytes; "!" where that fails.
std::string decoded(std::string_view text, std::size_t size) {
  Bytes out(size);
  return base64url_decode(text, out) ? std::string(reinterpret_cast<const char*>(out.data()), out.size()) : "!";
}

// Reads what may be written as at most 64 bytes; "!" where that fails.
std::string imported(std::string_view text) {
  Bytes out(64);
  const auto size = base32_decode(text, out);
  return size ? std::string(reinterpret_cast<const char*>(out.data()), *size) : "!";
}

}  // namespace

TEST_CASE("RFC 4648 §10: base64url of the test vectors, without padding") {
  const std::vector<std::pair<std::string_view, std::string_view>> vectors{
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    CHECK(base64url_encode(as_bytes(plain)) == text);
    CHECK(decoded(text, plain.size()) == plain);
    CHECK(base64url_length(plain.size()) == text.size());
  }
}

TEST_CASE("RFC 4648 §5: the alphabet is that of URLs and file names") {
  CHECK(base64url_encode(as_bytes("\xfb\xff\xfe")) == "-__-");
  CHECK(decoded("-__-", 3) == "\xfb\xff\xfe");
  CHECK(decoded("+//+", 3) == "!");
}

TEST_CASE("base64url is strict: padding, white space, other lengths and unused bits are refused") {
  for (const std::string_view text :
       {"Zg==", "Zg=", "Z", "", "Zm8", " Zg", "Zg ", "Z g", "Zg\n", "Z=", "Zh", "Zi", "Zo", "Zx", "Z\xff"}) {
    CAPTURE(std::string(text));
    CHECK(decoded(text, 1) == "!");
  }
  for (const std::string_view text : {"Zm9", "Zm-", "Zm8="}) {
    CAPTURE(std::string(text));
    CHECK(decoded(text, 2) == "!");
  }
  CHECK(decoded(std::string_view("Z\0", 2), 1) == "!");
  CHECK(decoded("A", 0) == "!");
}

TEST_CASE("of all texts of two characters, exactly one decodes to each byte") {
  std::size_t good = 0;
  for (int high = 0; high < 256; ++high) {
    for (int low = 0; low < 256; ++low) {
      const std::string text{static_cast<char>(high), static_cast<char>(low)};
      Bytes out(1);
      if (base64url_decode(text, out)) {
        ++good;
        CHECK(base64url_encode(out) == text);
      }
    }
  }
  CHECK(good == 256);
}

TEST_CASE("hex is written in lower case and read in either, in pairs of digits only") {
  CHECK(hex_encode(as_bytes(std::string_view("\x00\x0f\xa5\xff", 4))) == "000fa5ff");
  CHECK(hex_encode({}).empty());
  ByteArray<2> out{};
  CHECK(hex_decode("a5Ff", out));
  CHECK(hex_encode(out) == "a5ff");
  for (const std::string_view text : {"a5f", "a5fff", "", "a5fg", "a5f ", "0xa5", "a5f\xff", "/0:9", "@AG`", "-1+1"}) {
    CAPTURE(std::string(text));
    CHECK_FALSE(hex_decode(text, out));
  }
  CHECK(hex_decode("", std::span<std::byte>()));
}

TEST_CASE("RFC 4648 §10, S261: base32 of the test vectors is written without padding, and read with and without it") {
  const std::vector<std::pair<std::string_view, std::string_view>> vectors{{"", ""},
                                                                           {"f", "MY======"},
                                                                           {"fo", "MZXQ===="},
                                                                           {"foo", "MZXW6==="},
                                                                           {"foob", "MZXW6YQ="},
                                                                           {"fooba", "MZXW6YTB"},
                                                                           {"foobar", "MZXW6YTBOI======"}};
  for (const auto& [plain, padded] : vectors) {
    const auto bare = padded.substr(0, padded.find('='));
    CHECK(base32_encode(as_bytes(plain)) == bare);
    CHECK(base32_length(plain.size()) == bare.size());
    CHECK(imported(bare) == plain);
    CHECK(imported(padded) == plain);
  }
}

TEST_CASE("S261: base32 is read in either case, with blanks and hyphens anywhere") {
  for (const std::string_view text : {"mzxw6ytboi", "MzXw 6yTb oI", "mzxw-6ytb-oi", " MZXW6YTBOI ", "--MZXW6YTBOI--",
                                      "M Z X W 6 Y T B O I = = = = = =", "MZXW6YTBOI======  "}) {
    CAPTURE(std::string(text));
    CHECK(imported(text) == "foobar");
  }
}

TEST_CASE("S261: base32 with another character, an impossible length, a stray bit or wrong padding is refused") {
  for (const std::string_view text : {"MZXW0YTBOI",       "MZXW1YTBOI", "MZXW8YTBOI", "MZXW9YTBOI", "MZXW6YTB\nOI",
                                      "MZXW6YTB\tOI",     "MZXW6_TBOI", "MZ@W6YTB",   "MZ[W6YTB",   "MZ`W6YTB",
                                      "MZ{W6YTB",         "M\xd0\xa6",  "M\xff",      "M",          "MZX",
                                      "MZXW6Y",           "MZXW6YTBO",  "MZ",         "MZXR",       "MZXW7",
                                      "MZXW6YR",          "MY=",        "MY=====",    "MY=======",  "MY==============",
                                      "MZXW6YTB========", "MZXW6YTB=",  "========",   "=",          "MY======MY",
                                      "M=Y====="}) {
    CAPTURE(std::string(text));
    CHECK(imported(text) == "!");
  }
  CHECK(imported(std::string_view("M\0", 2)) == "!");
}

TEST_CASE("base32 is never read past what the caller has room for") {
  ByteArray<2> out{};
  CHECK(base32_decode("MZXQ", out) == 2U);
  CHECK_FALSE(base32_decode("MZXW6", out));
  CHECK(base32_decode("", std::span<std::byte>()) == 0U);
}

TEST_CASE("of all texts of two characters, exactly those that encode a byte, in either case, are base32 of one") {
  std::size_t good = 0;
  for (int high = 0; high < 256; ++high) {
    for (int low = 0; low < 256; ++low) {
      const std::string text{static_cast<char>(high), static_cast<char>(low)};
      ByteArray<1> out{};
      if (base32_decode(text, out) == 1U) {
        std::string capitals;
        for (const char c : text) {
          capitals += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
        CHECK(base32_encode(out) == capitals);
        ++good;
      }
    }
  }
  // A letter has two spellings. The second digit carries three bits: it is one of A, E, I, M, Q, U, Y and 4.
  CHECK(good == (26 * 2 + 6) * (7 * 2 + 1));
}
