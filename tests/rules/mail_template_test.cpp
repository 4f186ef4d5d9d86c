#include "rules/mail_template.hpp"

#include <algorithm>

#include <doctest/doctest.h>

using namespace ostiary;
using namespace std::chrono_literals;

namespace {

MailWords words(MailKind kind, std::string body, std::string subject = "Subject", std::string_view language = "en") {
  return {.kind = kind,
          .language = Locale::parse(language).value(),
          .subject = std::move(subject),
          .body = std::move(body)};
}

std::vector<std::string> codes(const MailWords& of) {
  std::vector<std::string> out;
  for (const auto& flaw : check_mail_words(of)) {
    out.emplace_back(flaw.code);
  }
  return out;
}

std::vector<std::string> codes_of_notice(std::string body) {
  return codes(words(MailKind::setup_completed, std::move(body)));
}

using Codes = std::vector<std::string>;

std::string text_of(const MailWords& of, const MailContent& content, std::string_view product = "") {
  std::vector<MailWordsFlaw> flaws;
  const auto parsed = parse_mail_words(of, flaws);
  REQUIRE(flaws.empty());
  return lay_out(fill_in(parsed, content, product), make_letter_look({}).value()).text;
}

MailContent notice() {
  return {.kind = MailKind::setup_completed,
          .entries = {{.login_name = "201@maple", .organization_name = "Maple Dental"}},
          .at = Instant(1'767'268'800'000ms)};
}

constexpr std::string_view welcome_body = "{login_name}\n\n[Go] {link}";
constexpr std::string_view reset_body = "{each}\n\n{login_name}\n\n[Go] {reset_link}\n\n{end}";

}  // namespace

TEST_CASE("R72: the built-in words have every kind in English and French, and no flaw") {
  for (const auto& of : built_in_mail_words()) {
    CHECK_MESSAGE(check_mail_words(of).empty(), of.subject);
  }
  for (int kind = 1; kind <= static_cast<int>(mail_kind_last); ++kind) {
    for (const std::string_view language : {"en", "fr"}) {
      CHECK(std::ranges::count_if(built_in_mail_words(), [&](const MailWords& of) {
              return static_cast<int>(of.kind) == kind && of.language.tag() == language;
            }) == 1);
    }
  }
}

TEST_CASE("R72: every text of a mail can be the host's: it is what the template says, and nothing besides") {
  CHECK(text_of(words(MailKind::setup_completed, "One\nline.\n\n\n\nLogin: {login_name}\n\nBye {product}"), notice(),
                "Portal") == "One line.\n\nLogin: 201@maple\nBye Portal\n");
}

TEST_CASE("R72: a paragraph that names a value which is not there is left out") {
  CHECK(text_of(words(MailKind::setup_completed,
                      "A\n\nHello {display_name}\n\n{when_nameless}Hello\n\n{product}\n\n{network}\n\nZ"),
                notice()) == "A\n\nHello\n\nZ\n");
  auto named = notice();
  named.entries.front().display_name = "Zoé";
  CHECK(text_of(words(MailKind::setup_completed, "Hello {display_name}\n\n{when_nameless}Hello"), named) ==
        "Hello Zoé\n");
}

TEST_CASE("R72: of several subjects the first that has its values is taken") {
  const auto of = words(MailKind::setup_completed, "x", "{product} is ready\nReady");
  std::vector<MailWordsFlaw> flaws;
  const auto parsed = parse_mail_words(of, flaws);
  CHECK(fill_in(parsed, notice(), "Portal").subject == "Portal is ready");
  CHECK(fill_in(parsed, notice(), "").subject == "Ready");
}

TEST_CASE("S316: a value that looks like a placeholder is a text") {
  auto hostile = notice();
  hostile.entries.front().login_name = "{organization}";
  hostile.entries.front().organization_name = "[x] {link}";
  CHECK(text_of(words(MailKind::setup_completed, "{login_name} {organization}."), hostile) ==
        "{organization} [x] {link}.\n");
}

TEST_CASE("R72: a lifetime is counted in the words' language, and in any other as hours") {
  auto content = notice();
  content.kind = MailKind::welcome;
  content.entries.front().link_url = "https://x.example";
  content.link_lifetime = 2h;
  const auto in = [&](std::string_view language) {
    return text_of(words(MailKind::welcome, std::string(welcome_body) + "\n\n{lifetime}, {hours}.", "S", language),
                   content);
  };
  CHECK(in("en").ends_with("\n2 hours, 2.\n"));
  CHECK(in("fr").ends_with("\n2\u00A0heures, 2.\n"));
  CHECK(in("de").ends_with("\n2\u00A0h, 2.\n"));
  content.link_lifetime = 119min;  // promised is no more than is kept
  CHECK(in("en").ends_with("\n1 hour, 1.\n"));
}

