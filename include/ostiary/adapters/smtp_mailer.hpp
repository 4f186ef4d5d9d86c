#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <ostiary/base/secret.hpp>
#include <ostiary/curl_export.hpp>
#include <ostiary/ports/mailer.hpp>

namespace ostiary::inline v0 {

enum class SmtpSecurity : std::uint8_t {
  starttls_required = 1,  ///< Begins in the clear and goes no further than EHLO without STARTTLS. Usual port: 587.
  implicit_tls,           ///< TLS from the first byte. Usual port: 465.
  insecurely_plain,       ///< No TLS ever: for a relay on the same machine. Links and the password pass unprotected.
};

/// SmtpOptions name the submission server. With TLS, its certificate and host name are always checked.
struct SmtpOptions {
  std::string host{};  ///< A DNS name or an address; with TLS, what the certificate must name.
  std::uint16_t port = 587;
  SmtpSecurity security = SmtpSecurity::starttls_required;
  std::string user_name{};          ///< Empty: no AUTH. Sent after TLS is up, but for `insecurely_plain`.
  SecretString password{};          ///< Set exactly where `user_name` is.
  std::filesystem::path ca_file{};  ///< PEM; where set, the only trusted root. Empty: the system's roots.
  std::string local_name{};         ///< What EHLO says; empty: the sender's domain.
  Duration connect_timeout{10'000};
  Duration timeout{60'000};  ///< For a whole mail; 2 minutes at most.
};

/// SmtpMailer hands mails to a submission server (RFC 6409) by libcurl: one connection and one recipient each.
///
/// Answers: accepted "smtp-250"; retry_later "smtp-451" (any 4xx), "smtp-connect", "smtp-timeout", "smtp-lost" (the
///          connection ended; the server may have taken the mail); permanent "smtp-550" (any 5xx to MAIL, RCPT or
///          DATA).
/// Errors:  invalid_configuration: the server refuses user name or password, or wants them and has none, or libcurl
///          cannot read `ca_file`. peer_protocol: no TLS where it is required, a certificate that does not fit, or a
///          server that refuses the session before the mail. The mail stays queued.
/// Time:    `timeout`, and as much again where a server that has taken a mail leaves QUIT unanswered.
/// Threads: any number.    Secrets: no password, address or text of a mail reaches an error; nothing is logged. libcurl
///          copies the password for one send and does not wipe its copy.
/// Environment: proxy variables and .netrc are not read.
class OSTIARY_CURL_EXPORT SmtpMailer final : public Mailer {
 public:
  /// create checks the options; Errc::invalid_configuration names none of them, so see the fields above. The first call
  /// in a process runs curl_global_init.
  [[nodiscard]] static Result<std::unique_ptr<SmtpMailer>> create(SmtpOptions options);

  [[nodiscard]] Result<Delivery> send(const OutgoingMail& mail) override;

 private:
  explicit SmtpMailer(SmtpOptions options) : options_(std::move(options)) {}
  SmtpOptions options_;
};

}  // namespace ostiary::inline v0
