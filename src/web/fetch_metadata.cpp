#include <ostiary/web/fetch_metadata.hpp>

#include <algorithm>

namespace ostiary::inline v0 {

FetchVerdict judge_fetch(const FetchHeaders& headers, std::span<const std::string> own_origins) noexcept {
  if (headers.method == "GET" || headers.method == "HEAD" || headers.method == "OPTIONS") {
    return FetchVerdict::allowed;
  }
  const auto& site = headers.sec_fetch_site;
  if (site && *site != "same-origin" && *site != "none") {
    return FetchVerdict::foreign;
  }
  const auto& origin = headers.origin;
  if (origin && (*origin == "null" || std::ranges::find(own_origins, *origin) == own_origins.end())) {
    return FetchVerdict::foreign;
  }
  return FetchVerdict::allowed;
}

}  // namespace ostiary::inline v0
