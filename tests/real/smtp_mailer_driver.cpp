// Sends mails to the servers of smtp_server.mjs. tests/real/run_smtp runs it, and reads the mails afterwards.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <ostiary/adapters/smtp_mailer.hpp>
#include <ostiary/rules/mime.hpp>
#include <ostiary/services/standard_mail_renderer.hpp>

using namespace ostiary;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view password = "Grün & 7% \"Wörter\"";
constexpr std::string_view url = "https://portal.example/setup?from=mail&token=AQIDBAUGBwgJCgsMDQ4PEA";

fs::path folder() {
  const char* value = std::getenv("OSTIARY_SMTP_FOLDER");  // NOLINT(concurrency-mt-unsafe): nothing here sets one
  REQUIRE_MESSAGE(value != nullptr, "run this by tests/real/run_smtp");
  return value;
}

std::string content_of(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

std::uint16_t port_of(const std::string& server) {
  std::ifstream file(folder() / "ports");
  std::string name;
  std::uint16_t port = 0;
  while (file >> name >> port) {
    if (name == server) {
      return port;
    }
  }
  FAIL("no such server: ", server);
  return 0;
}

SmtpOptions options(const std::string& server, SmtpSecurity security) {
  return {.host = "localhost",
          .port = port_of(server),
          .security = security,
          .ca_file = folder() / "ca.pem",
          .connect_timeout = 60s,  // long, for a machine that does much else
          .timeout = 2min};
}

SmtpOptions options_with_login(const std::string& server, SmtpSecurity security, std::string_view user_name = "portal",
                               std::string_view secret = password) {
  auto result = options(server, security);
  result.user_name = user_name;
  result.password = SecretString(secret);
  return result;
}

OutgoingMail mail_to(std::string_view local_part) {
  static std::atomic<int> count{0};
  const auto from = EmailAddress::parse("portal@maple.example").value();
  const auto to = EmailAddress::parse(std::string(local_part) + "@mail.example").value();
  const std::string message_id = "driver." + std::to_string(++count) + "@maple.example";
  auto message = compose_mime({.from = from,
                               .to = to,
                               .subject = "A mail",
                               .text = "text\n",
                               .html = "<p>text</p>\n",
                               .message_id = message_id,
                               .date = std::chrono::sys_days(2026y / 8 / 4)});
  return {.from = from, .to = to, .message_id = message_id, .message = std::move(message).value()};
}

Result<Delivery> send(SmtpOptions with, const OutgoingMail& mail) {
  auto mailer = SmtpMailer::create(std::move(with));
  REQUIRE(mailer.has_value());
  return mailer.value()->send(mail);
}

void check_delivery(const Result<Delivery>& result, DeliveryVerdict verdict, std::string_view reason) {
  REQUIRE_MESSAGE(result.has_value(), result.error().message());
  CHECK(result.value().verdict == verdict);
  CHECK(result.value().reason == reason);
}

void check_error(const Result<Delivery>& result, Errc error) {
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error() == error);
}

// The files that the servers kept of this mail, byte for byte.
std::ptrdiff_t received_count(const OutgoingMail& mail) {
  return std::ranges::count_if(fs::directory_iterator(folder() / "received"),
                               [&](const auto& entry) { return content_of(entry.path()) == mail.message; });
}

std::string said_to(const std::string& server) { return content_of(folder() / "said" / server); }

struct Sample {
  MailContent content;
  std::string to_name;
  std::string from_name;
  std::string subject;  // in place of the rendered one, where not empty
};

