#pragma once

#include <string>

#include <ostiary/model/link.hpp>

namespace ostiary::inline v0 {

/// LinkBuilder makes the URL that a mail carries: the host's page for `purpose`, with `token` (75 base64url characters,
/// nothing to escape) in it, such as `https://portal.example/setup?token=...`. Take the host name from configuration,
/// never from a request's headers (S314). It is not asked for LinkPurpose::factor_code. Called from many threads at once.
class OSTIARY_CORE_EXPORT LinkBuilder {
 public:
  LinkBuilder() = default;
  LinkBuilder(const LinkBuilder&) = delete;
  LinkBuilder& operator=(const LinkBuilder&) = delete;
  virtual ~LinkBuilder() = default;

  [[nodiscard]] virtual std::string url(LinkPurpose purpose, std::string_view token) const = 0;
};

}  // namespace ostiary::inline v0
