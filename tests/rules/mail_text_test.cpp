#include "rules/mail_text.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace ostiary;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view address = "https://portal.example/setup?a=1&token=0123456789abcdef";
constexpr std::string_view escaped_address = "https://portal.example/setup?a=1&amp;token=0123456789abcdef";

MailContent content(MailKind kind, std::string_view locale) {
  return {.kind = kind,
          .locale = Locale::parse(locale).value(),
          .login_name = "201@maple",
          .display_name = "Zoé Bélanger",
          .organization_name = "Maple Dental",
          .support_contact = "help@maple.example",
          .link_url = kind == MailKind::welcome ? std::string(address) : std::string(),
          .link_lifetime = 24h,
          .client = {.network = "192.0.2.1", .user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Firefox/115.0"},
          .at = Instant(1'767'268'800'000ms + 7min)};
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// Every word of `text`, whichever way its lines break, between the tags of `html`.
void check_in_both(const RenderedMail& mail, std::string_view part) {
  CHECK_MESSAGE(has(mail.text, part), part);
  CHECK_MESSAGE(has(mail.html, part), part);
}

}  // namespace

TEST_CASE("R13, R21, R22, R37: the welcome mail has login name, organisation, link, hours and support contact") {
  for (const std::string_view locale : {"en", "fr"}) {
    const auto mail = mail_text(content(MailKind::welcome, locale));
    for (const std::string_view part : {"201@maple", "Maple Dental", "Zoé Bélanger", "help@maple.example"}) {
      check_in_both(mail, part);
    }
    CHECK(has(mail.subject, "Maple Dental"));
    CHECK(has(mail.text, std::string("\n") + std::string(address) + "\n"));
    CHECK(has(mail.html, "<a href=\"" + std::string(escaped_address) + "\""));
    CHECK(has(mail.html, ">" + std::string(escaped_address) + "</a>"));
  }
  check_in_both(mail_text(content(MailKind::welcome, "en")), "24 hours");
  check_in_both(mail_text(content(MailKind::welcome, "fr")), "24\u00A0heures");
}

TEST_CASE("R22: one hour is written in the singular") {
  auto hour = content(MailKind::welcome, "en");
  hour.link_lifetime = 1h;
  check_in_both(mail_text(hour), "for 1 hour only");
  hour.locale = Locale::parse("fr").value();
  check_in_both(mail_text(hour), "1\u00A0heure.");
}

TEST_CASE("R37: without a support contact the mail does not speak of one") {
  for (const auto kind : {MailKind::welcome, MailKind::setup_completed, MailKind::new_device}) {
    auto silent = content(kind, "en");
    CHECK(has(mail_text(silent).text, "Help and questions: help@maple.example\n"));
    silent.support_contact.clear();
    CHECK_FALSE(has(mail_text(silent).text, "Help and questions"));
    CHECK_FALSE(has(mail_text(silent).html, "Help and questions"));
    silent.locale = Locale::parse("fr").value();
    CHECK_FALSE(has(mail_text(silent).html, "Aide et questions"));
  }
}

TEST_CASE("R72: fr and fr-CA are French, any other language is English, and the mail says which it is") {
  for (const std::string_view locale : {"fr", "fr-CA", "FR"}) {
    const auto mail = mail_text(content(MailKind::welcome, locale));
    CHECK(mail.subject == "Configurez votre compte Maple Dental");
    CHECK(has(mail.html, "<html lang=\"fr\">"));
    CHECK(mail.language.tag() == "fr");
    CHECK(has(mail.text, "Bonjour Zoé Bélanger,\n"));
  }
  for (const std::string_view locale : {"en", "en-CA", "de", "frr"}) {
    const auto mail = mail_text(content(MailKind::welcome, locale));
    CHECK(mail.subject == "Set up your Maple Dental account");
    CHECK(has(mail.html, "<html lang=\"en\">"));
    CHECK(mail.language.tag() == "en");
    CHECK(has(mail.text, "Hello Zoé Bélanger,\n"));
  }
}

TEST_CASE("R72: without a display name the greeting stands alone") {
  auto nameless = content(MailKind::welcome, "en");
  nameless.display_name.clear();
  CHECK(mail_text(nameless).text.starts_with("Hello,\n"));
  nameless.locale = Locale::parse("fr").value();
  CHECK(mail_text(nameless).text.starts_with("Bonjour,\n"));
}

TEST_CASE("R72: the notice of a completed setup has no link, and says what to do if it was somebody else") {
  for (const std::string_view locale : {"en", "fr"}) {
    const auto mail = mail_text(content(MailKind::setup_completed, locale));
    CHECK_FALSE(has(mail.text, "http"));
    CHECK_FALSE(has(mail.html, "href"));
    for (const std::string_view part : {"201@maple", "Maple Dental", "help@maple.example"}) {
      check_in_both(mail, part);
    }
  }
  check_in_both(mail_text(content(MailKind::setup_completed, "en")), "tell your office manager at once");
  check_in_both(mail_text(content(MailKind::setup_completed, "fr")), "prévenez tout de suite");
}

TEST_CASE("R70, R72: the notice of a new device says when, from where and with what, and has no link") {
  for (const std::string_view locale : {"en", "fr"}) {
    const auto mail = mail_text(content(MailKind::new_device, locale));
    CHECK_FALSE(has(mail.text, "http"));
    CHECK_FALSE(has(mail.html, "href"));
    for (const std::string_view part : {"201@maple", "Maple Dental", "help@maple.example", "192.0.2.1",
                                        "2026-01-01 12:07 UTC", "Mozilla/5.0 (X11; Linux x86 64; rv 115.0) Firefox"}) {
      check_in_both(mail, part);
    }
  }
  CHECK(mail_text(content(MailKind::new_device, "en")).subject == "A new sign-in to your Maple Dental account");
  check_in_both(mail_text(content(MailKind::new_device, "en")), "change it at once");
  CHECK(mail_text(content(MailKind::new_device, "fr")).subject == "Nouvelle connexion à votre compte Maple Dental");
  check_in_both(mail_text(content(MailKind::new_device, "fr")), "changez-le tout de suite");
}

TEST_CASE("S316: who has a password cannot put an address to click into its owner's mail") {
  auto mail = content(MailKind::new_device, "en");
  mail.client.user_agent = "see https://evil.example/x?y=1 www.evil.example evil.example m@evil.example <b>";
  for (const auto& shown : {mail_text(mail).text, mail_text(mail).html}) {
    for (const std::string_view part : {"://", "evil.example", "www.", "m@", "<b>", "&lt;b"}) {
      CHECK_FALSE(has(shown, part));
    }
    CHECK(has(shown, "see https"));
  }
  mail.client.user_agent = "evil4.com/x acme-login365.com/secure 9.evil 4. Firefox/115.0";
  for (const auto& shown : {mail_text(mail).text, mail_text(mail).html}) {
    for (const std::string_view part : {"4.com", "365.com", "9.evil", "4. F"}) {
      CHECK_FALSE(has(shown, part));
    }
    CHECK(has(shown, "evil4 com/x acme-login365 com/secure"));
    CHECK(has(shown, "Firefox/115.0"));
  }
}

TEST_CASE("S316: values are text in HTML, never markup and never a format") {
  for (const auto kind : {MailKind::welcome, MailKind::setup_completed, MailKind::new_device}) {
    for (const std::string_view locale : {"en", "fr"}) {
      for (const std::string_view hostile : {"<a href=//evil.example>", "\" onclick=\"x", "' x='", "{{7*7}}", "{}",
                                             "{0}", "%s%n%x", "&lt;b&gt;", "</title><script>", "\\u003c"}) {
        auto mail = content(kind, locale);
        mail.login_name = mail.display_name = mail.organization_name = mail.support_contact = hostile;
        const auto rendered = mail_text(mail);
        CHECK(has(rendered.text, hostile));
        CHECK(has(rendered.subject, hostile));
        CHECK_FALSE(has(rendered.html, "evil.example>"));
        CHECK_FALSE(has(rendered.html, "<script"));
        CHECK_FALSE(has(rendered.html, "\" onclick"));
        CHECK_FALSE(has(rendered.html, "' x='"));
        CHECK_FALSE(has(rendered.html, "<b>"));
        if (hostile.find_first_of("<>&\"'") == std::string_view::npos) {
          CHECK(has(rendered.html, hostile));
        }
        if (hostile == "&lt;b&gt;") {
          CHECK(has(rendered.html, "&amp;lt;b&amp;gt;"));
        }
      }
    }
  }
  auto mail = content(MailKind::welcome, "en");
  mail.link_url = "https://x.example/\"><script>";
  CHECK(has(mail_text(mail).html, "href=\"https://x.example/&quot;&gt;&lt;script&gt;\""));
}
