#pragma once

#include <ostiary/model/mail.hpp>

namespace ostiary::inline v0 {

/// mail_text writes the built-in mails (R72): in French where the locale's language is `fr`, else in English. Text and
/// HTML are laid out from one list of paragraphs, so they say the same. Every value is escaped in HTML, and none is
/// used as a format (S316).
[[nodiscard]] RenderedMail mail_text(const MailContent& content);

}  // namespace ostiary::inline v0
