#pragma once

#include <map>

#include "mail_template.hpp"

namespace ostiary::inline v0 {

/// MailBook has the words of every kind: the host's where it gave some, else the built-in ones (R72). Text and HTML are
/// laid out from one letter, so they say the same. Every value is escaped in HTML, and none is used as a format (S316).
class MailBook {
 public:
  /// create answers Errc::invalid_configuration for a brand or words with flaws, and for the same words given twice.
  [[nodiscard]] static Result<MailBook> create(const MailBrand& brand, std::span<const MailWords> words);

  /// render takes the words in the locale's own tag, else in its language, else in English.
  [[nodiscard]] RenderedMail render(MailContent content) const;

 private:
  MailBook(LetterLook look, MailBrand brand) : look_(std::move(look)), brand_(std::move(brand)) {}
  [[nodiscard]] const MailTemplate& words_for(MailKind kind, const Locale& locale) const;

  LetterLook look_;
  MailBrand brand_;
  std::map<std::pair<MailKind, std::string>, MailTemplate> templates_;  // by kind and tag in lower case
};

}  // namespace ostiary::inline v0