TEST_CASE("R62, R72: a lifetime of less than an hour is counted in minutes, in every language") {
  MailContent content{.kind = MailKind::factor_code, .entries = {{.login_name = "201@maple", .code = "00000042"}}};
  const auto in = [&](std::string_view language, std::chrono::minutes lifetime) {
    content.link_lifetime = lifetime;
    return text_of(words(MailKind::factor_code, "{code}\n\nFor {lifetime}.", "S", language), content);
  };
  CHECK(in("en", 10min) == "00000042\n\nFor 10 minutes.\n");
  CHECK(in("en", 1min) == "00000042\n\nFor 1 minute.\n");
  CHECK(in("en", 60min) == "00000042\n\nFor 1 hour.\n");
  CHECK(in("fr", 59min) == "00000042\n\nFor 59\u00A0minutes.\n");
  CHECK(in("fr", 1min) == "00000042\n\nFor 1\u00A0minute.\n");
  CHECK(in("de", 10min) == "00000042\n\nFor 10\u00A0min.\n");
  CHECK(in("en", 0min) == "00000042\n");
}

TEST_CASE("R72: a placeholder that no mail knows, or not this kind, or not there, is a flaw with its name") {
  CHECK(codes_of_notice("{login_name}").empty());
  CHECK(codes_of_notice("{login}") == Codes{"unknown_placeholder"});
  CHECK(check_mail_words(words(MailKind::setup_completed, "{login}")).front().at == "login");
  CHECK(codes_of_notice("{}") == Codes{"unknown_placeholder"});
  CHECK(codes_of_notice("{ login_name }") == Codes{"unknown_placeholder"});
  CHECK(codes_of_notice("{0}") == Codes{"unknown_placeholder"});
  CHECK(codes_of_notice("{login_name") == Codes{"unclosed_placeholder"});
  CHECK(codes_of_notice("[Go] {link}") == Codes{"misplaced_placeholder", "malformed_button"});
  CHECK(codes_of_notice("{lifetime}") == Codes{"misplaced_placeholder"});
  CHECK(codes_of_notice("{when_one}x") == Codes{"misplaced_placeholder"});
  CHECK(codes(words(MailKind::reset_password, std::string(reset_body) + "\n\n{link_ends_at}")) ==
        Codes{"misplaced_placeholder"});
  CHECK(codes(words(MailKind::reset_password, std::string(reset_body) + "\n\n{lifetime}")).empty());
}

TEST_CASE("R13, R34, R35: a kind that must carry a link or a login name, and does not, is flawed") {
  CHECK(codes(words(MailKind::welcome, std::string(welcome_body))).empty());
  CHECK(codes(words(MailKind::welcome, "{login_name}")) == Codes{"link_missing"});
  CHECK(codes(words(MailKind::welcome, "[Go] {link}")) == Codes{"login_name_missing"});
  CHECK(codes(words(MailKind::welcome, "[Go] {link}", "{login_name}")) == Codes{"login_name_missing"});
  CHECK(codes(words(MailKind::confirm_address, "x")) == Codes{"link_missing"});
  CHECK(codes(words(MailKind::address_changed, "x")) == Codes{"link_missing"});
  CHECK(codes(words(MailKind::address_changed, "[Go] {link}")).empty());
  CHECK(codes(words(MailKind::reset_password, std::string(reset_body))).empty());
  CHECK(codes(words(MailKind::reset_password, "{login_name}\n\n{each}\n\n[Go] {reset_link}\n\n{end}")) ==
        Codes{"login_name_missing"});
  CHECK(codes(words(MailKind::login_names, "{each}\n\n{login_name}\n\n{end}")) == Codes{"link_missing"});
  CHECK(codes(words(MailKind::login_names, "{each}\n\n{login_name}\n\n[Go] {setup_link}\n\n{end}")).empty());
}

TEST_CASE("R62: the words of a code by e-mail have it in their body, not in their subject; no other kind has one") {
  const auto of_code = [](std::string body, std::string subject = "S") {
    return codes(words(MailKind::factor_code, std::move(body), std::move(subject)));
  };
  CHECK(of_code("Code: {code}").empty());
  CHECK(of_code("Enter {code} now, within {lifetime}.").empty());
  CHECK(of_code("{login_name}") == Codes{"code_missing"});
  CHECK(of_code("{code}", "{code}") == Codes{"misplaced_placeholder"});
  CHECK(of_code("{code}", "{code} is your code\nYour code") == Codes{"misplaced_placeholder"});
  CHECK(of_code("x", "{code}") == Codes{"misplaced_placeholder", "code_missing"});
  CHECK(of_code("{code} {hours}") == Codes{"misplaced_placeholder"});
  CHECK(of_code("{code}\n\n[Go] {link}") == Codes{"misplaced_placeholder", "malformed_button"});
  CHECK(of_code("[Copy] {code}") == Codes{"malformed_button"});
  CHECK(codes_of_notice("{code}") == Codes{"misplaced_placeholder"});
  CHECK(codes(words(MailKind::recovery_code_used, "{code}")) == Codes{"misplaced_placeholder"});
  CHECK(codes(words(MailKind::reset_password, "{each}\n\n{code}\n\n{login_name}\n\n[Go] {reset_link}\n\n{end}")) ==
        Codes{"misplaced_placeholder"});
}

