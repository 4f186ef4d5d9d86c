// Makes a mailer, and sees that nothing listens where it is told to send.
#include <cstdio>

#include <ostiary/adapters/smtp_mailer.hpp>

int main() {
  const auto mailer = ostiary::SmtpMailer::create(
      {.host = "127.0.0.1", .port = 1, .security = ostiary::SmtpSecurity::insecurely_plain});
  const auto nobody = ostiary::EmailAddress::parse("nobody@example.org");
  if (!mailer || !nobody) {
    return 1;
  }
  const auto answer = mailer.value()->send({.from = nobody.value(),
                                            .to = nobody.value(),
                                            .message_id = "1@example.org",
                                            .message = "Subject: x\r\n\r\nx\r\n"});
  std::printf("curl: %s\n", answer ? answer.value().reason.c_str() : answer.error().message().c_str());
  return answer && answer.value().verdict == ostiary::DeliveryVerdict::retry_later ? 0 : 1;
}
