#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include <doctest/doctest.h>

#include <ostiary/base/encoding.hpp>

// Test vectors of others. They are not in this repository: OSTIARY_VECTORS names their folder, else ../shared/vectors.
namespace ostiary::test {

/// load_vectors reads one JSON file. Where it is absent it says so and gives nothing: the test skips, or fails under
/// CI=true.
inline std::optional<nlohmann::json> load_vectors(const std::string& name) {
  const char* folder = std::getenv("OSTIARY_VECTORS");  // NOLINT(concurrency-mt-unsafe): no test sets a variable
  const auto path = std::filesystem::path(folder != nullptr ? folder : OSTIARY_VECTORS_DEFAULT) / name;
  std::ifstream file(path);
  if (file) {
    return nlohmann::json::parse(file);
  }
  const char* ci = std::getenv("CI");  // NOLINT(concurrency-mt-unsafe): no test sets a variable
  if (ci != nullptr && std::string(ci) == "true") {
    FAIL("test vectors are missing: ", path.string(), "; set OSTIARY_VECTORS");
  }
  MESSAGE("SKIPPED, test vectors are missing: ", path.string(), "; set OSTIARY_VECTORS");
  return std::nullopt;
}

/// from_hex reads a hexadecimal string of a vector.
inline Bytes from_hex(const std::string& text) {
  Bytes out(text.size() / 2);
  REQUIRE(hex_decode(text, out));
  return out;
}
inline Bytes from_hex(const nlohmann::json& value) { return from_hex(value.get<std::string>()); }

}  // namespace ostiary::test
