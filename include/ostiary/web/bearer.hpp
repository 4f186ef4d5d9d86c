#pragma once

#include <optional>
#include <string_view>

#include <ostiary/core_export.hpp>

namespace ostiary::inline v0 {

/// bearer_token gives the token of an Authorization header's value: the scheme `Bearer` in any case, spaces, then one
/// token of the alphabet of RFC 6750 §2.1 and nothing more. Anything else gives nothing: the request has no token.
/// The view lives as long as `authorization`. It is a secret: make a SecretString of it.
[[nodiscard]] OSTIARY_CORE_EXPORT std::optional<std::string_view> bearer_token(std::string_view authorization) noexcept;

}  // namespace ostiary::inline v0
