// expect: static assertion failed.*formattable|fallback_formatter<ostiary::SecretString>
#include <string>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostiary/base/secret.hpp>

std::string describe(const ostiary::SecretString& password) {
#ifdef OSTIARY_FAULT
  return fmt::format("{}", password);
#else
  return fmt::format("{}", password.size());
#endif
}
