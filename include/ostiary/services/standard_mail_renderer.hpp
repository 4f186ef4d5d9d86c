#pragma once

#include <ostiary/ports/mail_renderer.hpp>

namespace ostiary::inline v0 {

/// StandardMailRenderer has the built-in words: French where the locale's language is `fr`, else English. To replace
/// one kind, write a MailRenderer that keeps one of these and passes the other kinds on to it. It never fails.
class OSTIARY_CORE_EXPORT StandardMailRenderer final : public MailRenderer {
 public:
  [[nodiscard]] Result<RenderedMail> render(const MailContent& content) const override;
};

}  // namespace ostiary::inline v0
