#include <ostiary/services/standard_mail_renderer.hpp>

#include "rules/mail_text.hpp"

namespace ostiary::inline v0 {

struct StandardMailRenderer::Book {
  MailBook words;
};

StandardMailRenderer::StandardMailRenderer()
    : StandardMailRenderer(std::make_unique<const Book>(Book{MailBook::create({}, {}).value()})) {}

StandardMailRenderer::StandardMailRenderer(std::unique_ptr<const Book> book) : book_(std::move(book)) {}

StandardMailRenderer::~StandardMailRenderer() = default;

Result<std::unique_ptr<StandardMailRenderer>> StandardMailRenderer::create(const MailBrand& brand,
                                                                           std::span<const MailWords> words) {
  OSTIARY_TRY(auto book, MailBook::create(brand, words));
  return std::unique_ptr<StandardMailRenderer>(
      new StandardMailRenderer(std::make_unique<const Book>(Book{std::move(book)})));
}

Result<RenderedMail> StandardMailRenderer::render(const MailContent& content) const {
  return book_->words.render(content);
}

}  // namespace ostiary::inline v0
