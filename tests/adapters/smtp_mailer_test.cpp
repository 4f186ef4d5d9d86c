#include <ostiary/adapters/smtp_mailer.hpp>

#include <filesystem>
#include <functional>

#include <doctest/doctest.h>

using namespace ostiary;
using namespace std::chrono_literals;

namespace {

SmtpOptions good() { return {.host = "mail.maple.example"}; }

std::error_code error_with(const std::function<void(SmtpOptions&)>& change) {
  auto options = good();
  change(options);
  auto mailer = SmtpMailer::create(std::move(options));
  return mailer ? std::error_code() : mailer.error();
}

}  // namespace

TEST_CASE("R72: usable SMTP options are taken; the default is port 587 with STARTTLS required") {
  CHECK(good().port == 587);
  CHECK(good().security == SmtpSecurity::starttls_required);
  CHECK_FALSE(error_with([](SmtpOptions&) {}));
  CHECK_FALSE(error_with([](SmtpOptions& o) { o.host = "2001:db8::1"; }));
  CHECK_FALSE(error_with([](SmtpOptions& o) { o.local_name = "portal.maple.example"; }));
  CHECK_FALSE(error_with([](SmtpOptions& o) { o.timeout = 2min; }));
  CHECK_FALSE(error_with([](SmtpOptions& o) { o.security = SmtpSecurity::insecurely_plain; }));
  CHECK_FALSE(error_with([](SmtpOptions& o) {
    o.user_name = "portal";
    o.password = SecretString("secret");
  }));
}

TEST_CASE("R72: SMTP options that cannot work are refused when the mailer is made") {
  const std::vector<std::function<void(SmtpOptions&)>> changes{
      [](SmtpOptions& o) { o.host = ""; },
      [](SmtpOptions& o) { o.host = "mail.example/evil"; },
      [](SmtpOptions& o) { o.host = "user@mail.example"; },
      [](SmtpOptions& o) { o.host = "mail example"; },
      [](SmtpOptions& o) { o.host = "mäil.example"; },
      [](SmtpOptions& o) { o.host = std::string(254, 'a'); },
      [](SmtpOptions& o) { o.port = 0; },
      [](SmtpOptions& o) { o.security = SmtpSecurity{}; },
      [](SmtpOptions& o) { o.local_name = "a b"; },
      [](SmtpOptions& o) { o.local_name = "a\r\nMAIL"; },
      [](SmtpOptions& o) { o.local_name = "::1"; },
      [](SmtpOptions& o) { o.user_name = "portal"; },
      [](SmtpOptions& o) { o.password = SecretString("secret"); },
      [](SmtpOptions& o) {
        o.user_name = "por\ntal";
        o.password = SecretString("secret");
      },
      [](SmtpOptions& o) {
        o.user_name = "portal";
        o.password = SecretString(std::string_view("se\0cret", 7));
      },
      [](SmtpOptions& o) { o.connect_timeout = 0ms; },
      [](SmtpOptions& o) { o.timeout = 9s; },
      [](SmtpOptions& o) { o.timeout = 2min + 1ms; },
      [](SmtpOptions& o) { o.ca_file = "/nowhere/ca.pem"; },
  };
  for (const auto& change : changes) {
    CHECK(error_with(change) == Errc::invalid_configuration);
  }
}
