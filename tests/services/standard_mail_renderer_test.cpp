#include <ostiary/services/standard_mail_renderer.hpp>

#include <doctest/doctest.h>

#include "rules/mail_text.hpp"

using namespace ostiary;

TEST_CASE("R72: the standard renderer gives the built-in words, and a host may replace one kind") {
  class OwnNotice final : public MailRenderer {
   public:
    [[nodiscard]] Result<RenderedMail> render(const MailContent& content) const override {
      if (content.kind == MailKind::setup_completed) {
        return RenderedMail{.subject = "Own", .text = "own\n", .html = "<p>own</p>\n", .language = {}};
      }
      return standard_.render(content);
    }

   private:
    StandardMailRenderer standard_;
  };
  MailContent content{.entries = {{.login_name = "201@maple", .organization_name = "Maple Dental"}}};
  const OwnNotice renderer;
  CHECK(renderer.render(content).value().text == mail_text(content).text);
  content.kind = MailKind::setup_completed;
  CHECK(renderer.render(content).value().subject == "Own");
  CHECK(StandardMailRenderer().render(content).value().subject == mail_text(content).subject);
}