std::vector<Sample> samples() {
  const auto content = [](MailKind kind, std::string_view locale, std::string name) {
    return MailContent{
        .kind = kind,
        .locale = Locale::parse(locale).value(),
        .entries = {{.login_name = "201@maple",
                     .display_name = std::move(name),
                     .organization_name = "Clinique dentaire de l’Érable",
                     .link_url = std::string(url),
                     .link_purpose = kind == MailKind::reset_password ? LinkPurpose::reset : LinkPurpose::setup}},
        .support_contact = "Aide : +1 555 0100",
        .link_lifetime = 24h};
  };
  return {
      {content(MailKind::welcome, "en", "Zoé Bélanger"), "Zoé Bélanger", "Maple Dental", ""},
      {content(MailKind::welcome, "fr-CA", "Zoé Bélanger-Lacôte"), "Zoé Bélanger-Lacôte", "Érable", ""},
      {content(MailKind::welcome, "fr", "<a href=//evil.example>{{7*7}}%s%n"), R"(Dr. "Bo" \ <evil@x.example>)",
       "a@b.example, c", "Bcc: evil@x.example %0d%0a"},
      {content(MailKind::welcome, "en", "李小龍 \U0001F512"), std::string(30, 'n') + " 李小龍 \U0001F512",
       "=?utf-8?q?a=40evil?=", "=?UTF-8?Q?=0D=0ABcc:_evil@x.example?="},
      {content(MailKind::welcome, "fr", ""), "", "",
       "Un sujet fort long, qui répète l’année, le café et l’œuvre jusqu’à remplir plus de deux lignes d’en-tête"},
      {content(MailKind::welcome, "en", ".\nFrom here\n.."), "x", "y", std::string(500, 's')},
      {content(MailKind::reset_password, "fr", "Zoé"), "Zoé Bélanger", "Maple Dental", ""},
      {content(MailKind::address_changed, "en", "Zoé"), "Zoé Bélanger", "Maple Dental", ""},
  };
}

void write_expected(const MimeMessage& message) {
  const auto date = std::chrono::floor<std::chrono::seconds>(message.date);
  REQUIRE(date == std::chrono::sys_days(2026y / 8 / 4) + 10h + 5min + 9s);
  const nlohmann::json expected{{"from", message.from.as_typed()},
                                {"from_name", message.from_name},
                                {"to", message.to.as_typed()},
                                {"to_name", message.to_name},
                                {"subject", message.subject},
                                {"text", message.text},
                                {"html", message.html},
                                {"message_id", message.message_id},
                                {"date", "2026-08-04T10:05:09.000Z"},
                                {"language", message.language.tag()},
                                {"link", url},
                                {"fields",
                                 {"date", "from", "to", "subject", "message-id", "auto-submitted", "content-language",
                                  "mime-version", "content-type"}}};
  std::ofstream(folder() / "expected" / (message.message_id + ".json")) << expected.dump(2);
}

}  // namespace

TEST_CASE("R72, S315, S316, S318: mails arrive as they were composed (read back by two parsers afterwards)") {
  auto mailer = SmtpMailer::create(options("starttls", SmtpSecurity::starttls_required)).value();
  int count = 0;
  for (const auto& sample : samples()) {
    const auto rendered = StandardMailRenderer().render(sample.content).value();
    const MimeMessage message{.from = EmailAddress::parse("portal@maple.example").value(),
                              .from_name = sample.from_name,
                              .to = EmailAddress::parse("zoe.b+x@mail.example").value(),
                              .to_name = sample.to_name,
                              .subject = sample.subject.empty() ? rendered.subject : sample.subject,
                              .text = rendered.text,
                              .html = rendered.html,
                              .message_id = "sample." + std::to_string(++count) + "@maple.example",
                              .date = std::chrono::sys_days(2026y / 8 / 4) + 10h + 5min + 9s,
                              .language = rendered.language};
    const OutgoingMail mail{.from = message.from,
                            .to = message.to,
                            .message_id = message.message_id,
                            .message = compose_mime(message).value()};
    check_delivery(mailer->send(mail), DeliveryVerdict::accepted, "smtp-250");
    CHECK(received_count(mail) == 1);
    write_expected(message);
  }
}

TEST_CASE("R72: STARTTLS, implicit TLS and, where asked for, a plain connection carry a mail") {
  for (const auto& [server, security] :
       std::map<std::string, SmtpSecurity>{{"starttls", SmtpSecurity::starttls_required},
                                           {"implicit", SmtpSecurity::implicit_tls},
                                           {"plain", SmtpSecurity::insecurely_plain}}) {
    const auto mail = mail_to("zoe");
    check_delivery(send(options(server, security), mail), DeliveryVerdict::accepted, "smtp-250");
    CHECK(received_count(mail) == 1);
  }
  auto by_address = options("starttls", SmtpSecurity::starttls_required);
  by_address.host = "127.0.0.1";
  check_delivery(send(std::move(by_address), mail_to("zoe")), DeliveryVerdict::accepted, "smtp-250");
}

