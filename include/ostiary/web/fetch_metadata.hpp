#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <ostiary/core_export.hpp>

namespace ostiary::inline v0 {

/// FetchHeaders is what a browser says about where a request was made. A header that is not there is empty; one that is
/// there twice is passed as the joined text.
struct FetchHeaders {
  std::string_view method{};                         ///< `GET`, `POST`, ... as sent.
  std::optional<std::string_view> sec_fetch_site{};  ///< Sec-Fetch-Site
  std::optional<std::string_view> origin{};          ///< Origin
};

enum class FetchVerdict : std::uint8_t {
  allowed,
  foreign,  ///< Another site made the browser send it: answer 403 and do nothing.
};

/// judge_fetch refuses a request that another site made a browser send (S361).
///
/// Allowed: GET, HEAD and OPTIONS, since they change nothing here (links from other sites must work); any other method
///          where Sec-Fetch-Site is `same-origin` or `none` and Origin is one of `own_origins`, each if it is there.
///          Both are absent in requests that no browser made, and in those of old browsers: the CSRF token decides.
/// Foreign: everything else, `same-site` and the origin `null` among it. A page with `Referrer-Policy: no-referrer`
///          sends `null` with its own forms: use `same-origin` there.
/// Origins: `https://portal.example`, as browsers write it: lower case, no default port, no slash at the end. They are
///          configured, never taken from the request's Host header (S081).
[[nodiscard]] OSTIARY_CORE_EXPORT FetchVerdict judge_fetch(const FetchHeaders& headers,
                                                           std::span<const std::string> own_origins) noexcept;

}  // namespace ostiary::inline v0