TEST_CASE("R62, R72: a code stands alone after its label, or where a host's words put it; without one it is left out") {
  MailContent content{.kind = MailKind::factor_code, .entries = {{.login_name = "201@maple", .code = "00000042"}}};
  CHECK(text_of(words(MailKind::factor_code, "A\n\nYour code: {code}\n\nB"), content) ==
        "A\n\nYour code: 00000042\n\nB\n");
  CHECK(text_of(words(MailKind::factor_code, "Enter {code} now."), content) == "Enter 00000042 now.\n");
  CHECK(text_of(words(MailKind::factor_code, "{code}"), content) == "00000042\n");
  content.entries.front().code.clear();
  CHECK(text_of(words(MailKind::factor_code, "A\n\nYour code: {code}\n\nB"), content) == "A\n\nB\n");
}

TEST_CASE("R72: a link stands at the end of a button, where it can be clicked, and nowhere else") {
  for (const std::string_view button : {"[Go] {link} now", "[Go] {link}{link}", "[Go]", "[] {link}", "[Go {link}",
                                        "[{login_name}] {link}", "[Go] {login_name} {link}", "[Go] no link"}) {
    const auto found = codes(words(MailKind::welcome, std::string(welcome_body) + "\n\n" + std::string(button)));
    CHECK_MESSAGE(found == Codes{"malformed_button"}, button);
  }
  CHECK(codes(words(MailKind::welcome, std::string(welcome_body) + "\n\nOpen {link}")) == Codes{"link_not_in_button"});
  CHECK(codes(words(MailKind::welcome, std::string(welcome_body), "{link}")) ==
        Codes{"link_not_in_button", "subject_may_be_empty"});
  CHECK(codes(words(MailKind::welcome, "{login_name}\n\n[Go] or open this: {link}")).empty());
}

TEST_CASE("R72: {each} and {end} stand alone, once, in this order, where a mail may speak of several accounts") {
  for (const std::string_view body :
       {"[Go] {reset_link}\n\n{login_name}", "{each}\n\n{login_name}\n\n[Go] {reset_link}",
        "{end}\n\n{each}\n\n{login_name}\n\n[Go] {reset_link}\n\n{end}",
        "{each}\n\n{each}\n\n{login_name}\n\n[Go] {reset_link}\n\n{end}"}) {
    const auto found = codes(words(MailKind::reset_password, std::string(body)));
    CHECK_MESSAGE(std::ranges::find(found, "unbalanced_each") != found.end(), body);
  }
  CHECK(codes(words(MailKind::reset_password, std::string(reset_body) + "\n\n{each} x")) ==
        Codes{"misplaced_placeholder"});
  CHECK(codes(words(MailKind::setup_completed, "{each}\n\nx\n\n{end}")) == Codes{"unbalanced_each"});
}

TEST_CASE("S315: a subject is there, has no control character, and always has its values") {
  CHECK(codes(words(MailKind::setup_completed, "x", "")) == Codes{"subject_missing"});
  CHECK(codes(words(MailKind::setup_completed, "x", " \n ")) == Codes{"subject_missing"});
  CHECK(codes(words(MailKind::setup_completed, "x", "a\rb")) == Codes{"malformed_text"});
  CHECK(codes(words(MailKind::setup_completed, "a\r\n\r\nb")) == Codes{"malformed_text"});
  CHECK(codes(words(MailKind::setup_completed, "\xff")) == Codes{"malformed_text"});
  CHECK(codes(words(MailKind::setup_completed, "x", "{product}")) == Codes{"subject_may_be_empty"});
  CHECK(codes(words(MailKind::setup_completed, "x", "{product}\n{organization}, {login_name}")).empty());
  CHECK(codes(words(MailKind::reset_password, std::string(reset_body), "{organization}")) ==
        Codes{"subject_may_be_empty"});
  CHECK(codes(words(MailKind::setup_completed, std::string(16385, 'x'))) == Codes{"text_too_long"});
  CHECK(codes(words(MailKind::setup_completed, "x", std::string(1001, 'x'))) == Codes{"text_too_long"});
}
