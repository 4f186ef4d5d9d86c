#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

#include "fuzz/fuzz.hpp"

// The committed corpora, and what the fuzzers found, through the same functions with any compiler.
namespace ostiary::fuzz {
namespace {

struct Fuzzer {
  const char* name;
  bool (*run)(std::string_view input);
};

constexpr std::array fuzzers{
    Fuzzer{"ceremony", ceremony},
    Fuzzer{"cookie_header", cookie_header},
    Fuzzer{"csv", csv},
    Fuzzer{"email_address", email_address},
    Fuzzer{"link_token", link_token},
    Fuzzer{"login_name", login_name},
    Fuzzer{"mime", mime},
    Fuzzer{"phc", phc},
    Fuzzer{"recovery_code", recovery_code},
    Fuzzer{"return_address", return_address},
    Fuzzer{"search_term", search_term},
    Fuzzer{"totp_code", totp_code},
};

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("each file of a corpus is taken or refused as its name says, and holds every promise of its fuzzer") {
  const std::filesystem::path corpus(OSTIARY_FUZZ_CORPUS);
  for (const auto& fuzzer : fuzzers) {
    int taken = 0;
    int refused = 0;
    for (const auto& entry : std::filesystem::directory_iterator(corpus / fuzzer.name)) {
      const auto file = entry.path().filename().string();
      CAPTURE(fuzzer.name);
      CAPTURE(file);
      const bool yes = fuzzer.run(content_of(entry.path()));
      CHECK(file.starts_with(yes ? "yes-" : "no-"));
      ++(yes ? taken : refused);
    }
    CHECK(taken > 0);
    CHECK(refused > 0);
  }
}

}  // namespace
}  // namespace ostiary::fuzz
