// Shows an authenticator app's QR code in the terminal, and checks a code that the app shows.
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ostiary/adapters/qr_code.hpp>
#include <ostiary/base/clock.hpp>
#include <ostiary/rules/otpauth_uri.hpp>
#include <ostiary/rules/totp.hpp>

namespace {

using namespace ostiary;

constexpr std::string_view usage =
    R"(totp_qr [--issuer NAME] [--account NAME] [--secret BASE32] [--svg FILE] [--code CODE] [--now SECONDS]

  --issuer   whose account it is                       Maple Dental unless told
  --account  the login name                            201@acme unless told
  --secret   of 16 to 64 bytes, instead of a new one   shown to whoever lists processes: for trying out
  --svg      a file that the picture is written to as well
  --code     what the app shows, instead of a line of standard input
  --now      seconds since 1970-01-01T00:00Z, instead of the clock's time

Exit code: 0 the code is right, 1 it is not, 2 something else is wrong and was said.
)";

using Options = std::map<std::string_view, std::string_view>;

int fail(const std::string& text) {
  std::cerr << "totp_qr: " << text << '\n';
  return 2;
}

std::string value_or(const Options& options, std::string_view name, std::string_view otherwise) {
  const auto found = options.find(name);
  return std::string(found == options.end() ? otherwise : found->second);
}

// Every option has a value. What is wrong with them, else nothing.
std::optional<std::string> read_options(const std::vector<std::string_view>& arguments, Options& options) {
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const auto name = arguments[i];
    if (name != "--issuer" && name != "--account" && name != "--secret" && name != "--svg" && name != "--code" &&
        name != "--now") {
      return "unknown option '" + std::string(name) + "'; see totp_qr --help";
    }
    if (i + 1 == arguments.size()) {
      return std::string(name) + " needs a value";
    }
    if (!options.emplace(name, arguments[i + 1]).second) {
      return std::string(name) + " is given twice";
    }
  }
  return std::nullopt;
}

std::optional<Instant> time_of(const Options& options) {
  const auto found = options.find("--now");
  if (found == options.end()) {
    return SystemClock().now();
  }
  constexpr std::int64_t seconds_max = 1'000'000'000'000;
  const auto text = found->second;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0 || seconds > seconds_max) {
    return std::nullopt;
  }
  return Instant(std::chrono::seconds(seconds));
}

std::optional<SecretBytes> secret_of(const Options& options) {
  const auto found = options.find("--secret");
  if (found != options.end()) {
    return parse_totp_secret(found->second);
  }
  SystemRandom random;
  auto fresh = Fresh::draw(random, SystemClock().now());
  if (!fresh) {
    return std::nullopt;
  }
  return make_totp_secret(TotpAlgorithm::sha1, fresh.assume_value());
}

// [enrol]
Result<void> show(const OtpauthLabel& label, const SecretBytes& secret, const std::string& svg_file) {
  OSTIARY_TRY(const auto uri, make_otpauth_uri(label, secret, {}));
  OSTIARY_TRY(const auto picture, make_qr_text(uri.reveal()));
  std::cout << picture << "Scan it with your authenticator app, or type this secret into it:\n  "
            << format_totp_secret(secret).reveal() << '\n';
  if (!svg_file.empty()) {
    OSTIARY_TRY(const auto svg, make_qr_svg(uri.reveal(), {.title = "QR code for your authenticator app"}));
    std::ofstream file(svg_file, std::ios::binary);
    file << svg << std::flush;
    if (!file) {
      return Errc::file_unwritable;
    }
  }
  return success();
}

Result<bool> is_right(const SecretBytes& secret, std::string_view typed, Instant now) {
  const TotpPolicy policy;
  const auto code = normalize_totp_code(typed, policy.parameters.digits);
  if (!code) {
    return false;
  }
  // A server keeps the step of the last code that it took, and gives it as `newer_than`.
  OSTIARY_TRY(const auto step, match_totp(secret, policy.parameters, *code, now, 0, policy.skew));
  return step.has_value();
}
// [enrol]

int run(const std::vector<std::string_view>& arguments) {
  if (arguments.size() == 1 && (arguments[0] == "--help" || arguments[0] == "-h")) {
    std::cout << usage;
    return 0;
  }
  Options options;
  if (const auto wrong = read_options(arguments, options)) {
    return fail(*wrong);
  }
  const auto now = time_of(options);
  if (!now) {
    return fail("--now takes whole seconds since 1970, up to 1000000000000");
  }
  const auto secret = secret_of(options);
  if (!secret) {
    return fail(options.contains("--secret")
                    ? "--secret takes base32 of 16 to 64 bytes: A-Z and 2-7, blanks and hyphens"
                    : "the system gave no randomness");
  }
  const OtpauthLabel label{.issuer = value_or(options, "--issuer", "Maple Dental"),
                           .account_name = value_or(options, "--account", "201@acme")};
  if (const auto shown = show(label, *secret, value_or(options, "--svg", "")); !shown) {
    return fail("cannot show the QR code (issuer '" + label.issuer + "', account '" + label.account_name +
                "'): " + shown.error().message());
  }
  std::string typed = value_or(options, "--code", "");
  if (!options.contains("--code")) {
    std::cout << "The code that it shows now: " << std::flush;
    if (!std::getline(std::cin, typed)) {
      std::cout << '\n';
      return fail("no code was typed");
    }
  }
  const auto right = is_right(*secret, typed, options.contains("--now") ? *now : SystemClock().now());
  if (!right) {
    return fail(right.error().message());
  }
  std::cout << (right.value() ? "The code is right.\n" : "The code is wrong.\n");
  return right.value() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::bad_alloc&) {
    std::fputs("totp_qr: no memory\n", stderr);
    return 2;
  }
}
