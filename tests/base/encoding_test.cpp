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
