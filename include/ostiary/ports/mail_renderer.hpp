#pragma once

#include <ostiary/base/result.hpp>
#include <ostiary/model/mail.hpp>

namespace ostiary::inline v0 {

/// MailRenderer finds the words for a mail. StandardMailRenderer has them in English and French, and takes a host's own
/// (R72); a host that wants another layout derives.
///
/// Input:   texts in `content` are clean UTF-8 of unknown origin: escape them for HTML, never use one as a format.
/// Output:  plain text and HTML that say the same. Both hold each entry's `link_url` and `code` where they are
///          not empty; the subject holds neither, for it shows on a locked screen.
/// Threads: called from many at once; keeps nothing.
class OSTIARY_CORE_EXPORT MailRenderer {
 public:
  MailRenderer() = default;
  MailRenderer(const MailRenderer&) = delete;
  MailRenderer& operator=(const MailRenderer&) = delete;
  virtual ~MailRenderer() = default;

  [[nodiscard]] virtual Result<RenderedMail> render(const MailContent& content) const = 0;
};

}  // namespace ostiary::inline v0
