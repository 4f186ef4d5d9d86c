#include <ostiary/web/bearer.hpp>

#include <ostiary/base/ascii.hpp>

namespace ostiary::inline v0 {
namespace {

// RFC 6750 §2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
bool is_b64token(std::string_view text) noexcept {
  const auto last = text.find_last_not_of('=');
  return last != std::string_view::npos && std::ranges::all_of(text.substr(0, last + 1), [](char c) {
           return ascii::is_letter_or_digit(c) || std::string_view("-._~+/").find(c) != std::string_view::npos;
         });
}

}  // namespace

std::optional<std::string_view> bearer_token(std::string_view authorization) noexcept {
  constexpr std::string_view scheme = "Bearer";
  const auto token_at = authorization.find_first_not_of(' ', scheme.size());
  if (token_at == std::string_view::npos || token_at == scheme.size() ||
      !ascii::equals_ignoring_case(authorization.substr(0, scheme.size()), scheme)) {
    return std::nullopt;
  }
  const auto token = authorization.substr(token_at);
  return is_b64token(token) ? std::optional(token) : std::nullopt;
}

}  // namespace ostiary::inline v0
