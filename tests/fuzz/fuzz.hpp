#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// A fuzzer is a function that takes any bytes, holds what they give to its promises, and says whether the parser took
// them. libFuzzer calls it with what it invents (entry.cpp); corpus_test.cpp with the committed files, whose names begin
// with `yes-` or `no-` for what it must say. To add one: a file here, a line below, its name in CMakeLists.txt, and a
// folder of the same name in corpus/.
namespace ostiary::fuzz {

bool ceremony(std::string_view input);
bool cookie_header(std::string_view input);
bool csv(std::string_view input);
bool email_address(std::string_view input);
bool link_token(std::string_view input);
bool login_name(std::string_view input);
bool mime(std::string_view input);
bool phc(std::string_view input);
bool recovery_code(std::string_view input);
bool return_address(std::string_view input);
bool search_term(std::string_view input);
bool totp_code(std::string_view input);

/// must ends the process where a promise is broken, which is how libFuzzer learns of it.
inline void must(bool holds, std::string_view promise) {
  if (!holds) {
    std::fprintf(stderr, "broken promise: %.*s\n", static_cast<int>(promise.size()), promise.data());
    std::abort();
  }
}

}  // namespace ostiary::fuzz
