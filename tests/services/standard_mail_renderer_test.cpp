#include <ostiary/services/standard_mail_renderer.hpp>

#include <doctest/doctest.h>

using namespace ostiary;
using namespace std::chrono_literals;

namespace {

MailContent content(MailKind kind, std::string_view locale = "en") {
  return {.kind = kind,
          .locale = Locale::parse(locale).value(),
          .entries = {{.login_name = "201@maple",
                       .organization_name = "Maple Dental",
                       .status = AccountStatus::active,
                       .link_url = kind == MailKind::welcome ? "https://portal.example/setup?token=x" : ""}},
          .support_contact = "extension 611",
          .link_lifetime = 24h};
}

MailWords own_notice(std::string_view language) {
  return {.kind = MailKind::setup_completed,
          .language = Locale::parse(language).value(),
          .subject = "Own {organization}",
          .body = "Login: {login_name}"};
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

Result<RenderedMail> rendered(const MailBrand& brand, std::span<const MailWords> words, const MailContent& of) {
  OSTIARY_TRY(const auto renderer, StandardMailRenderer::create(brand, words));
  return renderer->render(of);
}

bool is_refused(const MailBrand& brand) {
  return StandardMailRenderer::create(brand).error() == Errc::invalid_configuration;
}

}  // namespace

TEST_CASE("R72: a host may replace one kind by a renderer of its own that passes the others on") {
  class OwnNotice final : public MailRenderer {
   public:
    [[nodiscard]] Result<RenderedMail> render(const MailContent& of) const override {
      if (of.kind == MailKind::setup_completed) {
        return RenderedMail{.subject = "Own", .text = "own\n", .html = "<p>own</p>\n", .language = {}};
      }
      return standard_.render(of);
    }

   private:
    StandardMailRenderer standard_;
  };
  const OwnNotice renderer;
  CHECK(renderer.render(content(MailKind::welcome)).value().subject == "Set up your Maple Dental account");
  CHECK(renderer.render(content(MailKind::setup_completed)).value().subject == "Own");
}

TEST_CASE("R72: a host's words take the place of the built-in ones, of their kind and language alone") {
  const std::vector<MailWords> words{own_notice("en")};
  const auto own = rendered({}, words, content(MailKind::setup_completed)).value();
  CHECK(own.subject == "Own Maple Dental");
  CHECK(own.text == "Login: 201@maple\n");
  CHECK(has(own.html, "Login: <strong style=\"overflow-wrap:anywhere\">201@maple</strong>"));
  CHECK(rendered({}, words, content(MailKind::setup_completed, "fr")).value().subject ==
        "Votre compte Maple Dental est prêt");
  CHECK(rendered({}, words, content(MailKind::welcome)).value().subject == "Set up your Maple Dental account");
}

TEST_CASE(
    "R72: a host's further language is taken for its locale; a tag goes before its language, and English is last") {
  const std::vector<MailWords> words{own_notice("de"), own_notice("fr-CA")};
  const auto language_for = [&](MailKind kind, std::string_view locale) {
    return rendered({}, words, content(kind, locale)).value().language.tag();
  };
  CHECK(language_for(MailKind::setup_completed, "de") == "de");
  CHECK(language_for(MailKind::setup_completed, "de-CH") == "de");
  CHECK(language_for(MailKind::setup_completed, "fr-ca") == "fr-CA");
  CHECK(language_for(MailKind::setup_completed, "fr-BE") == "fr");
  CHECK(language_for(MailKind::welcome, "de") == "en");
  CHECK(language_for(MailKind::setup_completed, "it") == "en");
}

TEST_CASE("R72: words with a flaw, and the same words twice, are a configuration error") {
  auto flawed = own_notice("en");
  flawed.body = "Login: {login}";
  CHECK(rendered({}, std::vector{flawed}, content(MailKind::welcome)).error() == Errc::invalid_configuration);
  CHECK(rendered({}, std::vector{own_notice("fr-CA"), own_notice("fr-ca")}, content(MailKind::welcome)).error() ==
        Errc::invalid_configuration);
}

TEST_CASE("R37, R72: a brand gives product, colours and support contact; its texts are escaped") {
  const MailBrand brand{.product_name = "Maple <Phone>",
                        .accent_colour = "#7a1f5c",
                        .page_colour = "#EEF2E6",
                        .support_contact = "call 1 & ask"};
  const auto mail = rendered(brand, {}, content(MailKind::welcome)).value();
  CHECK(has(mail.html, ">Maple &lt;Phone&gt;</p>"));
  CHECK(has(mail.html, "background:#7a1f5c;color:#ffffff"));
  CHECK(has(mail.html, "background:#EEF2E6"));
  CHECK(has(mail.html, "call 1 &amp; ask"));
  CHECK(has(mail.text, "Help and questions: call 1 & ask\n"));
  CHECK_FALSE(has(mail.text, "extension 611"));
  auto logo = brand;
  logo.logo_text = "M A P L E";
  CHECK(has(rendered(logo, {}, content(MailKind::welcome)).value().html, ">M A P L E</p>"));
}

TEST_CASE("R72: the label of a button and the colour of links are chosen for contrast") {
  const auto html_with = [](std::string colour) {
    return rendered({.accent_colour = std::move(colour)}, {}, content(MailKind::welcome)).value().html;
  };
  CHECK(has(html_with("#1d4fb8"), "background:#1d4fb8;color:#ffffff"));
  CHECK(has(html_with("#1d4fb8"), "style=\"color:#1d4fb8;word-break"));
  CHECK(has(html_with("#f2c94c"), "border:1px solid #1f2933;border-radius:6px;background:#f2c94c;color:#1f2933"));
  CHECK(has(html_with("#f2c94c"), "style=\"color:#1f2933;word-break"));
  CHECK(has(html_with("#ffffff"), "background:#ffffff;color:#1f2933"));
  CHECK(has(html_with("#000000"), "background:#000000;color:#ffffff"));
}

TEST_CASE("R72: a colour that is not #rrggbb, and a text that is too long or not clean, are configuration errors") {
  for (const std::string_view colour :
       {"", "1d4fb8", "#1d4fb", "#1d4fb88", "#1d4fbg", "blue", "#fff", "#1d4fb8;", "#\"><b>x", " #1d4fb8"}) {
    CHECK(is_refused({.accent_colour = std::string(colour)}));
    CHECK(is_refused({.page_colour = std::string(colour)}));
  }
  for (const std::string& text : {std::string("a\nb"), std::string("\xff"), std::string(201, 'x')}) {
    CHECK(is_refused({.product_name = text}));
    CHECK(is_refused({.logo_text = text}));
    CHECK(is_refused({.support_contact = text}));
  }
  CHECK_FALSE(StandardMailRenderer::create({.product_name = std::string(100, 'x'), .logo_text = "x"}).has_error());
}
