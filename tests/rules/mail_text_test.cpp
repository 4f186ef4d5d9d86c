#include "rules/mail_text.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace ostiary;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view address = "https://portal.example/setup?a=1&token=0123456789abcdef";
constexpr std::string_view escaped_address = "https://portal.example/setup?a=1&amp;token=0123456789abcdef";

LinkPurpose purpose_of(MailKind kind) {
  switch (kind) {
    case MailKind::reset_password:
      return LinkPurpose::reset;
    case MailKind::confirm_address:
      return LinkPurpose::confirm_address;
    case MailKind::address_changed:
      return LinkPurpose::revoke_address_change;
    case MailKind::factor_code:
      return LinkPurpose::factor_code;
    case MailKind::welcome:
    case MailKind::setup_completed:
    case MailKind::new_device:
    case MailKind::login_names:
    case MailKind::password_changed:
    case MailKind::temporary_password_set:
    case MailKind::address_trusted:
    case MailKind::factor_enabled:
    case MailKind::factor_disabled:
    case MailKind::factor_reset:
    case MailKind::recovery_code_used:
      break;
  }
  return LinkPurpose::setup;
}

bool has_link(MailKind kind) {
  return kind == MailKind::welcome || kind == MailKind::reset_password || kind == MailKind::confirm_address ||
         kind == MailKind::address_changed;
}

MailEntry entry(std::string login_name = "201@maple") {
  return {.login_name = std::move(login_name),
          .display_name = "Zoé Bélanger",
          .organization_name = "Maple Dental",
          .status = AccountStatus::active};
}

