#pragma once

#include <string>
#include <string_view>

#include <ostiary/base/result.hpp>

namespace ostiary::inline v0 {

/// EmailAddress is a mailbox as `local@domain`, the subset that every mail server takes: the local part 1-64 characters
/// of the RFC 5322 atoms and dots (no quotes, no comments, no encoded words), the domain two or more DNS labels in
/// ASCII (an international domain as its `xn--` form). 254 bytes at most. Anything else is
/// Errc::malformed_email_address. Compared without ASCII case; nothing else is folded: `a+b@x` and `a@x` differ (S332,
/// S337). Kept and mailed as typed.
class OSTIARY_CORE_EXPORT EmailAddress {
 public:
  [[nodiscard]] static Result<EmailAddress> parse(std::string_view text);

  [[nodiscard]] const std::string& as_typed() const noexcept { return typed_; }
  [[nodiscard]] const std::string& canonical() const noexcept { return canonical_; }
  [[nodiscard]] std::string_view local_part() const noexcept;
  [[nodiscard]] std::string_view domain() const noexcept;

  friend bool operator==(const EmailAddress& a, const EmailAddress& b) noexcept { return a.canonical_ == b.canonical_; }

 private:
  EmailAddress(std::string typed, std::string canonical) : typed_(std::move(typed)), canonical_(std::move(canonical)) {}
  std::string typed_;
  std::string canonical_;
};

}  // namespace ostiary::inline v0
