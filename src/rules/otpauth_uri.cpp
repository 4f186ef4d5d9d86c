#include <ostiary/rules/otpauth_uri.hpp>

#include <span>

#include "input_flaws.hpp"
#include <ostiary/base/ascii.hpp>
#include <ostiary/rules/totp.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t group_length = 4;
constexpr std::size_t secret_text_length_max = base32_length(totp_key_size_max);
constexpr std::size_t parameters_length_max = 128;  // all but the label and the secret

// The text of a secret, wiped at the end. It never grows beyond what was reserved, so that no copy is left behind.
class WipedText {
 public:
  explicit WipedText(std::size_t length_max) { text_.reserve(length_max); }
  WipedText(const WipedText&) = delete;
  WipedText& operator=(const WipedText&) = delete;
  ~WipedText() { secure_wipe(std::as_writable_bytes(std::span(text_))); }

  WipedText& operator+=(std::string_view more) {
    text_ += more;
    return *this;
  }
  void add_base32(const SecretBytes& secret) {
    const auto before = text_.size();
    text_.resize(before + base32_length(secret.size()));
    base32_encode(secret.reveal(), std::span(text_).subspan(before));
  }
  [[nodiscard]] std::string_view view() const noexcept { return text_; }

 private:
  std::string text_;
};

std::error_code check_label(std::string_view text) {
  if (const auto error = check_name(text)) {
    return error;
  }
  return text.find(':') != std::string_view::npos ? make_error_code(Errc::value_not_allowed) : std::error_code();
}

// RFC 3986 §2.3: everything but the unreserved characters. A blank is %20: '+' is a plus sign outside of forms.
std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view unreserved = "-._~";
  std::string out;
  for (const char c : text) {
    if (ascii::is_letter_or_digit(c) || unreserved.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto value = static_cast<unsigned>(static_cast<unsigned char>(c));
    out += '%';
    out += digits[value >> 4U];
    out += digits[value & 15U];
  }
  return out;
}

std::string_view name_of(TotpAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case TotpAlgorithm::sha1:
      return "SHA1";
    case TotpAlgorithm::sha256:
      return "SHA256";
    case TotpAlgorithm::sha512:
      return "SHA512";
  }
  return "";
}

void add_parameters(WipedText& uri, const TotpParameters& parameters) {
  constexpr TotpParameters usual;
  if (parameters.algorithm != usual.algorithm) {
    uri += "&algorithm=";
    uri += name_of(parameters.algorithm);
  }
  if (parameters.digits != usual.digits) {
    uri += "&digits=";
    uri += std::to_string(parameters.digits);
  }
  if (parameters.period != usual.period) {
    uri += "&period=";
    uri += std::to_string(parameters.period.count());
  }
}

}  // namespace

Result<SecretString> make_otpauth_uri(const OtpauthLabel& label, const SecretBytes& secret,
                                      const TotpParameters& parameters) {
  for (const std::string_view part : {std::string_view(label.issuer), std::string_view(label.account_name)}) {
    if (const auto error = check_label(part)) {
      return error;
    }
  }
  if (!is_valid(parameters) || secret.size() < totp_key_size_min || secret.size() > totp_key_size_max) {
    return Errc::invalid_configuration;
  }
  const auto issuer = percent_encoded(label.issuer);
  const auto account_name = percent_encoded(label.account_name);
  WipedText uri(2 * issuer.size() + account_name.size() + secret_text_length_max + parameters_length_max);
  uri += "otpauth://totp/";
  uri += issuer;
  uri += ":";
  uri += account_name;
  uri += "?secret=";
  uri.add_base32(secret);
  uri += "&issuer=";
  uri += issuer;
  add_parameters(uri, parameters);
  return SecretString(uri.view());
}

SecretString format_totp_secret(const SecretBytes& secret) {
  WipedText text(base32_length(secret.size()));
  text.add_base32(secret);
  const auto digits = text.view();
  WipedText grouped(digits.size() + digits.size() / group_length);
  for (std::size_t at = 0; at < digits.size(); at += group_length) {
    grouped += at == 0 ? "" : " ";
    grouped += digits.substr(at, group_length);
  }
  return SecretString(grouped.view());
}

std::optional<SecretBytes> parse_totp_secret(std::string_view text) {
  SecretBytes room(totp_key_size_max);
  const auto size = base32_decode(text, room.writable());
  if (!size || *size < totp_key_size_min) {
    return std::nullopt;
  }
  return SecretBytes(room.reveal().first(*size));
}

}  // namespace ostiary::inline v0
