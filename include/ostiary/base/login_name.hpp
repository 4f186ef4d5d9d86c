#pragma once

#include <string>
#include <string_view>

#include <ostiary/base/result.hpp>

namespace ostiary::inline v0 {

/// ExtensionAlphabet says which characters an extension may have. It belongs to the organisation (R12).
enum class ExtensionAlphabet {
  digits,          ///< 0-9, the default.
  letters_digits,  ///< ASCII letters, digits, and `. _ -` inside.
};

/// Domain is an organisation's short name, the part of a login name behind the `@`: 1-63 ASCII letters, digits, hyphens
/// and dots, beginning and ending with a letter or digit. Compared without ASCII case; kept as typed.
class OSTIARY_CORE_EXPORT Domain {
 public:
  [[nodiscard]] static Result<Domain> parse(std::string_view text);

  [[nodiscard]] const std::string& as_typed() const noexcept { return typed_; }
  [[nodiscard]] const std::string& canonical() const noexcept { return canonical_; }

  friend bool operator==(const Domain& a, const Domain& b) noexcept { return a.canonical_ == b.canonical_; }

 private:
  Domain(std::string typed, std::string canonical) : typed_(std::move(typed)), canonical_(std::move(canonical)) {}
  std::string typed_;
  std::string canonical_;
};

/// LoginName is `extension@domain`, such as `201@acme` (R12): extension of 1-32 characters. `parse` takes the widest
/// alphabet, since a sign-in form does not know the organisation; `make` checks the organisation's own.
/// Compared without ASCII case (`canonical()`); kept as typed (`as_typed()`). Anything else is
/// Errc::malformed_login_name.
class OSTIARY_CORE_EXPORT LoginName {
 public:
  [[nodiscard]] static Result<LoginName> parse(std::string_view text);
  /// make answers Errc::malformed_extension where `extension` breaks `alphabet`.
  [[nodiscard]] static Result<LoginName> make(std::string_view extension, const Domain& domain,
                                              ExtensionAlphabet alphabet = ExtensionAlphabet::digits);

  [[nodiscard]] const std::string& as_typed() const noexcept { return typed_; }
  [[nodiscard]] const std::string& canonical() const noexcept { return canonical_; }
  /// extension is the canonical part before the `@`.
  [[nodiscard]] std::string_view extension() const noexcept;
  /// domain is the canonical part behind the `@`.
  [[nodiscard]] std::string_view domain() const noexcept;

  friend bool operator==(const LoginName& a, const LoginName& b) noexcept { return a.canonical_ == b.canonical_; }

 private:
  LoginName(std::string typed, std::string canonical) : typed_(std::move(typed)), canonical_(std::move(canonical)) {}
  std::string typed_;
  std::string canonical_;
};

}  // namespace ostiary::inline v0
