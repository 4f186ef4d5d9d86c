// Makes codes, URIs and QR codes for others to read, and reads the codes that they make.
// Usage: real_totp_driver make|check FOLDER
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include <ostiary/adapters/qr_code.hpp>
#include <ostiary/rules/otpauth_uri.hpp>
#include <ostiary/rules/totp.hpp>

namespace {

using namespace ostiary;
using nlohmann::json;

constexpr std::size_t case_count = 1000;
constexpr std::uint64_t seed = 20260101;

struct Case {
  SecretBytes secret;
  TotpParameters parameters{};
  std::int64_t seconds = 0;
};

[[noreturn]] void fail(const std::string& text) {
  std::fprintf(stderr, "real_totp_driver: %s\n", text.c_str());
  std::exit(1);  // NOLINT(concurrency-mt-unsafe): there is one thread
}

template <class T>
T must(Result<T> result, const std::string& what) {
  if (!result) {
    fail(what + ": " + result.error().message());
  }
  return std::move(result).assume_value();
}

std::string name_of(TotpAlgorithm algorithm) {
  constexpr std::array names{"", "sha1", "sha256", "sha512"};
  return names.at(static_cast<std::size_t>(algorithm));
}

// The same cases each time: std::mt19937_64 is exactly specified, unlike the distributions of <random>.
std::vector<Case> make_cases() {
  constexpr std::array<int, 4> periods{15, 30, 60, 120};
  constexpr std::uint64_t seconds_max = 10'000'000'000;  // the year 2286
  // The same each time is what this is about.
  std::mt19937_64 random(seed);  // NOLINT(bugprone-random-generator-seed,cert-msc32-c,cert-msc51-cpp)
  std::vector<Case> cases;
  for (std::size_t i = 0; i < case_count; ++i) {
    Case made{.secret = SecretBytes(std::size_t{16 + random() % 49})};
    for (std::byte& byte : made.secret.writable()) {
      byte = static_cast<std::byte>(random() & 0xffU);
    }
    made.parameters = {.algorithm = static_cast<TotpAlgorithm>(1 + random() % 3),
                       .digits = static_cast<std::uint8_t>(6 + random() % 3),
                       .period = std::chrono::seconds(periods.at(random() % periods.size()))};
    made.seconds = static_cast<std::int64_t>(120 + random() % seconds_max);
    cases.push_back(std::move(made));
  }
  return cases;
}

Instant time_of(const Case& of) { return Instant(std::chrono::seconds(of.seconds)); }

std::string code_of(const Case& of) {
  return std::string(must(totp_code(of.secret, of.parameters, totp_step(of.parameters, time_of(of))), "code").reveal());
}

json to_json(const SecretBytes& secret, const TotpParameters& parameters) {
  return {{"secret", base32_encode(secret.reveal())},
          {"algorithm", name_of(parameters.algorithm)},
          {"digits", parameters.digits},
          {"period", parameters.period.count()}};
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text << std::flush;
  if (!out) {
    fail("cannot write " + file.string());
  }
}

void make_pictures(const std::filesystem::path& folder) {
  const std::vector<std::pair<OtpauthLabel, TotpParameters>> enrolments{
      {{.issuer = "Maple Dental", .account_name = "201@acme"}, {}},
      {{.issuer = "A&B #1 50%? a/b=c+d;e", .account_name = "front desk+1@maple.example"}, {}},
      {{.issuer = "Clinique d'\xc3\x89t\xc3\xa9 \xe6\xad\xaf\xe7\xa7\x91",
        .account_name = "zo\xc3\xa9 \xf0\x9f\xa6\xb7"},
       {}},
      {{.issuer = "<b>\"Quoted\" & 'Sons'</b>", .account_name = "{x}|\\^`~"}, {.digits = 8}},
      {{.issuer = "acme", .account_name = "1"}, {.algorithm = TotpAlgorithm::sha256, .digits = 8}},
      {{.issuer = "acme", .account_name = "2"}, {.period = std::chrono::seconds(60)}},
      {{.issuer = std::string(64, 'w'), .account_name = std::string(64, '@')},
       {.algorithm = TotpAlgorithm::sha512, .digits = 7, .period = std::chrono::seconds(120)}},
      {{.issuer = std::string(200, '&'), .account_name = std::string(200, 'x')}, {}},
  };
  auto cases = make_cases();
  json all = json::array();
  for (std::size_t i = 0; i < enrolments.size(); ++i) {
    const auto& [label, parameters] = enrolments[i];
    const auto& secret = cases[i].secret;
    const auto uri = must(make_otpauth_uri(label, secret, parameters), "URI");
    json one = to_json(secret, parameters);
    one["issuer"] = label.issuer;
    one["account_name"] = label.account_name;
    one["uri"] = std::string(uri.reveal());
    all.push_back(one);
    const auto name = "qr_" + std::to_string(i);
    write(folder / (name + ".svg"), must(make_qr_svg(uri.reveal(), {.title = label.issuer}), "SVG"));
    write(folder / (name + ".txt"), must(make_qr_text(uri.reveal()), "text"));
  }
  write(folder / "enrolments.json", all.dump());
}

void make(const std::filesystem::path& folder) {
  json all = json::array();
  for (const auto& one : make_cases()) {
    json made = to_json(one.secret, one.parameters);
    made["seconds"] = one.seconds;
    made["code"] = code_of(one);
    all.push_back(made);
  }
  write(folder / "cases.json", all.dump());
  make_pictures(folder);
}

// Each codes_<who>.txt holds the code that <who> made for each case, one a line.
void check(const std::filesystem::path& folder) {
  const auto cases = make_cases();
  for (const std::string who : {"oathtool", "pyotp", "otplib"}) {
    std::ifstream file(folder / ("codes_" + who + ".txt"));
    std::string code;
    std::size_t taken = 0;
    while (std::getline(file, code)) {
      if (taken == cases.size()) {
        fail(who + " made too many codes");
      }
      const auto& one = cases[taken];
      const auto step = totp_step(one.parameters, time_of(one));
      // By the text of the secret, as an app has it.
      const auto secret = parse_totp_secret(format_totp_secret(one.secret).reveal());
      if (!secret || must(match_totp(*secret, one.parameters, code, time_of(one), step - 1, 1), "match") != step) {
        fail("case " + std::to_string(taken) + ": the code '" + code + "' of " + who + " is not taken");
      }
      if (must(match_totp(*secret, one.parameters, code, time_of(one), step, 1), "match") == step) {
        fail("case " + std::to_string(taken) + ": the code of " + who + " is taken twice");
      }
      ++taken;
    }
    if (taken != cases.size()) {
      fail(who + " made " + std::to_string(taken) + " codes");
    }
    std::printf("ostiary: takes the %zu codes of %s\n", taken, who.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 2 && arguments[0] == "make") {
    make(arguments[1]);
  } else if (arguments.size() == 2 && arguments[0] == "check") {
    check(arguments[1]);
  } else {
    fail("usage: real_totp_driver make|check FOLDER");
  }
  return 0;
}
