#pragma once

#include <memory>
#include <span>

#include <ostiary/ports/mail_renderer.hpp>
#include <ostiary/rules/mail_words.hpp>

namespace ostiary::inline v0 {

/// StandardMailRenderer has words in English and French, and the host's own look and words in their place (R72). A
/// mail's language is the locale's tag (`fr-CA`) where it has words, else the tag's language (`fr`), else English.
class OSTIARY_CORE_EXPORT StandardMailRenderer final : public MailRenderer {
 public:
  /// The built-in words, and no brand.
  StandardMailRenderer();
  ~StandardMailRenderer() override;

  /// create takes a brand and words in place of the built-in ones, or in a further language. Errors:
  /// invalid_configuration, for a colour or text of the brand out of form, for words with flaws (check_mail_words names
  /// them), and for two words of one kind and language.
  [[nodiscard]] static Result<std::unique_ptr<StandardMailRenderer>> create(const MailBrand& brand,
                                                                            std::span<const MailWords> words = {});

  /// render never fails.
  [[nodiscard]] Result<RenderedMail> render(const MailContent& content) const override;

 private:
  struct Book;
  explicit StandardMailRenderer(std::unique_ptr<const Book> book);

  std::unique_ptr<const Book> book_;
};

}  // namespace ostiary::inline v0
