#include <ostiary/services/standard_mail_renderer.hpp>

#include "rules/mail_text.hpp"

namespace ostiary::inline v0 {

StandardMailRenderer::StandardMailRenderer() : StandardMailRenderer(MailBook::create({}, {}).value()) {}

StandardMailRenderer::StandardMailRenderer(MailBook book) : book_(std::make_unique<const MailBook>(std::move(book))) {}

StandardMailRenderer::~StandardMailRenderer() = default;

Result<std::unique_ptr<StandardMailRenderer>> StandardMailRenderer::create(const MailBrand& brand,
                                                                           std::span<const MailWords> words) {
  OSTIARY_TRY(auto book, MailBook::create(brand, words));
  return std::unique_ptr<StandardMailRenderer>(new StandardMailRenderer(std::move(book)));
}

Result<RenderedMail> StandardMailRenderer::render(const MailContent& content) const { return book_->render(content); }

}  // namespace ostiary::inline v0
