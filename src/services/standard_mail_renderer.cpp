#include <ostiary/services/standard_mail_renderer.hpp>

#include "rules/mail_text.hpp"

namespace ostiary::inline v0 {

Result<RenderedMail> StandardMailRenderer::render(const MailContent& content) const { return mail_text(content); }

}  // namespace ostiary::inline v0
