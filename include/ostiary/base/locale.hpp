#pragma once

#include <string>
#include <string_view>

#include <ostiary/base/result.hpp>

namespace ostiary::inline v0 {

/// Locale is a language tag such as `en`, `fr` or `fr-CA`: 2-3 letters, then up to two subtags of 2-8 letters or
/// digits. Anything else is Errc::malformed_locale. A default-constructed Locale is `en`.
class OSTIARY_CORE_EXPORT Locale {
 public:
  Locale() : tag_("en") {}
  [[nodiscard]] static Result<Locale> parse(std::string_view text);

  [[nodiscard]] const std::string& tag() const noexcept { return tag_; }
  /// language is the first subtag in lower case, `fr` of `fr-CA`.
  [[nodiscard]] std::string language() const;

  friend bool operator==(const Locale&, const Locale&) = default;

 private:
  explicit Locale(std::string tag) : tag_(std::move(tag)) {}
  std::string tag_;
};

}  // namespace ostiary::inline v0