TEST_CASE("R72: AUTH with the right password is accepted, over both kinds of TLS") {
  for (const auto& [server, security] : std::map<std::string, SmtpSecurity>{
           {"starttls_auth", SmtpSecurity::starttls_required}, {"implicit_auth", SmtpSecurity::implicit_tls}}) {
    check_delivery(send(options_with_login(server, security), mail_to("zoe")), DeliveryVerdict::accepted, "smtp-250");
  }
}

TEST_CASE("R72: a refused password, or a missing one, is a matter of configuration and not of the mail") {
  const auto security = SmtpSecurity::starttls_required;
  const auto mail = mail_to("zoe");
  check_error(send(options_with_login("starttls_auth", security, "portal", "wrong"), mail),
              Errc::invalid_configuration);
  check_error(send(options_with_login("starttls_auth", security, "other"), mail), Errc::invalid_configuration);
  check_error(send(options("starttls_auth", security), mail), Errc::invalid_configuration);
  check_error(send(options("login_wanted", SmtpSecurity::insecurely_plain), mail), Errc::invalid_configuration);
  CHECK(std::error_code(Errc::invalid_configuration) == ErrorKind::configuration);
  check_delivery(send(options_with_login("starttls_auth", security, "busy"), mail), DeliveryVerdict::retry_later,
                 "smtp-454");
  CHECK(received_count(mail) == 0);
}

TEST_CASE("R72: without STARTTLS, or where it is refused, no password, sender or mail is said") {
  const auto security = SmtpSecurity::starttls_required;
  const auto mail = mail_to("zoe");
  for (const std::string server : {"no_starttls", "starttls_refused"}) {
    check_error(send(options_with_login(server, security), mail), Errc::peer_protocol);
    const auto said = said_to(server);
    CHECK(said.starts_with("EHLO maple.example\r\n"));
    for (const std::string_view needle : {"AUTH", "MAIL", "HELO", "portal"}) {
      CHECK(said.find(needle) == std::string::npos);
    }
  }
  check_error(send(options("plain", security), mail), Errc::peer_protocol);
  check_delivery(send(options("starttls_busy", security), mail), DeliveryVerdict::retry_later, "smtp-454");
  check_error(send(options("plain", SmtpSecurity::implicit_tls), mail), Errc::peer_protocol);
  CHECK(received_count(mail) == 0);
}

TEST_CASE("R72: a server that offers no AUTH before TLS is sent none over a plain connection") {
  check_error(send(options_with_login("starttls_auth", SmtpSecurity::insecurely_plain), mail_to("zoe")),
              Errc::invalid_configuration);
}

TEST_CASE("R72: a certificate for another host, or of an unknown authority, is refused") {
  const auto mail = mail_to("zoe");
  check_error(send(options("other_name", SmtpSecurity::starttls_required), mail), Errc::peer_protocol);
  check_error(send(options("implicit_other_name", SmtpSecurity::implicit_tls), mail), Errc::peer_protocol);
  auto system_roots = options("starttls", SmtpSecurity::starttls_required);
  system_roots.ca_file.clear();
  check_error(send(std::move(system_roots), mail), Errc::peer_protocol);
  auto no_root = options("starttls", SmtpSecurity::starttls_required);
  no_root.ca_file = folder() / "ports";
  check_error(send(std::move(no_root), mail), Errc::invalid_configuration);
  CHECK(received_count(mail) == 0);
}

TEST_CASE("R72: 4xx is for later and 5xx for ever, to RCPT and to DATA alike") {
  const auto answer_to = [](std::string_view local_part) {
    return send(options("starttls", SmtpSecurity::starttls_required), mail_to(local_part));
  };
  check_delivery(answer_to("rcpt-451"), DeliveryVerdict::retry_later, "smtp-451");
  check_delivery(answer_to("data-452"), DeliveryVerdict::retry_later, "smtp-452");
  check_delivery(answer_to("rcpt-550"), DeliveryVerdict::permanent, "smtp-550");
  check_delivery(answer_to("data-554"), DeliveryVerdict::permanent, "smtp-554");
  const auto plain = [](const std::string& server) {
    return send(options(server, SmtpSecurity::insecurely_plain), mail_to("zoe"));
  };
  check_delivery(plain("sender_553"), DeliveryVerdict::permanent, "smtp-553");
  check_delivery(plain("data_command_451"), DeliveryVerdict::retry_later, "smtp-451");
}