MailContent content(MailKind kind, std::string_view locale) {
  MailContent out{
      .kind = kind,
      .locale = Locale::parse(locale).value(),
      .entries = {entry()},
      .support_contact = "help@maple.example",
      .link_lifetime = has_link(kind) ? 24h : 0h,
      .client = {.network = "192.0.2.1", .user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Firefox/115.0"},
      .at = Instant(1'767'268'800'000ms + 7min)};
  out.entries.front().link_url = has_link(kind) ? std::string(address) : std::string();
  out.entries.front().link_purpose = purpose_of(kind);
  if (kind == MailKind::factor_code) {
    out.entries.front().code = "01734659";
    out.link_lifetime = 10min;
  }
  return out;
}

std::vector<MailKind> all_kinds() {
  std::vector<MailKind> kinds;
  for (int kind = 1; kind <= static_cast<int>(mail_kind_last); ++kind) {
    kinds.push_back(static_cast<MailKind>(kind));
  }
  return kinds;
}

RenderedMail mail_text(const MailContent& of) {
  static const auto book = MailBook::create({}, {}).value();
  return book.render(of);
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
  for (const auto kind : all_kinds()) {
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
  nameless.entries.front().display_name.clear();
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

TEST_CASE("R13, R35, R37, R72: every kind names organisation, login name and support contact, in both languages") {
  for (const auto kind : all_kinds()) {
    for (const std::string_view locale : {"en", "fr"}) {
      const auto mail = mail_text(content(kind, locale));
      for (const std::string_view part : {"201@maple", "Maple Dental", "Zoé Bélanger", "help@maple.example"}) {
        check_in_both(mail, part);
      }
      CHECK(mail.language.tag() == locale);
      CHECK(has(mail.subject, "Maple Dental"));
      CHECK(has(mail.text, "\n" + std::string(address) + "\n") == has_link(kind));
      CHECK(has(mail.html, "<a class=\"button\" href=\"" + std::string(escaped_address) + "\"") == has_link(kind));
      CHECK_FALSE(has(mail.text, "{"));
    }
  }
}

TEST_CASE("R72: a mail has no remote content: no picture, no sheet, no script, no address but its links") {
  for (const auto kind : all_kinds()) {
    const auto html = mail_text(content(kind, "fr")).html;
    for (const std::string_view part : {"src=", "url(", "<img", "<link", "<script", "@import", "@font-face"}) {
      CHECK_FALSE(has(html, part));
    }
    std::size_t addresses = 0;
    for (auto at = html.find("http"); at != std::string::npos; at = html.find("http", at + 1)) {
      CHECK(html.substr(at).starts_with(escaped_address));
      ++addresses;
    }
    CHECK(addresses == (has_link(kind) ? 3U : 0U));  // the button's, the bare one's, and its text
  }
}

TEST_CASE("R72: French keeps its marks on the line of their word, in text and HTML") {
  for (const auto kind : all_kinds()) {
    const auto mail = mail_text(content(kind, "fr"));
    for (const std::string_view mark : {" :", " ;", " !", " ?"}) {
      CHECK_FALSE(has(mail.text, mark));
    }
    check_in_both(mail, "Aide et questions\u00A0:");
  }
  CHECK(has(mail_text(content(MailKind::welcome, "en")).text, "Help and questions: "));
}

TEST_CASE("R31-R33, R35: the reset mail of one account has its login name, its link and its hours") {
  auto mail = content(MailKind::reset_password, "en");
  mail.link_lifetime = 3h;
  const auto rendered = mail_text(mail);
  CHECK(rendered.subject == "A new password for your Maple Dental account");
  CHECK(has(rendered.text, "Choose a new password\n" + std::string(address) + "\n"));
  check_in_both(rendered, "for 3 hours only");
  check_in_both(rendered, "192.0.2.1");
  CHECK_FALSE(has(rendered.text, "----"));
  CHECK_FALSE(has(rendered.html, "class=\"group\""));
}

TEST_CASE("R33, R35: a reset mail of several accounts has a login name, an organisation and a link for each") {
  for (const std::string_view locale : {"en", "fr"}) {
    auto mail = content(MailKind::reset_password, locale);
    mail.entries.clear();
    for (int i = 0; i < 30; ++i) {
      auto one = entry(std::to_string(201 + i) + "@maple");
      one.organization_name = "Organisation " + std::to_string(i % 3);
      one.display_name = "Person " + std::to_string(i);
      one.link_purpose = LinkPurpose::reset;
      one.link_url = "https://portal.example/reset?token=" + std::to_string(1000 + i);
      mail.entries.push_back(one);
    }
    const auto rendered = mail_text(mail);
    for (const auto& one : mail.entries) {
      check_in_both(rendered, one.login_name);
      check_in_both(rendered, one.organization_name);
      check_in_both(rendered, one.link_url);
    }
    // Whose name would stand at the top? Nobody's.
    CHECK_FALSE(has(rendered.text, "Person"));
    CHECK(rendered.text.starts_with(locale == "en" ? "Hello,\n" : "Bonjour,\n"));
    CHECK_FALSE(has(rendered.subject, "Organisation"));
  }
}

TEST_CASE("R34: the mail of login names repeats a setup link that works with its end, and else advises") {
  auto mail = content(MailKind::login_names, "en");
  mail.entries = {entry("201@maple"), entry("202@maple"), entry("203@maple")};
  mail.entries[1].status = mail.entries[2].status = AccountStatus::invited;
  mail.entries[1].link_url = address;
  mail.entries[1].link_ends_at = mail.at + 5h;
  const auto rendered = mail_text(mail);
  CHECK(rendered.subject == "Your login names");
  for (const std::string_view part : {"201@maple", "202@maple", "203@maple", "works until 2026-01-01 17:07 UTC",
                                      "the link of its welcome mail works no more. Ask your office manager"}) {
    check_in_both(rendered, part);
  }
  const auto first = rendered.text.find("Complete setup");
  CHECK(first > rendered.text.find("202@maple"));
  CHECK(first < rendered.text.find("203@maple"));
  CHECK(rendered.text.find("Complete setup", first + 1) == std::string::npos);
  CHECK(rendered.text.find("works no more") > rendered.text.find("203@maple"));

  mail.entries.resize(1);
  const auto complete = mail_text(mail);
  CHECK(complete.subject == "Your login name at Maple Dental");
  for (const std::string_view part : {"http", "not set up"}) {
    CHECK_FALSE(has(complete.text, part));
    CHECK_FALSE(has(complete.html, part));
  }
}

TEST_CASE("R31: an invited account in a reset mail has no link to a password, and is told to ask") {
  auto mail = content(MailKind::reset_password, "en");
  mail.entries.front().status = AccountStatus::invited;
  mail.entries.front().link_url.clear();
  mail.link_lifetime = 0h;
  const auto rendered = mail_text(mail);
  check_in_both(rendered, "there is no password to replace. Ask your office manager");
  CHECK_FALSE(has(rendered.text, "http"));
  CHECK_FALSE(has(rendered.text, "works once"));
  CHECK(has(mail_text(content(MailKind::reset_password, "en")).text, "works once"));
}

TEST_CASE("R15: the notice to the former address says what taking the account back does, and for how long") {
  auto mail = content(MailKind::address_changed, "en");
  mail.link_lifetime = 72h;
  const auto rendered = mail_text(mail);
  for (const std::string_view part : {"this address is put back, every session ends", "for 72 hours only"}) {
    check_in_both(rendered, part);
  }
  CHECK(has(rendered.text, "Take the account back\n" + std::string(address) + "\n"));
  check_in_both(mail_text(content(MailKind::address_changed, "fr")), "toutes les sessions prennent fin");
}

TEST_CASE("R36: the notice of a temporary password does not promise to hold it") {
  check_in_both(mail_text(content(MailKind::temporary_password_set, "en")), "It is not in this mail");
  check_in_both(mail_text(content(MailKind::temporary_password_set, "fr")), "Il n’est pas dans ce message");
}

TEST_CASE("R62: the mail of a code has the code once, in one piece, and says what it is for, how long, and what else") {
  for (const std::string_view locale : {"en", "fr"}) {
    const auto mail = mail_text(content(MailKind::factor_code, locale));
    for (const std::string_view part : {"201@maple", "192.0.2.1", "2026-01-01 12:07 UTC", "Firefox/115.0"}) {
      check_in_both(mail, part);
    }
    CHECK(has(mail.html, ">01734659</strong>"));
    for (const auto& shown : {mail.text, mail.html}) {
      CHECK(shown.find("01734659") == shown.rfind("01734659"));
      CHECK_FALSE(has(shown, "href"));
    }
  }
  const auto english = mail_text(content(MailKind::factor_code, "en"));
  CHECK(has(english.text, "\n\nYour code: 01734659\n\n"));
  for (const std::string_view part : {"Somebody who got past the first step", "works once", "for about 10 minutes",
                                      "Never tell the code to anybody", "change the password at once"}) {
    check_in_both(english, part);
  }
  const auto french = mail_text(content(MailKind::factor_code, "fr"));
  CHECK(has(french.text, "\n\nVotre code\u00A0: 01734659\n\n"));
  for (const std::string_view part : {"Quelqu’un qui a passé la première étape", "ne sert qu’une fois",
                                      "10\u00A0minutes", "Ne communiquez jamais ce code", "changez le mot de passe"}) {
    CHECK_MESSAGE(has(french.text, part), part);
  }
}

TEST_CASE("R62: what a locked screen shows of a mail, its subject and its first words, has no code") {
  constexpr std::size_t shown_max = 120;
  for (const std::string_view locale : {"en", "fr"}) {
    const auto mail = mail_text(content(MailKind::factor_code, locale));
    CHECK_FALSE(has(mail.subject, "01734659"));
    CHECK(mail.text.find("01734659") > shown_max);
  }
}

TEST_CASE("R66, R72: a notice of the second factor says what happened, when, from where, and what to do") {
  struct Row {
    MailKind kind;
    std::string_view locale, what, else_do;
  };
  static constexpr Row rows[] = {
      {MailKind::factor_enabled, "en", "asks for a code as well as for the password", "choose a new password"},
      {MailKind::factor_enabled, "fr", "un code en plus du mot de passe", "choisissez un nouveau mot"},
      {MailKind::factor_disabled, "en", "was switched off with its password and a code", "choose a new password"},
      {MailKind::factor_disabled, "fr", "a été désactivé, avec le mot de passe", "choisissez tout de suite"},
      {MailKind::factor_reset, "en", "by an office manager or by the support staff",
       "tell your office manager at once"},
      {MailKind::factor_reset, "fr", "par un responsable ou par l’assistance", "prévenez tout de suite"},
      {MailKind::recovery_code_used, "en", "or a new set was made and the older one works no more",
       "make new recovery codes"},
      {MailKind::recovery_code_used, "fr", "ou une nouvelle série a été créée", "créez de nouveaux codes de secours"},
  };
  for (const Row& row : rows) {
    const auto mail = mail_text(content(row.kind, row.locale));
    for (const std::string_view part : {row.what, row.else_do, std::string_view("2026-01-01 12:07 UTC")}) {
      check_in_both(mail, part);
    }
    const bool is_own_act =
        row.kind != MailKind::factor_reset;  // whose network it would be is not the owner's business
    CHECK(has(mail.text, "192.0.2.1") == is_own_act);
    CHECK(has(mail.text, "Firefox/115.0") == is_own_act);
  }
}

TEST_CASE("S316: values are text in HTML, never markup and never a format") {
  for (const auto kind : all_kinds()) {
    for (const std::string_view locale : {"en", "fr"}) {
      for (const std::string_view hostile : {"<a href=//evil.example>", "\" onclick=\"x", "' x='", "{{7*7}}", "{}",
                                             "{0}", "%s%n%x", "&lt;b&gt;", "</title><script>", "\\u003c"}) {
        auto mail = content(kind, locale);
        auto& of = mail.entries.front();
        of.login_name = of.display_name = of.organization_name = mail.support_contact = hostile;
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
  mail.entries.front().link_url = "https://x.example/\"><script>";
  CHECK(has(mail_text(mail).html, "href=\"https://x.example/&quot;&gt;&lt;script&gt;\""));
}
