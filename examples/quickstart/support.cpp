#include "support.hpp"

#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

#include <ostiary/adapters/smtp_mailer.hpp>
#include <ostiary/rules/otpauth_uri.hpp>

using namespace ostiary;  // NOLINT(google-build-using-namespace): an example reads better so

namespace {

// Sends by SMTP, and keeps a copy in the folder for the story to read.
class CopyingMailer final : public Mailer {
 public:
  CopyingMailer(std::unique_ptr<Mailer> transport, std::filesystem::path folder)
      : transport_(std::move(transport)), copy_(std::move(folder)) {}

  Result<Delivery> send(const OutgoingMail& mail) override {
    OSTIARY_TRY(copy_.send(mail));
    return transport_->send(mail);
  }

 private:
  std::unique_ptr<Mailer> transport_;
  FileMailer copy_;
};

Result<std::unique_ptr<Mailer>> make_mailer(const Options& options, const std::filesystem::path& folder) {
  if (options.smtp_host.empty()) {
    return std::make_unique<FileMailer>(folder);
  }
  OSTIARY_TRY(auto smtp, SmtpMailer::create({.host = options.smtp_host,
                                             .port = options.smtp_port,
                                             .security = options.smtp_plain ? SmtpSecurity::insecurely_plain
                                                                            : SmtpSecurity::starttls_required}));
  return std::make_unique<CopyingMailer>(std::move(smtp), folder);
}

// One key of 32 random bytes in a file that only its owner reads. A production host takes it from a secret manager. A
// file that is there is never written over: without its key no sealed PIN opens and no link works.
Result<std::shared_ptr<const KeyRing>> read_or_make_keys(const std::filesystem::path& file) {
  SecretBytes secret(std::size_t{32});
  const int made = ::open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made >= 0) {
    SystemRandom random;
    OSTIARY_TRY(random.fill(secret.writable()));
    const auto written = ::write(made, secret.reveal().data(), secret.size());
    if (::fsync(made) != 0 || ::close(made) != 0 || written != static_cast<ssize_t>(secret.size())) {
      return Errc::file_unwritable;
    }
  } else {
    std::ifstream in(file, std::ios::binary);
    auto* const bytes = reinterpret_cast<char*>(secret.writable().data());
    if (!in.read(bytes, static_cast<std::streamsize>(secret.size()))) {
      return Errc::invalid_configuration;
    }
  }
  std::vector<Key> keys;
  keys.push_back({.id = 1, .secret = std::move(secret)});
  return KeyRing::create(1, std::move(keys));
}

// Undoes quoted-printable, as a mail program does.
std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream raw;
  raw << in.rdbuf();
  const std::string text = raw.str();
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
    } else if (text.compare(i, 3, "=\r\n") == 0) {
      i += 2;
    } else {
      int code = 0;
      std::from_chars(text.data() + i + 1, text.data() + std::min(i + 3, text.size()), code, 16);
      out += static_cast<char>(code);
      i += 2;
    }
  }
  return out;
}

}  // namespace

std::optional<Options> parse_options(const std::vector<std::string>& arguments) {
  if (arguments.size() != 1 && arguments.size() != 3) {
    return std::nullopt;
  }
  Options options{.folder = arguments[0]};
  if (arguments.size() == 1) {
    return options;
  }
  const auto colon = arguments[2].rfind(':');
  options.smtp_plain = arguments[1] == "--smtp-insecurely-plain";
  if ((!options.smtp_plain && arguments[1] != "--smtp") || colon == std::string::npos) {
    return std::nullopt;
  }
  options.smtp_host = arguments[2].substr(0, colon);
  const auto* const end = arguments[2].data() + arguments[2].size();
  const auto port = std::from_chars(arguments[2].data() + colon + 1, end, options.smtp_port);
  if (port.ec != std::errc() || port.ptr != end) {
    return std::nullopt;
  }
  return options;
}

Result<std::unique_ptr<Host>> make_host(const Options& options) {
  const auto mails = options.folder / "mails";
  std::error_code failed;
  std::filesystem::create_directories(mails, failed);
  if (failed) {
    return failed;
  }
  OSTIARY_TRY(auto store, SqliteStore::open({.path = options.folder / "accounts.sqlite"}));
  OSTIARY_TRY(auto ring, read_or_make_keys(options.folder / "keys"));
  OSTIARY_TRY(auto mailer, make_mailer(options, mails));
  static SystemRandom random;
  OSTIARY_TRY(auto hasher, StandardPasswordHasher::create({}, random));
  // NOLINTNEXTLINE(modernize-make-unique): it cannot name the members of an aggregate
  auto host = std::unique_ptr<Host>(new Host{
      .store = std::move(store), .hasher = std::move(hasher), .ring = std::move(ring), .mailer = std::move(mailer)});
  OSTIARY_TRY(validate(host->env.policies));
  return host;
}

Result<std::string> deliver_and_read(const Host& host, const std::filesystem::path& mails) {
  OSTIARY_TRY(const auto report, host.outbox.deliver(10));
  say("  the outbox handed over " + std::to_string(report.sent) + " mail(s)");
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(mails)) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files, std::ranges::greater());  // named by ids, which sort by time
  for (const auto& file : files) {
    const auto text = read_text(file);
    constexpr std::string_view mark = "token=";
    if (const auto at = text.find(mark); at != std::string::npos) {
      say("  a mail with a link arrived: " + file.string());
      return text.substr(at + mark.size(), link_token_length);
    }
  }
  return Errc::out_of_order;
}

void Phone::scan(const EnrolmentOffer& offer) { secret_ = parse_totp_secret(offer.secret.reveal()).value(); }

SecretString Phone::next_code() {
  const TotpParameters parameters;
  shown_ = std::max(shown_ + 1, totp_step(parameters, SystemClock().now()));
  return totp_code(secret_, parameters, shown_).value();
}

void say(const std::string& line) { std::cout << line << '\n'; }

void show(const CredentialsRefused& flaws) {
  for (const auto& flaw : flaws.password) {
    say("  password: " + std::string(password_flaw_name(flaw.code)) + " " + std::to_string(flaw.required) + ", has " +
        std::to_string(flaw.actual));
  }
  for (const auto& flaw : flaws.pin) {
    say("  PIN: " + std::string(pin_flaw_name(flaw.code)) + " " + std::to_string(flaw.required) + ", has " +
        std::to_string(flaw.actual));
  }
}