TEST_CASE("R72: a server that refuses the session says nothing of the mail") {
  const auto plain = [](const std::string& server) {
    return send(options(server, SmtpSecurity::insecurely_plain), mail_to("zoe"));
  };
  check_error(plain("greeting_554"), Errc::peer_protocol);
  check_delivery(plain("greeting_421"), DeliveryVerdict::retry_later, "smtp-421");
}

TEST_CASE("R72: 4xx, then success: the mail arrives once") {
  auto mailer = SmtpMailer::create(options("starttls", SmtpSecurity::starttls_required)).value();
  const auto mail = mail_to("once-451");
  check_delivery(mailer->send(mail), DeliveryVerdict::retry_later, "smtp-451");
  CHECK(received_count(mail) == 0);
  check_delivery(mailer->send(mail), DeliveryVerdict::accepted, "smtp-250");
  CHECK(received_count(mail) == 1);
}

TEST_CASE("R72: a connection dropped in DATA, or before the answer to it, is for later") {
  auto mailer = SmtpMailer::create(options("starttls", SmtpSecurity::starttls_required)).value();
  const auto in_data = mail_to("drop-in-data");
  check_delivery(mailer->send(in_data), DeliveryVerdict::retry_later, "smtp-lost");
  CHECK(received_count(in_data) == 0);
  const auto after_data = mail_to("drop-after-data");
  check_delivery(mailer->send(after_data), DeliveryVerdict::retry_later, "smtp-lost");
  CHECK(received_count(after_data) == 1);
  check_delivery(mailer->send(after_data), DeliveryVerdict::accepted, "smtp-250");
  CHECK(received_count(after_data) == 2);  // at least once, with one Message-ID
}

TEST_CASE("R72: no listener, and silence at any step, end in time") {
  check_delivery(send(options("closed", SmtpSecurity::starttls_required), mail_to("zoe")), DeliveryVerdict::retry_later,
                 "smtp-connect");
  const auto impatient = [](const std::string& server) {
    auto result = options(server, SmtpSecurity::insecurely_plain);
    result.connect_timeout = 2s;
    result.timeout = 3s;
    const auto begin = std::chrono::steady_clock::now();
    auto answer = send(std::move(result), mail_to("zoe"));
    CHECK(std::chrono::steady_clock::now() - begin < 30s);  // libcurl itself waits 2 minutes for QUIT
    return answer;
  };
  check_delivery(impatient("silent"), DeliveryVerdict::retry_later, "smtp-timeout");
  check_delivery(impatient("silent_after_data"), DeliveryVerdict::retry_later, "smtp-timeout");
  check_delivery(impatient("silent_at_quit"), DeliveryVerdict::accepted, "smtp-250");
}

TEST_CASE("R72: one mailer serves many threads at once") {
  auto mailer = SmtpMailer::create(options("starttls", SmtpSecurity::starttls_required)).value();
  constexpr std::size_t threads_count = 8;
  constexpr std::size_t mails_count = 5;
  std::vector<OutgoingMail> mails;
  mails.reserve(threads_count * mails_count);
  for (std::size_t i = 0; i < threads_count * mails_count; ++i) {
    mails.push_back(mail_to("zoe"));
  }
  std::vector<std::string> answers(mails.size());
  std::vector<std::thread> threads;
  threads.reserve(threads_count);
  for (std::size_t thread = 0; thread < threads_count; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t i = thread; i < mails.size(); i += threads_count) {
        const auto result = mailer->send(mails[i]);
        answers[i] = result ? result.value().reason : result.error().message();
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  for (std::size_t i = 0; i < mails.size(); ++i) {
    CHECK(answers[i] == "smtp-250");
    CHECK(received_count(mails[i]) == 1);
  }
}
