#include <algorithm>

#include "fuzz/fuzz.hpp"
#include <ostiary/base/ascii.hpp>
#include <ostiary/rules/otpauth_uri.hpp>
#include <ostiary/rules/totp.hpp>

namespace ostiary::fuzz {
namespace {

// A code that was read is digits alone, is read again as it is, and stands in what was typed in its order.
bool normalize(std::string_view input) {
  bool any = false;
  for (const std::uint8_t digits : {std::uint8_t{6}, std::uint8_t{7}, std::uint8_t{8}}) {
    const auto code = normalize_totp_code(input, digits);
    if (!code) {
      continue;
    }
    must(!any, "a text is a code of one length");
    any = true;
    must(code->size() == digits && std::ranges::all_of(*code, ascii::is_digit), "a code is its digits");
    must(normalize_totp_code(*code, digits) == code, "a code is normal");
    if (ascii::is_ascii(input)) {
      std::string kept;
      std::ranges::copy_if(input, std::back_inserter(kept), ascii::is_digit);
      must(kept == *code, "nothing but blanks and hyphens is taken out");
    }
  }
  return any;
}

// Whatever the bytes: what is no code matches nothing, and an accepted step is of the window and newer.
void match(std::string_view input) {
  const SecretBytes key(20);
  const Instant now(std::chrono::milliseconds(1'767'268'800'000));
  const auto present = totp_step({}, now);
  for (const std::uint8_t skew : {std::uint8_t{0}, std::uint8_t{2}}) {
    const auto step = match_totp(key, {}, input, now, present - 1, skew).value();
    must(!step || (*step >= present && *step <= present + skew), "a step that matches is in the window");
    must(!step || totp_code(key, {}, *step).value().reveal() == input, "its code is the one that was given");
  }
}

// What is read as base32 is written as the same digits.
void base32(std::string_view input) {
  Bytes out(input.size());
  const auto size = base32_decode(input, out);
  if (!size) {
    must(!parse_totp_secret(input), "what is no base32 is no secret");
    return;
  }
  std::string digits;
  for (const char c : input) {
    if (ascii::is_letter_or_digit(c)) {
      digits += ascii::is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  must(base32_encode(ByteView(out).first(*size)) == digits, "base32 has one spelling but for case and blanks");
  const auto secret = parse_totp_secret(input);
  must(secret.has_value() == (*size >= totp_key_size_min && *size <= totp_key_size_max), "a secret is 16 to 64 bytes");
  if (secret) {
    const auto typed = format_totp_secret(*secret);
    must(hex_encode(parse_totp_secret(typed.reveal())->reveal()) == hex_encode(secret->reveal()), "and is read again");
  }
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    ByteArray<1> byte{std::byte(text[i])};
    if (text[i] == '%') {
      must(hex_decode(text.substr(i + 1, 2), byte), "a percent sign stands before two digits");
      i += 2;
    }
    out += static_cast<char>(byte.front());
  }
  return out;
}

// The label is the input, cut in two at its first line feed; the URI gives both parts back.
void label(std::string_view input) {
  const auto cut = std::min(input.find('\n'), input.size());
  const OtpauthLabel label{.issuer = std::string(input.substr(0, cut)),
                           .account_name = std::string(input.substr(std::min(cut + 1, input.size())))};
  const auto made = make_otpauth_uri(label, SecretBytes(20), {});
  if (!made) {
    return;
  }
  std::string_view uri = made.value().reveal();
  constexpr std::string_view begin = "otpauth://totp/";
  constexpr std::string_view secret = "?secret=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&issuer=";
  must(uri.starts_with(begin), "a URI begins with its kind");
  uri.remove_prefix(begin.size());
  const auto at = uri.find(secret);
  must(at != std::string_view::npos, "the secret is base32");
  const auto both = uri.substr(0, at);
  const auto colon = both.find(':');
  must(colon != std::string_view::npos, "a colon parts the label");
  must(both.substr(0, colon) == uri.substr(at + secret.size()), "the issuer stands in both places");
  must(decoded(both.substr(0, colon)) == label.issuer, "and is read again");
  must(decoded(both.substr(colon + 1)) == label.account_name, "as is the account");
  must(std::ranges::all_of(uri, [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>'; }),
       "a URI is ASCII without blanks and quotes");
}

}  // namespace

bool totp_code(std::string_view input) {
  match(input);
  base32(input);
  label(input);
  return normalize(input);
}

}  // namespace ostiary::fuzz
